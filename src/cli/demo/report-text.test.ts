import { describe, expect, it } from "vitest";
import { paintWith } from "../report/text-table.ts";
import type { DemoReport } from "./demo-report.ts";
import { reportLines } from "./report-text.ts";

const empty = { read: 0, created: 0, updated: 0, unchanged: 0, held: {}, excluded: {}, rejected: {}, leastCalls: 0 };

const report: DemoReport = {
  size: { seed: 1, projects: 40, vendors: 2000, purchaseOrders: 3000, poLines: 9000, costLines: 60000 },
  outcome: "equal",
  run: { state: "finished" },
  flows: {
    vendors: { ...empty, read: 2000, created: 1900, readAmount: {}, postedAmount: {} },
    costs: {
      ...empty,
      read: 99_000,
      created: 12,
      held: { "mapping-no-rule": { count: 3, amount: { USD: "1234.50", JPY: "0" } } },
      readAmount: { USD: "0.00" },
      postedAmount: { USD: "1.00" },
    },
  },
  money: [{ flow: "costs", currency: "USD", sap: "1234567.80", procore: "1234567.80", difference: "0.00" }],
  counts: [{ flow: "vendors", what: "vendors", sap: 1900, procore: 1900 }],
  differences: [],
  procore: {
    calls: 4200,
    writes: 4000,
    byRoute: {},
    leastWrites: 3900,
    tooManyRequests: 0,
    windows: { hourly: 1_000_000, spike: 100_000 },
    documented: { hourly: 600, spike: 25 },
    hoursAtDocumentedQuota: 7,
  },
  sap: { calls: 300, rows: 200_000, callMs: 1, slices: 1, sameSlices: 0 },
  secondSync: { state: "finished", writes: 0, calls: 4 },
  memory: { peakMegabytes: 512 },
  durationMs: { world: 1000, start: 2000, sync: 30_000, secondSync: 2000, check: 3000, total: 38_000 },
};

const show = (changed: Partial<DemoReport> = {}) => reportLines({ ...report, ...changed }, paintWith(false)).join("\n");

describe("the report", () => {
  it("sets both sides' money beside each other, with the difference", () => {
    expect(show()).toMatch(/costs +USD +1,234,567\.80 +1,234,567\.80 +0\.00/);
    expect(show()).toMatch(/vendors +vendors +1,900 +1,900 +0\n/);
  });

  it("says which columns count SAP's records and which Procore's, since they do not add up across", () => {
    expect(show()).toMatch(
      /costs +99,000 +12 .*\n.*Created and updated count Procore's records.*\n.*All other columns count SAP's/,
    );
  });

  it("shows what was held by reason, in the currencies that have an amount", () => {
    expect(show()).toMatch(/costs +mapping-no-rule +3 +1,234\.50 USD\n/);
    expect(show()).not.toContain("JPY");
  });

  it("says what the calls were, what the fewest are, and what the documented quota would make of them", () => {
    expect(show()).toContain("4,200 calls: 4,000 writes (the fewest that could do it: 3,900), 200 others");
    expect(show()).toContain("at the documented quota of 600 an hour this load would take 7 hours");
    expect(show()).toContain("raised for the demo: 1,000,000 an hour and 100,000 in 10 s, instead of 600 and 25");
  });

  it("names every difference, and never says that all ties then", () => {
    const difference = {
      flow: "costs",
      place: "project 26-1001",
      what: "direct costs",
      expected: "1.00 USD",
      found: "2.00 USD",
    } as const;
    const text = show({
      outcome: "different",
      differences: Array.from({ length: 45 }, () => difference),
      altered: { kind: "direct-cost-line", originId: "DL.1", before: "1.0", after: "2.0" },
    });
    expect(text).toContain("One amount was altered in Procore on purpose: DL.1 from 1.0 to 2.0.");
    expect(text).toContain("45 differences:\n  costs, project 26-1001: direct costs should be 1.00 USD, found 2.00 USD\n");
    expect(text).toContain("and 5 more; --json lists them all");
    expect(text).not.toContain("ties");
    expect(show()).toContain("ties");
  });

  it("says why a run did not finish", () => {
    const { secondSync: _, ...unfinished } = report;
    const run = { state: "paused", code: "sap.logon", detail: "user MLCONNECT" } as const;
    const text = reportLines({ ...unfinished, outcome: "not-finished", run }, paintWith(false)).join("\n");
    expect(text).toContain("The run is paused (sap.logon: user MLCONNECT)");
    expect(text).toContain("not made, since the first one did not finish");
    expect(text).not.toContain("ties");
  });

  it("tells where to look next: in the folder that was kept, or how to keep it", () => {
    expect(show({ folder: "/tmp/demo one" })).toContain('holds --config "/tmp/demo one/ml-connector.yaml"');
    expect(show()).toContain("--keep");
  });
});
