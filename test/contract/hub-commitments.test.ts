// Commitments to date (ruling 31) through hub, store and simulated Procore: SAP's order history, the invoices that were read and what became of them, the
// requisitions and contracts that Procore lists. One bench: each test goes on where the one before stood.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ControlTotalRecord, StatementRow } from "../../src/core/index.ts";
import { reconcileCommitments } from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule, secondProject } from "../support/hub-bench.ts";
import {
  documentRecord,
  invoiceRecord,
  itemRecord,
  invoiceLineRecord as line,
  lineRecord,
  offsetLine,
  orderRecord,
  totalRecord,
  vendorRecord,
} from "../support/records.ts";

let bench: Bench;
const scope = { tenant: "main", connection: "main", client: { systemId: "S01", client: "100" } };
const [one, two] = ["4500000001", "4500000002"];
const assigned = (key: string) => [
  {
    assignment: "01",
    quantity: "1.000",
    percent: "0.0",
    netValue: "",
    account: "0000400000",
    object: { kind: "wbs", key } as const,
  },
];

/** A sum of EKBE, as the extract tells it: of an order's item, by category and year. */
const history = (order: string, item: string, category: string, total: string, year = 2026): ControlTotalRecord =>
  totalRecord(category, [], {
    source: "EKBE",
    key: `EKBE:${order}/${item}/${category}/${year}/USD`,
    object: `${order}/${item}`,
    costObject: undefined,
    transaction: "",
    controllingArea: "",
    fiscalYear: year,
    total,
  });

const state = () => reconcileCommitments(bench.postgres.store, scope);
const list = () => bench.hub.listProcoreCommitments({ connection: "main" });
const told = (rows: readonly StatementRow[]) =>
  rows.map((row) => [
    `${row.project} ${row.purchaseOrder} ${row.costCode}`.trim(),
    [row.control, row.read, row.posted, row.held, row.waiting, row.excluded, row.procore, row.variance],
    row.classes,
  ]);

const openPeriod = (id: number) =>
  bench.post(`/rest/v1.0/projects/${id}/billing_periods`, {
    billing_period: { start_date: "2026-10-01", end_date: "2026-10-28", due_date: "2026-10-28", status: "open" },
  });
async function sync(): Promise<void> {
  const report = await bench.sync();
  expect([report.state, report.detail ?? ""]).toEqual(["finished", ""]);
}

beforeAll(async () => {
  const rules = [rule("P-1", "M"), rule("P-2", "M", undefined, "BRIDGE"), rule("P-1", "L", "0000500000")];
  bench = await openBench({ rules, settings: { reconciliation: { controlTotals: "after-costs" } } });
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records["purchase-orders"] = [
    orderRecord(one, [
      itemRecord("00010", "100.00"),
      itemRecord("00020", "50.00", { assignments: assigned("P-2") }),
      // What nobody gets back of the tax is in the contract and in the requisition, and not in the history.
      itemRecord("00030", "20.00", { nonDeductibleTax: "2.00" }),
      // Finally invoiced, and nothing was: it falls to nothing (ruling 15).
      itemRecord("00040", "60.00", { isFinallyInvoiced: true, history: [] }),
    ]),
    orderRecord(two, [itemRecord("00010", "30.00", { assignments: assigned("P-9") })]),
  ];
  bench.records.invoices = [
    invoiceRecord("5105600001", [line("000001", "40.10"), line("000002", "10.00", { item: "00020" })]),
    invoiceRecord("5105600002", [line("000001", "30.00", { purchaseOrder: two })]),
    // Neither is in the history: one is parked, the other's line is a delivery cost.
    invoiceRecord("5105600003", [line("000001", "9.00")], { status: "A" }),
    invoiceRecord("5105600004", [line("000001", "7.00", { conditionType: "FRA1" })]),
  ];
  bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "1.00"), offsetLine("002", "-1.00")])];
  await openPeriod(project);
  await openPeriod(secondProject);
});
afterAll(() => bench.close());

describe("commitments", () => {
  it("have no total of SAP's where the history was not read, and no listing where none was made", async () => {
    await sync();
    const { requisitions, receipts, control } = await state();
    expect(control.run).toBe(0n);
    expect(receipts).toEqual([]);
    expect(told(requisitions)).toEqual([
      [`${two}`, [undefined, 3000n, 0n, 3000n, 0n, 0n, 0n, 3000n], { held: 3000n }],
      [`BRIDGE ${one} 03-100.M`, [undefined, 1000n, 1000n, 0n, 0n, 0n, 0n, 1000n], { "not-listed": 1000n }],
      [`TOWER ${one} 03-100.M`, [undefined, 4010n, 4010n, 0n, 0n, 0n, 0n, 4010n], { "not-listed": 4010n }],
    ]);
  });

  it("state SAP's history, what was read and what Procore lists by project, order and cost code; what was never read shows", async () => {
    bench.records["control-totals"] = [
      // Two years are one sum: commitments are to date.
      history(one, "00010", "2", "30.00", 2025),
      history(one, "00010", "2", "10.10"),
      history(one, "00010", "1", "60.00"),
      history(one, "00020", "2", "10.00"),
      // A subsequent debit that the invoices flow never saw.
      history(one, "00020", "3", "3.00"),
      // Neither is an invoice: services as entered, and maintenance of the GR/IR account, which settles a receipt.
      history(one, "00020", "9", "99.00"),
      history(one, "00010", "2K", "4.00"),
      history(two, "00010", "2", "30.00"),
    ];
    await sync();
    expect(await list()).toMatchObject({ projects: 2, credible: 2 });
    const { requisitions, contracts, receipts } = await state();
    expect(told(requisitions)).toEqual([
      [`${two}`, [3000n, 3000n, 0n, 3000n, 0n, 0n, 0n, 3000n], { held: 3000n }],
      [`BRIDGE ${one} 03-100.M`, [1300n, 1000n, 1000n, 0n, 0n, 0n, 1000n, 300n], { "not-read": 300n }],
      [`TOWER ${one} 03-100.M`, [4010n, 4010n, 4010n, 0n, 0n, 0n, 4010n, 0n], {}],
    ]);
    expect(told(contracts)).toEqual([
      [`${two}`, [undefined, 3000n, 0n, 3000n, 0n, 0n, 0n, 3000n], { unmapped: 3000n }],
      [`BRIDGE ${one}`, [undefined, 5000n, 5000n, 0n, 0n, 0n, 5000n, 0n], {}],
      [`TOWER ${one}`, [undefined, 18200n, 12200n, 0n, 0n, 6000n, 12200n, 0n], {}],
    ]);
    expect(receipts).toEqual([
      {
        companyCode: "1000",
        project: "TOWER",
        currency: "USD",
        items: 1,
        received: 6000n,
        invoiced: 4410n,
        receivedNotInvoiced: 1590n,
        invoicedNotReceived: 0n,
      },
    ]);
  });

  it("name tax that nobody gets back, what came after SAP's total, and go down to the invoice's line", async () => {
    bench.records.invoices = [
      ...(bench.records.invoices ?? []),
      invoiceRecord("5105600005", [line("000001", "10.00", { item: "00030" })], { entryDate: "20261201", taxAmount: "1.00" }),
    ];
    await sync();
    await list();
    const { requisitions, lines } = await state();
    const tower = requisitions.find((row) => row.project === "TOWER");
    expect(tower && told([tower])[0]?.slice(1)).toEqual([
      [4010n, 5010n, 5010n, 0n, 0n, 0n, 5110n, -1100n],
      { "cut-off": -1000n, tax: -100n },
    ]);
    expect(lines.find(({ invoice }) => invoice === "5105600005.2026")).toEqual({
      companyCode: "1000",
      project: "TOWER",
      purchaseOrder: one,
      item: "00030",
      assignment: "01",
      costCode: "03-100.M",
      invoice: "5105600005.2026",
      line: "000001",
      currency: "USD",
      amountMinor: 1000n,
      became: "posted",
      reason: "",
      isLate: true,
      requisition: `S01.100.RQ.5105600005.2026.${one}.${project}`,
      finding: "",
    });
  });

  it("show what SAP changed of an invoice after it was billed", async () => {
    bench.records.invoices = (bench.records.invoices ?? []).map((record) =>
      record.kind === "invoice" && record.key === "5105600001.2026"
        ? { ...record, lines: [line("000001", "41.10"), line("000002", "10.00", { item: "00020" })] }
        : record,
    );
    await sync();
    await list();
    const tower = (await state()).requisitions.find((row) => row.project === "TOWER");
    expect(tower?.classes).toEqual({ changed: 100n, "not-read": -100n, "cut-off": -1000n, tax: -100n });
    expect([tower?.posted, tower?.held, tower?.procore]).toEqual([5010n, 100n, 5110n]);
  });

  it("name a requisition that a person changed, and one that a person deleted", async () => {
    const done = () => undefined;
    await bench.door("/sandbox/switches", { requisitionEdits: "any" });
    type Listed = { id: number; origin_id: string; items: Record<string, unknown>[] };
    const [gone] = (await bench.get(`/rest/v1.1/requisitions?project_id=${secondProject}`)) as Listed[];
    await bench.remove(`/rest/v1.1/requisitions/${gone?.id}?project_id=${secondProject}`).catch(done);
    const listed = (await bench.get(`/rest/v1.1/requisitions?project_id=${project}&view=items`)) as Listed[];
    const first = listed.find((each) => each.origin_id.includes("5105600001"));
    const item = { id: first?.items[0]?.id, item_type: "contract_item", work_completed_this_period: "39.10" };
    const change = { requisition_items: [item] };
    await bench.patch(`/rest/v1.0/requisitions/${first?.id}/bulk_item_update?project_id=${project}`, change).catch(done);
    await list();
    const { requisitions, lines } = await state();
    const classesOf = (name: string) => requisitions.find((row) => row.project === name)?.classes;
    expect(classesOf("BRIDGE")).toEqual({ "not-read": 300n, deleted: 1000n });
    expect(classesOf("TOWER")).toEqual({ changed: 100n, "not-read": -100n, "cut-off": -1000n, tax: -100n, edited: 100n });
    expect(lines.filter(({ finding }) => finding !== "").map(({ invoice, finding }) => `${invoice} ${finding}`)).toEqual([
      "5105600001.2026 edited",
      "5105600001.2026 deleted",
    ]);
  });
});
