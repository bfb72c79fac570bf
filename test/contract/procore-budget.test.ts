// The simulated Procore's budget and contract payments over its socket: lines of themselves, the lock, the view's totals, what was paid.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, company, entities, idOf, otherProject, project, row, rows, wbsCode } from "./procore-bench.ts";

const contracts = "/rest/v1.0/purchase_order_contracts";
const lines = "/rest/v1.1/budget_line_items";
const payments = "/rest/v1.0/contract_payments";
const inProject = { project_id: String(project) };
let bench: Bench;
let contract: number;

beforeEach(async () => {
  bench = await Bench.open();
  await bench.switches({ directCostMs: 0 });
  const made = await bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ origin_id: "PO.1" }] });
  contract = idOf(entities(made)[0]);
});

afterEach(() => bench.finish());

const budget = (fields: Record<string, unknown>) => bench.post(lines, { project_id: project, budget_line_item: fields });
const addLine = async (fields: Record<string, unknown>) => {
  const updates = [{ origin_id: "PL.1", amount: "100.25", wbs_code_id: wbsCode, ...fields }];
  return entities(await bench.patch(`${contracts}/${contract}/line_items/sync`, { updates }, inProject))[0];
};
const detailRows = async () => rows((await bench.get("/rest/v1.0/budget_views/1/detail_rows", inProject)).json);

describe("budget lines", () => {
  it("are one for each budget code, with the words that integrators report", async () => {
    const made = await budget({ wbs_code_id: wbsCode, original_budget_amount: 2500.5, uom: "t", quantity: 3, unit_cost: 833.5 });
    expect(made.json).toMatchObject({ original_budget_amount: 2500.5, uom: "t", wbs_code: { flat_code: "03-100.M" } });
    const again = await budget({ wbs_code_id: wbsCode });
    expect([again.status, again.json]).toEqual([422, { errors: { wbs_code_id: ["This Budget Code already exists"] } }]);
    expect((await budget({ wbs_code_id: otherProject * 1000 })).status).toBe(422);
    expect((await budget({ wbs_code_id: wbsCode, uom: "furlong" })).status).toBe(422);
    expect((await budget({})).status).toBe(422);
    const one = `${lines}/${idOf(made.json)}`;
    await bench.patch(one, { project_id: project, budget_line_item: { original_budget_amount: 1 } });
    expect((await bench.get(one, inProject)).json).toMatchObject({ original_budget_amount: 1, quantity: 3 });
  });

  it("make themselves at nothing when a line lands on their code, unless the switch is off", async () => {
    await addLine({});
    await addLine({ amount: "7" });
    expect(await detailRows()).toMatchObject([{ wbs_code_id: wbsCode, original_budget_amount: "0.00", cost_code: "03-100" }]);
    await bench.switches({ automaticBudgetLines: false });
    await addLine({ origin_id: "PL.2", wbs_code_id: undefined, cost_code_id: 81003, line_item_type_id: 22 });
    expect(await detailRows()).toHaveLength(1);
  });

  it("keep their amount while the budget is locked, and stay while money is on their code", async () => {
    const id = idOf((await budget({ wbs_code_id: wbsCode, original_budget_amount: 5 })).json);
    const lock = `/rest/v1.0/projects/${project}/budget/lock`;
    expect((await bench.post(lock, undefined)).status).toBe(201);
    const change = { project_id: project, budget_line_item: { original_budget_amount: 6 } };
    const refused = await bench.patch(`${lines}/${id}`, change);
    expect(refused.json).toEqual({ errors: ["The original_budget_amount cannot be updated for a locked budget."] });
    expect((await bench.get(`/rest/v1.0/projects/${project}/budget`)).json).toEqual({ locked: true });
    expect((await bench.send("DELETE", lock)).json).toEqual({ locked: false });
    expect((await bench.patch(`${lines}/${id}`, change)).status).toBe(200);
    const path = `/rest/v2.0/companies/${company}/projects/${project}/budget_line_items/${id}`;
    await addLine({});
    expect((await bench.send("DELETE", path)).status).toBe(422);
    await bench.send("DELETE", `${contracts}/${contract}`, { query: inProject });
    expect((await bench.send("DELETE", path)).status).toBe(204);
    expect(await detailRows()).toEqual([]);
  });

  it("show in the view's rows what is committed, spent and invoiced, drafts left out", async () => {
    const line = await addLine({});
    expect(await detailRows()).toMatchObject([{ committed_costs: "0.00" }]);
    await bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ id: contract, status: "Approved" }] });
    const cost = (status: string, amount: number) =>
      bench.post(`/rest/v1.1/projects/${project}/direct_costs`, {
        direct_cost: { direct_cost_type: "expense", status, line_items: [{ wbs_code_id: wbsCode, manual_amount: amount }] },
      });
    await cost("approved", 20.1);
    await cost("draft", 1000);
    const dates = { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-11-05", status: "open" };
    await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, { billing_period: dates });
    for (const work of ["30", "5"]) {
      const items = [{ item_type: "contract_item", line_item_id: idOf(line), work_completed_this_period: work }];
      const requisition = { status: "approved", items };
      await bench.post("/rest/v1.1/requisitions", { project_id: project, commitment_id: contract, requisition });
    }
    expect(await detailRows()).toMatchObject([
      { committed_costs: "100.25", direct_costs: "20.10", job_to_date_costs: "55.10", category: "Materials" },
    ]);
    const views = await bench.get("/rest/v1.0/budget_views", inProject);
    expect(rows(views.json)).toMatchObject([{ id: 1 }]);
    const columns = await bench.get("/rest/v1.0/budget_views/1/budget_detail_columns", inProject);
    expect(rows(columns.json).map((one) => one.id)).toEqual(["committed_costs", "direct_costs", "job_to_date_costs"]);
    expect((await bench.get("/rest/v1.0/budget_views/1/summary_rows", inProject)).status).toBe(200);
    const none = await bench.get("/rest/v1.0/budget_views/1/detail_rows", { ...inProject, "cost_code_id[]": "81003" });
    expect(none.json).toEqual([]);
  });
});

describe("contract payments", () => {
  const pay = (fields: Record<string, unknown>) =>
    bench.post(payments, { project_id: project, contract_id: contract, contract_payment: fields });
  const ofContract = () => ({ ...inProject, contract_id: String(contract) });

  it("lower what remains of the contract, and nothing else does", async () => {
    await addLine({ amount: "200" });
    const made = await pay({
      amount: "50.50",
      date: "2026-11-01",
      check_number: "7",
      origin_id: "PAY.1",
      payment_method: "check",
    });
    expect(made.json).toMatchObject({ amount: "50.5", contract_id: contract, origin_id: "PAY.1", date: "2026-11-01" });
    const shown = row((await bench.get(`${contracts}/${contract}`, inProject)).json);
    expect(shown).toMatchObject({
      total_payments: "50.5",
      remaining_balance_outstanding: "149.5",
      percentage_paid: "25.25",
      payments_issued: [{ amount: "50.5", origin_id: "PAY.1" }],
    });
    const one = `${payments}/${idOf(made.json)}`;
    const change = { project_id: project, contract_id: contract, contract_payment: { amount: "60" } };
    expect((await bench.patch(one, change)).json).toMatchObject({ amount: "60.0", check_number: "7" });
    await bench.restart();
    expect(rows((await bench.get(payments, ofContract())).json)).toMatchObject([{ amount: "60.0" }]);
    expect((await bench.send("DELETE", one, { query: ofContract() })).status).toBe(200);
    expect((await bench.get(one, ofContract())).status).toBe(404);
  });

  it("keep origin ids apart, name only requisitions of their contract, and are closed to people once synced", async () => {
    const id = idOf((await pay({ amount: "1", origin_id: "PAY.1" })).json);
    expect((await pay({ amount: "1", origin_id: "PAY.1" })).json).toEqual({ errors: { origin_id: ["has already been taken"] } });
    expect((await pay({ amount: "1", requisition_id: 4 })).status).toBe(422);
    expect((await pay({ amount: "1", payment_method: "cash" })).status).toBe(422);
    const body = { project_id: project, contract_id: contract, contract_payment: { notes: "mine" } };
    const edit = await bench.post("/sandbox/person", { method: "PATCH", path: `${payments}/${id}`, body });
    expect([edit.status, edit.text]).toEqual([422, expect.stringContaining("synced with ERP")]);
  });
});
