// Direct costs grouped by document, and then by posting day (ruling 22): each type as Procore wants it, and what was posted stays as it is when the
// setting changes. One bench: each test goes on where the one before stood.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { documentRecord, lineRecord, offsetLine, vendorRecord } from "../support/records.ts";
import { twoDecimals } from "../support/two-decimals.ts";

let bench: Bench;
const costTypes = { L: { class: "labour", type: "payroll" }, M: { class: "overhead", type: "expense" } };

beforeAll(async () => {
  bench = await openBench({ settings: { costs: { costTypes, grouping: "document" } } });
  bench.records.vendors = [vendorRecord("0000100001"), vendorRecord("0000100002")];
});
afterAll(() => bench.close());

type Cost = { direct_cost_type: string; description: string; invoice_number: string | null; vendor_id?: number; amount: string };
const costs = async () =>
  ((await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)) as Cost[])
    .map((each) => ({ ...each, amount: twoDecimals(each.amount) }))
    .sort((left, right) => (left.description < right.description ? -1 : 1));

const invoice = (number: string, amount: string, vendor: string) =>
  documentRecord(number, [lineRecord("001", amount), offsetLine("002", `-${amount}`, { vendor })], { reference: "R-1" });

describe("one direct cost for each document", () => {
  it("is an expense, payroll, or a vendor's invoice with a number of its own", async () => {
    bench.records.costs = [
      documentRecord("0100000001", [
        lineRecord("001", "10.00"),
        lineRecord("002", "2.00", { account: "0000500000" }),
        lineRecord("003", "0.50"),
        offsetLine("004", "-12.50"),
      ]),
      // Of one vendor, and with one reference (XBLNR): Procore refuses a second invoice of its number.
      invoice("0100000002", "20.00", "0000100001"),
      invoice("0100000003", "30.00", "0000100001"),
      invoice("0100000004", "40.00", "0000100002"),
    ];
    const report = await bench.sync(["vendors", "costs"]);
    expect(report).toMatchObject({ state: "finished", flows: { costs: { held: {} } } });
    const found = await costs();
    expect(found.map(({ direct_cost_type: type, description, amount }) => [type, description, amount])).toEqual([
      ["expense", "SAP 1000 2026.010 document 100000001", "10.50"],
      ["payroll", "SAP 1000 2026.010 document 100000001", "2.00"],
      ["invoice", "SAP 1000 2026.010 document 100000002", "20.00"],
      ["invoice", "SAP 1000 2026.010 document 100000003", "30.00"],
      ["invoice", "SAP 1000 2026.010 document 100000004", "40.00"],
    ]);
    const invoices = found.filter(({ direct_cost_type: type }) => type === "invoice");
    expect(new Set(invoices.map(({ invoice_number: number }) => number)).size).toBe(3);
    expect(invoices.every(({ invoice_number: number }) => /^[A-Z2-7]{16}$/.test(number ?? ""))).toBe(true);
    expect(invoices[0]?.vendor_id).toBe(invoices[1]?.vendor_id);
    expect(invoices[0]?.vendor_id).not.toBe(invoices[2]?.vendor_id);
    expect(found.filter(({ direct_cost_type: type }) => type !== "invoice").map(({ invoice_number: number }) => number)).toEqual([
      null,
      null,
    ]);
  });

  it("stays when the setting changes: what comes later is grouped the new way, and a second run writes nothing", async () => {
    const before = await costs();
    bench.changeCosts({ grouping: "day" });
    bench.records.costs = [
      ...(bench.records.costs ?? []),
      documentRecord("0100000005", [lineRecord("001", "1.00"), offsetLine("002", "-1.00")], { postingDate: "20261005" }),
      documentRecord("0100000006", [lineRecord("001", "2.00"), offsetLine("002", "-2.00")], { postingDate: "20261005" }),
      documentRecord("0100000007", [lineRecord("001", "4.00"), offsetLine("002", "-4.00")], { postingDate: "20261006" }),
    ];
    expect(await bench.sync(["vendors", "costs"])).toMatchObject({ state: "finished" });
    const found = await costs();
    expect(found.filter(({ description }) => description.includes("document"))).toEqual(before);
    expect(
      found.filter(({ description }) => description.includes("day")).map(({ description, amount }) => [description, amount]),
    ).toEqual([
      ["SAP 1000 2026.010 day 2026-10-05", "3.00"],
      ["SAP 1000 2026.010 day 2026-10-06", "4.00"],
    ]);
    const writes = await bench.writes();
    expect(await bench.sync(["vendors", "costs"])).toMatchObject({ state: "finished" });
    expect(await bench.writes()).toBe(writes);
  });

  it("has none for a document whose reversal came before it was posted, as long as the two stand (ruling 24)", async () => {
    const books = bench.records.costs ?? [];
    const before = await costs();
    const day = { postingDate: "20261007" };
    const original = (amount: string) =>
      documentRecord("0100000008", [lineRecord("001", amount), offsetLine("002", `-${amount}`)], {
        ...day,
        reversalOf: "0100000009.2026",
      });
    const reversal = documentRecord("0100000009", [lineRecord("001", "-3.00"), offsetLine("002", "3.00")], {
      ...day,
      reversalOf: "0100000008.2026",
    });
    const writes = await bench.writes();
    bench.records.costs = [...books, original("3.00"), reversal];
    const report = await bench.sync(["vendors", "costs"]);
    expect(report.flows.costs?.excluded["cost-reversed-unposted"]).toEqual({ count: 2, amount: { USD: "0.00" } });
    // A second run finds the pair whole, and leaves it.
    await bench.sync(["vendors", "costs"]);
    expect(await bench.writes()).toBe(writes);
    bench.records.costs = [...books, original("5.00"), reversal];
    const after = await bench.sync(["vendors", "costs"]);
    expect(after.flows.costs?.excluded["cost-reversed-unposted"]).toBeUndefined();
    const found = (await costs()).filter(({ description }) => !before.some((each) => each.description === description));
    expect(found.map(({ description, amount }) => [description, amount])).toEqual([["SAP 1000 2026.010 day 2026-10-07", "2.00"]]);
  });
});
