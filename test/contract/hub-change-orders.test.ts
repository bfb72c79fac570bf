// Changes in SAP of contracts that have been invoiced, through the hub with a fake agent and the simulated Procore: each becomes one commitment change
// order, once, to the cent, whatever happens between; and what cannot be ordered is held by name.
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InvoiceRecord, PurchaseOrderItem, SourceRecord } from "../../src/core/index.ts";
import type { RunContext } from "../../src/hub/context.ts";
import { listFindings, listHolds, type RunReport } from "../../src/hub/index.ts";
import { assertSecondLaw } from "../../src/hub/reconcile/conservation.ts";
import { type Bench, company, openBench, project } from "../support/hub-bench.ts";
import { invoiceRecord, itemRecord, invoiceLineRecord as line, orderRecord, vendorRecord } from "../support/records.ts";

type Order = { id: number; number: string; status: string; reference: string; grand_total: string; title: string };
type Line = { id: string; description: string; amount: string; commitment_line_item_id?: string; wbs_code_id: string };

let bench: Bench;
let crashAt: string | undefined;
let crashAfter = 0;

/** A crash between two commits, the so-manyth time that the place is passed. */
function faultPoint(name: string): void {
  if (name !== crashAt || crashAfter-- > 0) return;
  crashAt = undefined;
  throw new Error(`crash at ${name}`);
}

const orders = `/rest/v1.0/projects/${project}/commitment_change_orders`;
const linesOf = (id: number) => `/rest/v2.0/companies/${company}/projects/${project}/commitment_change_orders/${id}/line_items`;
const list = async () => (await bench.get(`${orders}?filters[contract_id][]=${(await contract())?.id}`)) as Order[];
const lines = async (id: number) => ((await bench.get(`${linesOf(id)}?per_page=100`)) as { data: Line[] }).data;
/** `status: item amount, …` of each change order, in the order they were made. */
const shown = async () => {
  const texts: string[] = [];
  for (const { id, status } of await list()) {
    const each = (await lines(id)).map(({ description, amount }) => `${description} ${Number(amount)}`);
    texts.push(`${status}: ${each.join(", ")}`);
  }
  return texts;
};
const contract = async () => {
  const all = (await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}`)) as Record<string, string>[];
  return all.find(({ number }) => number === current);
};
const revised = async () => Number((await contract())?.revised_contract);
const holds = async (flow: "purchase-orders" | "invoices" = "purchase-orders") =>
  (await listHolds(bench.postgres.store, { tenant: "main", flow, limit: 100 }))
    .filter(({ key }) => flow === "invoices" || key.startsWith(current))
    .map(({ key, code }) => `${key.replace(`${current}.`, "")} ${code}`)
    .sort();

async function finished(): Promise<RunReport> {
  const report = await bench.sync();
  expect([report.state, report.detail ?? ""]).toEqual(["finished", ""]);
  return report;
}

async function writesNothingMore(): Promise<void> {
  const before = await bench.writes();
  await finished();
  expect(await bench.writes()).toBe(before);
}

/** The contract line, the change order's and SAP's net come to one; a minor unit more on the contract line does not. */
async function secondLawSees(run: bigint): Promise<void> {
  const context = { tenant: "main", connection: { name: "main" }, run } as unknown as RunContext;
  const { store } = bench.postgres;
  const assert = () => store.transact({ tenant: "main" }, (tx) => assertSecondLaw(tx, context, "purchase-orders"));
  const move = (minor: number) =>
    store.transact({ tenant: "main" }, (tx) =>
      sql`update known set amount_minor = amount_minor + ${minor}::integer where origin_id like ${`%.PL.${current}.00010.%`}`.execute(
        tx,
      ),
    );
  await assert();
  await move(1);
  await expect(assert()).rejects.toMatchObject({ code: "run.total-differs" });
  await move(-1);
}

/** Each test has a purchase order of its own in the bench of its describe. */
let serial = 0;
let current = "";
const others: { orders: SourceRecord[]; invoices: SourceRecord[] } = { orders: [], invoices: [] };

const order = (...items: readonly PurchaseOrderItem[]): void => {
  bench.records["purchase-orders"] = [...others.orders, orderRecord(current, items)];
};
const ten = (amount: string, change: Partial<PurchaseOrderItem> = {}) => itemRecord("00010", amount, change);
const twenty = (amount: string) => itemRecord("00020", amount);
const thirty = (amount: string) => itemRecord("00030", amount);
const bill = (...invoices: readonly SourceRecord[]): void => {
  bench.records.invoices = [...others.invoices, ...invoices];
};
const invoice = (nth: number, amount: string, item = "00010", change: Partial<InvoiceRecord> = {}) =>
  invoiceRecord(`51056${serial}000${nth}`, [line("000001", amount, { purchaseOrder: current, item })], {
    postingDate: `2026101${nth}`,
    ...change,
  });
const first = () => invoice(1, "40.10");

async function open(change: Record<string, unknown> = {}): Promise<void> {
  bench = await openBench({ settings: { limits: { settleMs: 100, callTimeoutMs: 400, attemptsMax: 4 }, ...change }, faultPoint });
  bench.records.vendors = [vendorRecord("0000100001")];
  const october = { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-11-05", status: "open" };
  await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, { billing_period: october });
  Object.assign(others, { orders: [], invoices: [] });
  next();
}

function next(): void {
  serial += 1;
  current = `450000000${serial}`;
}

/** A contract of 150 of which 40.10 are billed. */
async function begin(): Promise<void> {
  order(ten("100.00"), twenty("50.00"));
  bill(first());
  await finished();
}

afterEach(() => {
  crashAt = undefined;
  crashAfter = 0;
});

describe("a change of a contract that has been invoiced", () => {
  beforeAll(() => open());
  beforeEach(begin);
  afterEach(() => {
    Object.assign(others, { orders: bench.records["purchase-orders"], invoices: bench.records.invoices });
    next();
  });
  afterAll(() => bench.close());

  it("is one change order each time, approved, with the difference on the lines that changed; nothing is edited", async () => {
    order(ten("120.00"), twenty("45.50"));
    const report = await finished();
    expect(report.flows["purchase-orders"]?.held ?? {}).toEqual({});
    expect(await shown()).toEqual(["approved: 00010.01 Item 00010 20, 00020.01 Item 00020 -4.5"]);
    const [one] = await list();
    expect(one).toMatchObject({ reference: `S01.100.CO.${current}.${project}.1`, number: "001" });
    const [raised] = await lines(one?.id ?? 0);
    expect(raised).toMatchObject({ wbs_code_id: "33001", commitment_line_item_id: expect.any(String) });
    expect(await contract()).toMatchObject({ status: "Approved", grand_total: "150.0", approved_change_orders: "15.5" });
    await secondLawSees(BigInt(report.run));
    await writesNothingMore();

    // The next change of SAP is the next change order; a text alone is none. Item 20 falls to nothing.
    order(ten("119.99", { description: "Another text" }), twenty("0.00"));
    await finished();
    expect((await shown())[1]).toBe("approved: 00010.01 Another text -0.01, 00020.01 Item 00020 -45.5");
    expect(await revised()).toBe(119.99);
    order(ten("119.99"), twenty("0.00"));
    await writesNothingMore();
    expect(await list()).toHaveLength(2);
    await bench.hub.prove({ connection: "main", calls: 100 });
    expect(await listFindings(bench.postgres.store, { tenant: "main" })).toEqual([]);
  });

  it("of a new item is a line of its own, which invoices bill as a change order's; it never falls below what they billed", async () => {
    order(ten("100.00"), twenty("50.00"), thirty("30.00"));
    bill(first(), invoice(2, "12.00", "00030"));
    await finished();
    expect(await shown()).toEqual(["approved: 00030.01 Item 00030 30"]);
    const [one] = await list();
    const [added] = await lines(one?.id ?? 0);
    expect(added?.commitment_line_item_id).toBeUndefined();
    expect(await holds("invoices")).toEqual([]);
    const billed = (await bench.get(`/rest/v1.1/requisitions?project_id=${project}&view=items&per_page=100`)) as {
      invoice_number: string;
      items: { item_type: string; line_item_id: number; work_completed_this_period: string }[];
    }[];
    expect(billed.find(({ invoice_number }) => invoice_number === `51056${serial}0002`)?.items.at(-1)).toMatchObject({
      item_type: "change_order_item",
      line_item_id: Number(added?.id),
      work_completed_this_period: "12.00",
    });
    await writesNothingMore();

    // SAP says less than was billed of two items, and more of the third.
    order(ten("40.00"), twenty("51.00"), thirty("11.99"));
    await finished();
    expect(await holds()).toEqual(["00010.01 po-change-below-invoiced", "00030.01 po-change-below-invoiced"]);
    expect((await shown())[1]).toBe("approved: 00020.01 Item 00020 1");
    // Ruling 15: finally invoiced and deleted items fall to what was invoiced.
    const history = (amount: string) => ({ history: [{ category: "2", assignment: "01", quantity: "0", amount }] });
    order(
      ten("100.00", { isFinallyInvoiced: true, ...history("40.10") }),
      twenty("51.00"),
      itemRecord("00030", "30.00", { deletion: "L", ...history("12.00") }),
    );
    await finished();
    expect(await holds()).toEqual(["00030.01 po-deletion-unproved"]);
    // Ruling 33: a deletion needs a second sweep, and waits alone.
    await finished();
    expect(await holds()).toEqual([]);
    expect((await shown()).slice(2)).toEqual(["approved: 00010.01 Item 00010 -59.9", "approved: 00030.01 Item 00030 -18"]);
    expect(await revised()).toBe(103.1);
    await bench.hub.prove({ connection: "main", calls: 100 });
    expect(await listFindings(bench.postgres.store, { tenant: "main" })).toEqual([]);
  });

  it("is written once where the order, a line or the approval was made and nobody answered", async () => {
    const onTimeout = (path: string, method: string) =>
      bench.door("/sandbox/weather", { on: { path, method }, times: 1, how: "timeout-after-commit", delayMs: 1_000 });
    await onTimeout("commitment_change_orders$", "POST");
    order(ten("120.00"), twenty("50.00"), thirty("5.00"));
    await finished();
    await onTimeout("/line_items$", "POST");
    order(ten("121.00"), twenty("52.00"), thirty("5.00"));
    await finished();
    await onTimeout("commitment_change_orders/[0-9]+$", "PATCH");
    order(ten("121.00"), twenty("55.00"), thirty("6.00"));
    await finished();
    expect(await shown()).toEqual([
      "approved: 00010.01 Item 00010 20, 00030.01 Item 00030 5",
      "approved: 00010.01 Item 00010 1, 00020.01 Item 00020 2",
      "approved: 00020.01 Item 00020 3, 00030.01 Item 00030 1",
    ]);
    expect(await revised()).toBe(182);
    await writesNothingMore();
  });

  it("goes on after a crash before its approval, and with what SAP says by then", async () => {
    // The order, then its lines; the process ends before the approval.
    crashAt = "apply.settled";
    crashAfter = 1;
    order(ten("120.00"), twenty("60.00"));
    expect((await bench.sync()).state).toBe("stopped");
    expect(await shown()).toEqual(["draft: 00010.01 Item 00010 20, 00020.01 Item 00020 10"]);
    // Meanwhile SAP takes one change back and says another of the other.
    order(ten("130.00"), twenty("50.00"));
    await finished();
    expect(await shown()).toEqual(["approved: 00010.01 Item 00010 30, 00020.01 Item 00020 0"]);
    expect(await revised()).toBe(180);
    // The process ends with the approval under way: it may be approved, so what SAP says meanwhile is the next change order.
    crashAt = "apply.sending";
    crashAfter = 2;
    order(ten("140.00"), twenty("50.00"));
    expect((await bench.sync()).state).toBe("stopped");
    order(ten("145.00"), twenty("50.00"));
    await finished();
    expect((await shown()).slice(1)).toEqual(["approved: 00010.01 Item 00010 10", "approved: 00010.01 Item 00010 5"]);
    await writesNothingMore();
  });

  it("waits by name where Procore has no change orders for us, where people made some, and where a draft is not as planned", async () => {
    order(ten("120.00"), twenty("50.00"));
    await bench.door("/sandbox/switches", { changeOrderTiers: 0 });
    await finished();
    expect(await holds()).toEqual(["00010.01 change-orders-not-enabled"]);
    // Invoices go on meanwhile.
    bill(first(), invoice(2, "1.00"));
    await finished();
    expect(await holds("invoices")).toEqual([]);
    await bench.door("/sandbox/switches", { changeOrderTiers: 3 });
    await finished();
    expect(await holds()).toEqual(["00010.01 change-order-refused"]);
    await bench.door("/sandbox/switches", { changeOrderTiers: 2 });
    const { id } = (await bench.post(orders, {
      change_order: { contract_id: Number((await contract())?.id), title: "By hand" },
    })) as Order;
    await finished();
    expect(await holds()).toEqual(["00010.01 change-order-by-hand"]);
    await bench.patch(`${orders}/${id}`, { change_order: { status: "void" } });
    // Somebody adds a line to our draft before it is approved.
    await bench.door("/sandbox/weather", {
      on: { path: "commitment_change_orders/[0-9]+$", method: "PATCH" },
      times: 1,
      how: "refuse",
      status: 422,
      shape: "list",
      message: "no",
    });
    await finished();
    expect(await holds()).toEqual(["00010.01 change-order-refused"]);
    const draft = (await list()).find(({ status }) => status === "draft");
    await bench.post(linesOf(draft?.id ?? 0), { amount: "7", wbs_code_id: "33001", description: "Mine" });
    await finished();
    expect(await holds()).toEqual(["00010.01 procore-differs"]);
    expect((await contract())?.approved_change_orders).toBe("0.0");
    // A draft is anybody's to delete: it is made anew, whole.
    await bench.remove(`${orders}/${draft?.id}`);
    await finished();
    expect(await holds()).toEqual([]);
    expect(await shown()).toEqual(["void: ", "approved: 00010.01 Item 00010 20"]);
    await writesNothingMore();
  });
});

it("is held where the settings say so, and by the line", async () => {
  await open({ purchaseOrders: { changeAfterRequisition: "hold" } });
  await begin();
  order(ten("120.00"), twenty("50.00"), thirty("1.00"));
  await finished();
  expect(await holds()).toEqual(["00010.01 po-change-after-requisition", "00030.01 po-change-after-requisition"]);
  expect(await list()).toEqual([]);
  order(ten("100.00"), twenty("50.00"));
  await finished();
  expect(await holds()).toEqual([]);
  await bench.close();
});

describe("an order in another currency than its project's", () => {
  const euros = (amount: string) => {
    const abroad = { currency: "EUR", exchangeRate: "1.10000", companyCurrency: "USD" };
    bench.records["purchase-orders"] = [orderRecord(current, [ten(amount)], abroad)];
  };
  const start = async (purchaseOrders: Record<string, unknown>) => {
    await open({ purchaseOrders });
    bill(invoice(1, "40.10", "00010", { currency: "EUR" }));
    euros("100.00");
  };
  afterEach(() => bench.close());

  const currencyAndTotal = async () => {
    const one = (await contract()) as unknown as { currency_configuration: { currency_iso_code: string }; grand_total: string };
    return [one.currency_configuration.currency_iso_code, Number(one.grand_total)];
  };
  const billed = async () => {
    const all = (await bench.get(`/rest/v1.1/requisitions?project_id=${project}&view=items`)) as {
      items: { work_completed_this_period: string }[];
    }[];
    return all.map(({ items }) => items.map(({ work_completed_this_period: work }) => work));
  };

  it("is converted by its own rate where the settings say so, and so are its changes and invoices", async () => {
    await start({ foreignCurrency: "purchase-order-rate" });
    await finished();
    expect(await currencyAndTotal()).toEqual(["USD", 110]);
    expect(await billed()).toEqual([["44.11"]]);
    euros("120.00");
    await finished();
    expect(await shown()).toEqual(["approved: 00010.01 Item 00010 22"]);
    await writesNothingMore();
  });

  it("is a contract in its own currency where the project has that, made once, and held where it has not", async () => {
    await start({ foreignCurrency: "multicurrency", contractRate: "purchase-order" });
    await finished();
    expect(await holds()).toEqual(["00010.01 po-currency"]);
    await bench.door("/sandbox/switches", { multicurrency: true });
    const on = { path: "/purchase_order_contracts$", method: "POST" };
    await bench.door("/sandbox/weather", { on, times: 1, how: "timeout-after-commit", delayMs: 1_000 });
    await finished();
    expect(await currencyAndTotal()).toEqual(["EUR", 100]);
    expect(await billed()).toEqual([["40.10"]]);
    await writesNothingMore();
    euros("120.00");
    await finished();
    expect(await shown()).toEqual(["approved: 00010.01 Item 00010 20"]);
    expect((await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}`)) as unknown[]).toHaveLength(1);
    await bench.hub.prove({ connection: "main", calls: 100 });
    expect(await listFindings(bench.postgres.store, { tenant: "main" })).toEqual([]);
  });
});
