import { describe, expect, it } from "vitest";
import type { FlowSummary, RunReport } from "../../hub/index.ts";
import { amountText, heldCount, runLines } from "./run-text.ts";
import { runsLines } from "./runs-text.ts";
import { paintWith } from "./text-table.ts";

const plain = paintWith(false);
const summary: FlowSummary = {
  read: 1200,
  created: 3,
  updated: 2,
  unchanged: 1,
  held: { "mapping-no-rule": { count: 4, amount: { USD: "-1234.50", JPY: "0" } } },
  excluded: { "cost-commitment": { count: 9, amount: { USD: "1.00" } } },
  rejected: { "document-unbalanced": { count: 1, amount: { USD: "3.00" } } },
  readAmount: {},
  postedAmount: { USD: "9999.99" },
  leastCalls: 5,
};
const run: RunReport = {
  run: "7",
  connection: "main",
  state: "finished",
  flow: "costs",
  stage: "confirm",
  mode: "delta",
  isPlanOnly: false,
  startedAt: "2026-11-24T12:00:00.000Z",
  finishedAt: "2026-11-24T12:01:00.000Z",
  flows: { costs: summary },
  readings: {},
  plans: {},
  calls: { total: 20, byTemplate: {}, lowerBound: 5 },
  sap: { calls: 4, rows: 5000, callMs: 10, slices: 1, sameSlices: 0 },
};

describe("a run as text", () => {
  it("tells how many vendors stood in Procore already", () => {
    const adopting = { ...run, flows: { vendors: { ...summary, adopted: 2 } } };
    expect(runLines(adopting, plain).join("\n")).toContain("Adopted: 2 vendors that stood in Procore already");
    expect(runLines(run, plain).join("\n")).not.toContain("Adopted");
    const creating = { ...run, flows: { vendors: { ...summary, budgetCodes: 3 } } };
    expect(runLines(creating, plain).join("\n")).toContain("Created: 3 budget codes");
    expect(runLines(run, plain).join("\n")).not.toContain("Created: ");
  });

  it("tells what came into closed periods, and says nothing where nothing did", () => {
    const lateAdjustments = { count: 1_002, amount: { USD: "-7.00" } };
    const late = { ...run, flows: { costs: { ...summary, lateAdjustments } } };
    expect(runLines(late, plain).join("\n")).toContain("Late adjustments to closed periods: 1,002 lines, -7.00 USD");
    expect(runLines(run, plain).join("\n")).not.toContain("Late adjustments");
  });

  it("shows what became of the records, what is held and whose it is", () => {
    const text = runLines(run, plain).join("\n");
    expect(text).toContain("Run 7 of main: finished, with holds: 5 records wait for somebody");
    expect(text).toMatch(/costs +1,200 +3 +2 +1 +4 +9 +1 +9,999\.99 USD/);
    expect(text).toMatch(/mapping-no-rule +4 +-1,234\.50 USD +accountant/);
    expect(text).toMatch(/document-unbalanced +1 +3\.00 USD +sap-basis/);
    expect(text).toContain("Procore: 20 calls (at least 5 writes were needed); SAP: 4 calls, 5,000 rows");
  });

  it("is never green with holds, and says nothing of holds where there are none", () => {
    const clean: RunReport = { ...run, flows: { costs: { ...summary, held: {}, rejected: {} } } };
    expect(runLines(clean, plain)[0]).toBe("Run 7 of main: finished");
    expect(runLines(run, paintWith(true))[0]).toContain("\u001b[33mholds");
    expect(heldCount(clean)).toBe(0);
  });

  it("says what was planned: effects, calls, and how long they take at the quota", () => {
    const plans: RunReport["plans"] = {
      vendors: { effects: 2_000, calls: 4, durationMs: 0 },
      "purchase-orders": { effects: 9_104, calls: 4_700, durationMs: 31_000_000 },
      costs: { effects: 0, calls: 0, durationMs: 0 },
    };
    const text = runLines({ ...run, plans }, plain);
    expect(text).toContain("Planned vendors: 2,000 effects in 4 calls, within the quota of the moment");
    expect(text).toContain("Planned purchase-orders: 9,104 effects in 4,700 calls, at least 8.7 h");
    expect(text.join()).not.toContain("Planned costs");
  });

  it("says of each flow whether it was swept or followed what changed, and why", () => {
    const readings: RunReport["readings"] = {
      "purchase-orders": { how: "sweep", why: "what was touched cannot be read: CDHDR" },
      vendors: { how: "changes", why: "3 touched" },
      costs: { how: "window", why: "entered or changed" },
    };
    expect(runLines({ ...run, readings }, plain)).toEqual(
      expect.arrayContaining([
        "Read vendors: changes only (3 touched)",
        "Read purchase-orders: swept (what was touched cannot be read: CDHDR)",
        "Read costs: by date (entered or changed)",
      ]),
    );
    expect(runLines(run, plain).join()).not.toContain("Read ");
  });

  it("says which sweep proves no deletion, and whose work that is", () => {
    const text = runLines({ ...run, doubtfulSweeps: { vendors: { objects: 500, before: 1_000 } } }, plain).join("\n");
    expect(text).toMatch(
      /Doubtful sweep of vendors: 500 objects, 1,000 before; it proves no deletion\. For sap-basis: Find out why/,
    );
    expect(runLines(run, plain).join("\n")).not.toContain("Doubtful");
  });

  it("tells why it stands, with the remedy", () => {
    const paused: RunReport = { ...run, state: "paused", code: "sap.logon", detail: "LFA1: refused", flows: {} };
    const [state, why, ...rest] = runLines(paused, plain);
    expect(state).toBe("Run 7 of main: paused");
    expect(why).toMatch(/\[sap\.logon\] LFA1: refused\. Check client, user, password/);
    expect(rest.join("\n")).not.toContain("flow");
  });

  it("lists runs, an unfinished one with where it stands", () => {
    const { finishedAt: _, ...open } = run;
    const [, first, second] = runsLines([{ ...open, state: "open" }, run], plain);
    expect(first).toMatch(/7 +main +open +delta +2026-11-24 12:00 +costs confirm +1,200 +3 +2 +5$/);
    expect(second).toMatch(/finished +delta +2026-11-24 12:00 +2026-11-24 12:01/);
  });

  it("shows what load it caused at SAP, by function module, and which reader served which table", () => {
    const call = { calls: 3, retries: 1, failures: 2, rows: 5000, callMs: 12_345, serverMs: 9_000 };
    const load = {
      retries: 1,
      failures: 2,
      inFlightMax: 7,
      halvings: 2,
      serverMs: 9_000,
      functions: [{ function: "RFC_READ_TABLE", ...call }],
      readers: [{ table: "LFA1", reader: "RFC_READ_TABLE", why: "no other answers here" }],
    };
    const text = runLines({ ...run, sap: { ...run.sap, callMs: 12_345, load } }, plain).join("\n");
    expect(text).toContain(
      "held for 12.3 s (9.0 s by SAP's own account); 1 retries, 2 failures, 2 times halved; at most 7 calls",
    );
    expect(text).toMatch(/RFC_READ_TABLE +3 +1 +2 +5,000 +12\.3 s/);
    expect(text).toMatch(/LFA1 +RFC_READ_TABLE +no other answers here/);
    expect(runLines(run, plain).join("\n")).not.toContain("Load on SAP");
  });

  it("says of an open run why it waits", () => {
    const waiting: RunReport = { ...run, state: "open", code: "sap.quiet-hours", detail: "quiet hours until 06:00" };
    expect(runLines(waiting, plain).join("\n")).toMatch(
      /quiet at this hour\. \[sap\.quiet-hours\] quiet hours until 06:00\..*by itself/,
    );
  });

  it("leaves out amounts of nothing", () => {
    expect(amountText({ USD: "0.00", EUR: "-0.01" })).toBe("-0.01 EUR");
    expect(amountText({})).toBe("");
  });
});
