// SAP's own totals (ruling 31) through agent, hub and store: they come after the costs of a run, replace what their slice brought before, and are in
// no plan and no law. One bench: each test goes on where the one before stood.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ControlTotalRecord } from "../../src/core/index.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { documentRecord, lineRecord, offsetLine, totalRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ settings: { reconciliation: { controlTotals: "after-costs" } } });
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "200.00"), offsetLine("002", "-200.00")])];
});
afterAll(() => bench.close());

async function kept(): Promise<string[]> {
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{
      text: string;
    }>`select concat_ws(' ', source, company_code, object_kind, object, account, fiscal_year || '.' || period, amount_minor, currency)
      as text from control_total order by source, key, period`.execute(tx),
  );
  return rows.map(({ text }) => text);
}

async function reads(): Promise<string[]> {
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{ text: string }>`select concat_ws(' ', source, day, run, rows) as text from control_read order by source`.execute(tx),
  );
  return rows.map(({ text }) => text);
}

const totals = (amount: string, change: Partial<ControlTotalRecord> = {}) => [
  totalRecord("0000400000", [[10, amount]], change),
  totalRecord("0000400000", [[9, "7.00"]], { source: "GLT0", costObject: undefined, transaction: "", object: "" }),
];

it("come after the costs, by object, account and period, with the day of the reading", async () => {
  bench.records["control-totals"] = totals("200.00");
  const report = await bench.sync(["vendors", "costs"]);
  expect(report).toMatchObject({ state: "finished", flow: "control-totals" });
  expect(report.flows.costs?.postedAmount).toEqual({ USD: "200.00" });
  expect(await kept()).toEqual(["COSP 1000 wbs P-1 0000400000 2026.10 20000 USD", "GLT0 1000  0000400000 2026.9 700 USD"]);
  expect(await reads()).toEqual([`COSP 20261124 ${report.run} 1`, `GLT0 20261124 ${report.run} 1`]);
});

it("are replaced by what SAP says next, and what SAP no longer has goes", async () => {
  bench.records["control-totals"] = totals("200.00");
  await bench.sync(["costs"]);
  bench.records["control-totals"] = totals("250.00").slice(0, 1);
  const second = await bench.sync(["costs"]);
  expect(await kept()).toEqual(["COSP 1000 wbs P-1 0000400000 2026.10 25000 USD"]);
  expect(await reads()).toEqual([`COSP 20261124 ${second.run} 1`]);
});

it("go with their slice: one that is cut another way leaves nothing behind", async () => {
  await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql`insert into control_total select (jsonb_populate_record(c, '{"key": "of a slice that is no more", "label": "gone"}')).* from control_total c`.execute(
      tx,
    ),
  );
  expect((await kept()).length).toBe(2);
  await bench.sync(["costs"]);
  expect((await kept()).length).toBe(1);
});

it("pause the run where one is no amount: a control that is short controls nothing", async () => {
  bench.records["control-totals"] = totals("20O.00");
  expect(await bench.sync(["costs"])).toMatchObject({ state: "paused", flow: "control-totals", code: "agent.record-invalid" });
  expect((await kept())[0]).toContain("25000");
  bench.records["control-totals"] = totals("200.00");
  expect(await bench.sync(["costs"])).toMatchObject({ state: "finished" });
  expect((await kept()).length).toBe(2);
});

it("are not read in a run without costs", async () => {
  bench.records["control-totals"] = totals("999.00");
  expect(await bench.sync(["vendors"])).toMatchObject({ state: "finished", flow: "vendors" });
  expect((await kept())[0]).toContain("20000");
});
