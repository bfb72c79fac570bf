// What the product's client reads beside what the flows write: change orders, payments, the budget, units. A person made them in the sandbox.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Procore } from "../../src/procore/index.ts";
import { company, entities, idOf, project, wbsCode } from "./procore-bench.ts";
import { ClientBench, valued } from "./procore-client-bench.ts";

let bench: ClientBench;
let procore: Procore;
let contract: number;
const contracts = "/rest/v1.0/purchase_order_contracts";

beforeEach(async () => {
  bench = new ClientBench();
  await bench.start();
  await bench.sandbox.login();
  procore = bench.open();
  const made = await bench.sandbox.patch(`${contracts}/sync`, {
    project_id: project,
    updates: [{ origin_id: "PO.1" }],
  });
  contract = idOf(entities(made)[0]);
});

afterEach(async () => {
  const { complaints } = bench;
  await bench.close();
  expect(complaints).toEqual([]);
});

const addLine = async (amount: string) => {
  const updates = [{ origin_id: "PL.1", amount, wbs_code_id: wbsCode }];
  const made = await bench.sandbox.patch(
    `${contracts}/${contract}/line_items/sync`,
    { updates },
    { project_id: String(project) },
  );
  return idOf(entities(made)[0]);
};

const approve = () =>
  bench.sandbox.patch(`${contracts}/sync`, { project_id: project, updates: [{ id: contract, status: "Approved" }] });

describe("change orders of a contract", () => {
  const base = `/rest/v1.0/projects/${project}/commitment_change_orders`;
  const make = async (title: string) =>
    idOf((await bench.sandbox.post(base, { change_order: { contract_id: contract, title, number: title } })).json);

  it("are listed with their totals, by contract and status, and their lines with ids that are text in Procore", async () => {
    const line = await addLine("100.00");
    await approve();
    const first = await make("CO-1");
    const lines = `/rest/v2.0/companies/${company}/projects/${project}/commitment_change_orders/${first}/line_items`;
    await bench.sandbox.post(lines, {
      amount: "12.50",
      wbs_code_id: String(wbsCode),
      description: "more",
      commitment_line_item_id: String(line),
    });
    const second = await make("CO-2");
    await bench.sandbox.patch(`${base}/${second}`, { change_order: { status: "void" } });
    const all = valued(await procore.commitmentChangeOrders.list({ projectId: project, contractIds: [contract] }).all());
    expect(all).toMatchObject([
      { id: first, contractId: contract, number: "CO-1", grandTotal: "12.5", currencyIsoCode: "USD" },
      { id: second, number: "CO-2", status: "void", grandTotal: "0.0" },
    ]);
    const voided = valued(await procore.commitmentChangeOrders.list({ projectId: project, status: "void" }).all());
    expect(voided.map(({ id }) => id)).toEqual([second]);
    expect(valued(await procore.commitmentChangeOrders.list({ projectId: project, contractIds: [contract + 1] }).all())).toEqual(
      [],
    );
    const read = valued(await procore.commitmentChangeOrders.lines({ projectId: project, changeOrderId: first }).all());
    expect(read).toMatchObject([{ amount: "12.5", contractLineId: line, wbsCodeId: wbsCode, description: "more" }]);
    expect(Number.isSafeInteger(read[0]?.id)).toBe(true);
  });

  it("are made, changed while they are drafts, and locked once approved", async () => {
    const line = await addLine("100.00");
    await approve();
    const { commitmentChangeOrders } = procore;
    const draft = { reference: "S01.100.CO.1.810.1", title: "SAP change 1", status: "draft" as const };
    const made = await commitmentChangeOrders.create({ projectId: project, contractId: contract }, draft);
    if (made.kind !== "answered") throw new Error(made.kind);
    expect(made.body).toMatchObject({ contractId: contract, status: "draft", reference: draft.reference });
    const at = { projectId: project, changeOrderId: made.body.id };
    const content = { amount: "12.50", description: "00010.01 Rebar", wbs_code_id: wbsCode, commitment_line_item_id: line };
    const added = await commitmentChangeOrders.addLine(at, content);
    if (added.kind !== "answered") throw new Error(added.kind);
    expect(added.body).toMatchObject({ amount: "12.5", contractLineId: line, wbsCodeId: wbsCode });
    const changed = await commitmentChangeOrders.changeLine({ ...at, lineId: added.body.id }, { amount: "-3.05" });
    expect(changed).toMatchObject({ kind: "answered", body: { id: added.body.id, amount: "-3.05" } });
    expect(await commitmentChangeOrders.approve(at)).toMatchObject({ kind: "answered", body: { status: "approved" } });
    expect(await commitmentChangeOrders.addLine(at, content)).toMatchObject({
      kind: "refused",
      fault: { code: "procore.locked" },
    });
    const listed = valued(await commitmentChangeOrders.list({ projectId: project }).all());
    expect(listed.map(({ reference, grandTotal }) => [reference, grandTotal])).toEqual([[draft.reference, "-3.05"]]);
    await bench.sandbox.switches({ changeOrderTiers: 3 });
    const refused = await commitmentChangeOrders.create({ projectId: project, contractId: contract }, draft);
    expect(refused).toMatchObject({ kind: "refused", fault: { code: "procore.validation" } });
  });
});

describe("a contract in a currency of its own", () => {
  const row = { originId: "PO.EUR", body: { number: "EUR-1", currency_iso_code: "EUR", currency_exchange_rate: "1.10250" } };

  it("is created by itself, rate to the digit, and only where the project has multicurrency", async () => {
    const { projects, purchaseOrderContracts } = procore;
    expect(await purchaseOrderContracts.create(project, row)).toMatchObject({ kind: "refused" });
    expect(valued(await projects.currency(project))).toEqual({ isoCode: "USD", hasMulticurrency: false });
    await bench.sandbox.switches({ multicurrency: true });
    expect(valued(await projects.currency(project))).toEqual({ isoCode: "USD", hasMulticurrency: true });
    const made = await purchaseOrderContracts.create(project, row);
    expect(made).toMatchObject({ kind: "answered", body: { originId: "PO.EUR", currencyIsoCode: "EUR" } });
  });
});

describe("payments of a contract", () => {
  it("are listed with amount, date and the requisition that they pay", async () => {
    const payment = { amount: "70.10", date: "2026-11-03", check_number: "1001", payment_method: "check" };
    await bench.sandbox.post("/rest/v1.0/contract_payments", {
      project_id: project,
      contract_id: contract,
      contract_payment: payment,
    });
    expect(valued(await procore.contractPayments.list({ projectId: project, contractId: contract }).all())).toMatchObject([
      { contractId: contract, requisitionId: null, amount: "70.1", date: "2026-11-03", checkNumber: "1001", originId: null },
    ]);
  });
});

describe("the budget", () => {
  it("shows what Procore itself adds up for each budget code", async () => {
    await addLine("100.25");
    await approve();
    const [view] = valued(await procore.budget.views(project).all());
    if (!view) throw new Error("there is no budget view");
    const of = { projectId: project, viewId: view.id };
    const columns = valued(await procore.budget.columns(of));
    const committed = columns.find(({ name }) => name === "Committed Costs");
    expect(committed).toMatchObject({ isSum: true });
    const [row, ...others] = valued(await procore.budget.detailRows(of).all());
    expect(others).toEqual([]);
    expect(row).toMatchObject({ wbsCodeId: wbsCode, originalBudgetAmount: "0.00", currencyIsoCode: "USD" });
    expect(row?.column(committed?.key ?? "")).toBe("100.25");
    expect([row?.column("no such column"), row?.column("category")]).toEqual([undefined, undefined]);
    expect(valued(await procore.budget.line({ projectId: project, id: row?.id ?? 0 }))).toMatchObject({ flatCode: "03-100.M" });
    expect(valued(await procore.budget.isLocked(project))).toBe(false);
    await bench.sandbox.post(`/rest/v1.0/projects/${project}/budget/lock`, undefined);
    expect(valued(await procore.budget.isLocked(project))).toBe(true);
  });

  it("of a project that we may not see is refused by name", async () => {
    const read = await procore.budget.isLocked(999);
    expect(read.ok ? "" : read.error.code).toBe("procore.not-found");
  });
});

describe("units", () => {
  it("are read before they are written; what somebody else made meanwhile is named", async () => {
    const before = valued(await procore.units.list().all());
    const [standard] = before;
    expect(standard).toMatchObject({ isStandard: true });
    const added = await procore.units.add(["ZST", standard?.name ?? ""], standard?.categoryId ?? 0);
    if (added.kind !== "answered") throw new Error(JSON.stringify(added));
    expect(added.body.units).toMatchObject([{ name: "ZST", isStandard: false }]);
    expect(added.body.refused).toEqual([standard?.name]);
    const after = valued(await procore.units.list().all());
    expect(after.map(({ name }) => name).sort()).toEqual([...before.map(({ name }) => name), "ZST"].sort());
  });

  it("of an unknown outcome are found in the list", async () => {
    await bench.weather("timeout-after-commit", "/uoms/sync$");
    const added = await procore.units.add(["ZST"], 1, { timeoutMs: 200 });
    expect(added.kind).toBe("unknown");
    expect(valued(await procore.units.list().all()).filter(({ name }) => name === "ZST")).toHaveLength(1);
  });
});
