// What is kept of a hold: its number, since when and how often, what was sent and answered, the SAP documents, what it waits for.
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Hold, listHolds, type ShownHold, showHold, summarizeHolds } from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({
    rules: [
      rule("P-1", "M"),
      rule("P-1", "L", "0000500000"),
      rule("P-1", "E", "0000600000"),
      rule("P-2", "M", undefined, "CANAL"),
    ],
    settings: { limits: { settleMs: 50, callTimeoutMs: 500, attemptsMax: 2 } },
  });
  bench.records.vendors = [vendorRecord("0000100001")];
});
afterEach(async () => {
  await bench.close();
});

const list = (filter: Partial<Parameters<typeof listHolds>[1]> = {}) =>
  listHolds(bench.postgres.store, { tenant: "main", limit: 100, atMs: Date.now(), ...filter });
const only = async (filter: Partial<Parameters<typeof listHolds>[1]> = {}): Promise<Hold> => {
  const found = await list(filter);
  expect(found).toHaveLength(1);
  return found[0] as Hold;
};
async function show(hold: Hold): Promise<ShownHold> {
  const answer = await showHold(bench.postgres.store, { tenant: "main", hold: BigInt(hold.hold ?? 0), atMs: Date.now() });
  if (answer?.kind !== "open") throw new Error("the hold is not open");
  return answer.hold;
}
const finished = async () => {
  const report = await bench.sync();
  expect(report.detail ?? "").toBe("");
  expect(report.state).toBe("finished");
  return report;
};

describe("a refused contract", () => {
  it("keeps request and answer, its SAP numbers and its rule; its own number stays while it waits", async () => {
    await bench.post("/rest/v1.0/purchase_order_contracts", {
      project_id: project,
      purchase_order_contract: { number: "4500000001", title: "By hand" },
    });
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "11.00")])];
    const first = await finished();
    const hold = await only();
    expect(hold).toMatchObject({ code: "po-refused", key: "4500000001.00010.01", project: "TOWER", rule: "P-1 any", runs: 1 });
    expect(hold.detail).toContain("purchase_order_contracts/sync");
    const shown = await show(hold);
    expect(Object.fromEntries(shown.facts)).toMatchObject({
      "purchase order (EBELN)": "4500000001",
      "item (EBELP)": "00010",
      "vendor (LIFNR)": "100001",
    });
    expect(shown.effect).toMatchObject({ originId: "S01.100.PO.4500000001.810", action: "create" });
    expect(shown.exchange).toMatchObject({
      run: first.run,
      endpoint: "PATCH /rest/v1.0/purchase_order_contracts/sync",
      request: { origin_id: "S01.100.PO.4500000001.810", number: "4500000001" },
    });
    expect(shown.exchange?.requestId).toMatch(/\S/);
    expect(JSON.stringify(shown.exchange?.answer)).toMatch(/number/i);

    const second = await finished();
    const again = await only();
    expect(again).toMatchObject({ hold: hold.hold, firstSeen: hold.firstSeen, runs: 2 });
    expect(await show(again)).toMatchObject({ firstRun: first.run, lastRun: second.run });
    expect(Date.parse(again.lastSeen ?? "")).toBeGreaterThan(Date.parse(hold.lastSeen ?? ""));
  });

  it("is released when it goes through, and its number tells so", async () => {
    await bench.door("/sandbox/switches", { expenseWithoutVendor: false });
    bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "10.00"), offsetLine("002", "-10.00")])];
    await finished();
    const hold = await only();
    expect(hold).toMatchObject({ code: "cost-refused", project: "TOWER" });
    expect(hold.detail).not.toBe("");
    expect(Object.fromEntries((await show(hold)).facts)).toMatchObject({
      "document (BELNR)": "0100000001",
      "company code (BUKRS)": "1000",
      "line (BUZEI)": "001",
      "posting date (BUDAT)": expect.stringMatching(/^\d{8}$/),
    });
    await bench.door("/sandbox/switches", { expenseWithoutVendor: true });
    await finished();
    expect(await list()).toEqual([]);
    const gone = await showHold(bench.postgres.store, { tenant: "main", hold: BigInt(hold.hold ?? 0), atMs: Date.now() });
    expect(gone).toMatchObject({ kind: "gone", hold: { code: "cost-refused", runs: 1, releasedAt: expect.any(String) } });
    expect(await showHold(bench.postgres.store, { tenant: "main", hold: 999n, atMs: Date.now() })).toBeUndefined();
  });

  it("keeps no secret of what was sent", async () => {
    await bench.door("/sandbox/switches", { expenseWithoutVendor: false });
    bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "10.00"), offsetLine("002", "-10.00")])];
    await finished();
    const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql<{ text: string }>`select to_jsonb(e)::text as text from exchange e`.execute(tx),
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { text } of rows) expect(text).not.toMatch(/bearer|client_secret|authorization/i);
  });
});

describe("what a hold waits for", () => {
  it("is said in plain words, by rule, project, budget code, vendor and purchase order item", async () => {
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "1.00")], { vendor: "0000100009" }),
      orderRecord("4500000002", [
        itemRecord("00010", "2.00", {
          assignments: [
            {
              assignment: "01",
              quantity: "1.000",
              percent: "0.0",
              netValue: "",
              account: "0000600000",
              object: { kind: "wbs", key: "P-1" },
            },
          ],
        }),
      ]),
    ];
    const line = (number: string, change: Parameters<typeof lineRecord>[2]) =>
      documentRecord(number, [lineRecord("001", "1.00", change), offsetLine("002", "-1.00")]);
    bench.records.costs = [
      line("0100000001", { object: { kind: "wbs", key: "P-9" } }),
      line("0100000002", { object: { kind: "wbs", key: "P-2" } }),
      line("0100000003", { purchaseOrder: "4500000001", purchaseOrderItem: "00010" }),
      documentRecord("0100000004", [lineRecord("001", "1.00"), offsetLine("002", "-1.00", { vendor: "0000100009" })]),
    ];
    await finished();
    const waits = (await list()).map(({ code, waitsFor, project: place, rule: name }) => [code, waitsFor, place, name]);
    expect(waits.sort()).toEqual([
      ["budget-code-missing", "budget code 03-100.E in project TOWER", "TOWER", "P-1 0000600000"],
      ["cost-purchase-order-undecided", "purchase order 4500000001 item 00010", "", ""],
      ["cost-vendor-not-in-procore", "vendor 0000100009", "TOWER", "P-1 any"],
      ["mapping-no-rule", "a mapping rule for company code 1000, wbs P-9, account 0000400000", "", ""],
      ["po-vendor-not-in-procore", "vendor 0000100009", "TOWER", "P-1 any"],
      ["project-not-permitted", "project CANAL", "CANAL", "P-2 any"],
    ]);
    expect((await list({ project: "TOWER" })).map(({ code }) => code)).toEqual([
      "cost-vendor-not-in-procore",
      "budget-code-missing",
      "po-vendor-not-in-procore",
    ]);
    expect((await list({ owner: "procore-admin" })).map(({ code }) => code)).toEqual(["project-not-permitted"]);
    expect((await list({ record: "1000.0100000004.2026" })).map(({ key }) => key)).toEqual(["1000.0100000004.2026.001"]);
    const sums = await summarizeHolds(bench.postgres.store, { tenant: "main", flow: "costs" });
    expect(sums.map(({ code, count, amounts }) => [code, count, amounts.USD])).toEqual([
      ["cost-purchase-order-undecided", 1, "1.00"],
      ["cost-vendor-not-in-procore", 1, "1.00"],
      ["mapping-no-rule", 1, "1.00"],
      ["project-not-permitted", 1, "1.00"],
    ]);
  });

  it("is not written again where nothing changed", async () => {
    bench.records.costs = [
      documentRecord("0100000001", [
        lineRecord("001", "1.00", { object: { kind: "wbs", key: "P-9" } }),
        offsetLine("002", "-1.00"),
      ]),
    ];
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "1.00")], { vendor: "0000100009" })];
    await finished();
    const versions = async () =>
      (
        await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
          sql<{ at: string }>`select flow || ' ' || xmin::text as at from atom where disposition = 'held'
            union all select 'costs ' || xmin::text from cost_line where disposition = 'held' order by 1`.execute(tx),
        )
      ).rows;
    const before = await versions();
    expect(before).toHaveLength(2);
    const writes = await bench.writes();
    await finished();
    expect(await versions()).toEqual(before);
    expect(await bench.writes()).toBe(writes);
  });
});
