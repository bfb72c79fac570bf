// What proposals weigh, from the store: ordered value once, by what rules are asked with, and never again as the cost of the order (ruling 21).
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CoverageLine, compileMapping } from "../../src/core/index.ts";
import { readCoverageLines } from "../../src/hub/map/coverage.ts";
import { readOrderLines, waitsForOrder } from "../../src/hub/map/order-lines.ts";
import { type Bench, openBench, rule } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
const rules = [rule("P-1", "M")];
const compiled = compileMapping(rules);
if (!compiled.ok) throw new Error("the rules are right");
const ask = { tenant: "main", connection: "main", mapping: compiled.value };
const one = "4500000001";
const nobody = { kind: "wbs", key: "P-9" } as const;
const assigned = (assignment: string, percent: string, key: string) => ({
  assignment,
  quantity: "1.000",
  percent,
  netValue: "",
  account: "0000400000",
  object: { kind: "wbs", key } as const,
});
const spent = (number: string, amount: string, item: string) =>
  documentRecord(number, [
    lineRecord("001", amount, { object: nobody, ...(item === "" ? {} : { purchaseOrder: one, purchaseOrderItem: item }) }),
    offsetLine("002", `-${amount}`),
  ]);
const told = (lines: readonly CoverageLine[]) =>
  lines.map(({ query, sizeMinor, currency }) => [
    [query.companyCode, query.objectKind, query.object, query.account, query.materialGroup, query.date].join(" "),
    `${sizeMinor} ${currency}`,
  ]);

beforeAll(async () => {
  bench = await openBench({ rules });
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records["purchase-orders"] = [
    orderRecord(one, [
      itemRecord("00010", "100.00", { materialGroup: "STEEL" }),
      itemRecord("00020", "50.00", { materialGroup: "STEEL", assignments: [assigned("01", "", "P-9")] }),
      itemRecord("00030", "10.00", {
        materialGroup: "PAINT",
        distribution: "2",
        assignments: [assigned("01", "60.0", "P-9"), assigned("02", "40.0", "P-1")],
      }),
      // A stock item; one that SAP assigns to nothing yet; one that is deleted.
      itemRecord("00040", "8.00", { materialGroup: "STEEL", plant: "1000", accountAssignmentCategory: "", assignments: [] }),
      itemRecord("00050", "30.00", { accountAssignmentCategory: "U", assignments: [assigned("01", "", "P-9")] }),
      itemRecord("00060", "70.00", { deletion: "L", assignments: [assigned("01", "", "P-9")] }),
    ]),
  ];
  bench.records.costs = [
    spent("0100000001", "7.00", ""),
    spent("0100000002", "20.00", "00020"),
    spent("0100000003", "3.00", "00050"),
    spent("0100000004", "11.00", "00010"),
  ];
  const report = await bench.sync();
  expect([report.state, report.detail ?? ""]).toEqual(["finished", ""]);
});
afterAll(() => bench.close());

it("reads what items are assigned to, in money, without what no rule can place", async () => {
  const lines = await readOrderLines(bench.postgres.store, ask);
  const day = "20261001";
  expect(told(lines).map(([key, money]) => `${key}: ${money}`)).toEqual([
    `1000 plant 1000  STEEL ${day}: 800 USD`,
    `1000 wbs P-1 0000400000 PAINT ${day}: 400 USD`,
    `1000 wbs P-1 0000400000 STEEL ${day}: 10000 USD`,
    `1000 wbs P-9 0000400000 PAINT ${day}: 600 USD`,
    `1000 wbs P-9 0000400000 STEEL ${day}: 5000 USD`,
  ]);
  // What is on its way to Procore or there keeps its place.
  expect(lines.filter(({ isKept }) => isKept).map(({ query }) => query.object)).toEqual(["P-1", "P-1"]);
});

it("counts an order's money once: cost that waits for a counted item is no money of its own, any other is", async () => {
  const read = (lines: readonly CoverageLine[]) => lines.map(({ query, sizeMinor }) => `${query.object} ${sizeMinor}`);
  // P-9: 7.00 of no order, 20.00 of an item that is counted as ordered, 3.00 of one that is not. Commitment cost is in neither.
  expect(read(await readCoverageLines(bench.postgres.store, ask))).toEqual(["P-9 3000"]);
  expect(read(await readCoverageLines(bench.postgres.store, { ...ask, without: waitsForOrder }))).toEqual(["P-9 1000"]);
});

it("counts its cost again once the order is none of Procore's matters", async () => {
  await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql`update atom set disposition = 'excluded', reason = 'before-cut-over' where key like ${`${one}.00020.%`}`.execute(tx),
  );
  const costs = await readCoverageLines(bench.postgres.store, { ...ask, without: waitsForOrder });
  expect(costs.map(({ sizeMinor }) => sizeMinor)).toEqual([3000n]);
  const orders = await readOrderLines(bench.postgres.store, ask);
  expect(orders.filter(({ query }) => query.object === "P-9").map(({ sizeMinor }) => sizeMinor)).toEqual([600n]);
});
