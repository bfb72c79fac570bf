import { describe, expect, it } from "vitest";
import { type Flow, flows } from "../../core/index.ts";
import type { FlowSummary } from "../../hub/index.ts";
import { compareRun, postedCount } from "./compare-run.ts";
import { buildSmallManifest } from "./testing.ts";

const manifest = buildSmallManifest();
const copy = <T>(value: T): T => structuredClone(value);

function summaryOf(flow: Flow): FlowSummary {
  const { read, posted, held, excluded, rejected } = manifest.flows[flow];
  return {
    read: read.count,
    created: posted.count,
    updated: 0,
    unchanged: 0,
    held: copy(held),
    excluded: copy(excluded),
    rejected: copy(rejected),
    readAmount: { ...read.amount },
    postedAmount: { ...posted.amount },
    leastCalls: 1,
  } as FlowSummary;
}

const equalFlows = () => Object.fromEntries(flows.map((flow) => [flow, summaryOf(flow)])) as Record<Flow, FlowSummary>;

describe("the run's own account beside the manifest", () => {
  it("is equal where both say the same", () => {
    expect(compareRun(manifest, { flows: equalFlows() })).toEqual([]);
    expect(postedCount(summaryOf("costs"))).toBe(manifest.flows.costs.posted.count);
  });

  it("takes a sum of zero and no sum for the same", () => {
    const account = equalFlows();
    const tally = account.costs.held["mapping-no-rule"];
    if (tally === undefined) throw new Error("the small world has no cost without a rule");
    tally.amount.GBP = "0.00";
    expect(compareRun(manifest, { flows: account })).toEqual([]);
  });

  it("names a reason whose count differs, and the posted count that follows from it", () => {
    const account = equalFlows();
    account.vendors.held["vendor-twin"] = { count: 0, amount: {} };
    const wanted = manifest.flows.vendors.held["vendor-twin"]?.count ?? 0;
    expect(wanted).toBeGreaterThan(0);
    expect(compareRun(manifest, { flows: account })).toEqual([
      {
        flow: "vendors",
        place: "the run's own account",
        what: "posted",
        expected: String(manifest.flows.vendors.posted.count),
        found: String(manifest.flows.vendors.posted.count + wanted),
      },
      { flow: "vendors", place: "the run's own account", what: "held vendor-twin", expected: String(wanted), found: "0" },
    ]);
  });

  it("names an amount that differs by a cent, and a reason that only one side knows", () => {
    const account = equalFlows();
    account.costs.readAmount.USD = "0.01";
    account["purchase-orders"].excluded["po-of-ours"] = { count: 0, amount: { USD: "0.01" } };
    expect(compareRun(manifest, { flows: account }).map(({ flow, what }) => `${flow} ${what}`)).toEqual([
      "purchase-orders excluded po-of-ours",
      "costs read",
    ]);
  });

  it("names a flow without a summary", () => {
    const { costs: _, ...others } = equalFlows();
    expect(compareRun(manifest, { flows: others }).map(({ flow, what }) => `${flow} ${what}`)).toEqual(["costs flow"]);
  });
});
