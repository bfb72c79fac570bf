// The simulated Procore's commitment change orders over its socket: numbers, the lock of approved, and what they do to contract and invoice.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, company, entities, idOf, project, row, rows, wbsCode } from "./procore-bench.ts";

const contracts = "/rest/v1.0/purchase_order_contracts";
const base = `/rest/v1.0/projects/${project}/commitment_change_orders`;
const linesOf = (order: number) =>
  `/rest/v2.0/companies/${company}/projects/${project}/commitment_change_orders/${order}/line_items`;
const inProject = { project_id: String(project) };
let bench: Bench;
let contract: number;

beforeEach(async () => {
  bench = await Bench.open();
  const made = await bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ origin_id: "PO.1" }] });
  contract = idOf(entities(made)[0]);
  const line = { origin_id: "PL.1", amount: "1000", wbs_code_id: wbsCode };
  await bench.patch(`${contracts}/${contract}/line_items/sync`, { updates: [line] }, inProject);
  await approve();
});

afterEach(() => bench.finish());

const approve = () => bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ id: contract, status: "Approved" }] });
const create = (fields: Record<string, unknown> = {}) =>
  bench.post(base, { change_order: { contract_id: contract, title: "More rebar", ...fields } });
const addLine = (order: number, amount: string) =>
  bench.post(linesOf(order), { amount, wbs_code_id: String(wbsCode), description: "Rebar" });
const set = (order: number, fields: Record<string, unknown>) => bench.patch(`${base}/${order}`, { change_order: fields });
const contractNow = async () => row((await bench.get(`${contracts}/${contract}`, inProject)).json);

async function madeOrder(amount: string, status: string): Promise<number> {
  const id = idOf((await create()).json);
  await addLine(id, amount);
  await set(id, { status });
  return id;
}

describe("change orders", () => {
  it("are numbered within their contract, need an Approved one, and are listed by it", async () => {
    expect((await create()).json).toMatchObject({ number: "001", status: "draft", contract_id: contract, grand_total: "0.0" });
    expect((await create()).json).toMatchObject({ number: "002" });
    expect((await create({ number: "002" })).json).toEqual({ errors: { number: ["has already been taken"] } });
    const draft = entities(await bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ origin_id: "PO.2" }] }))[0];
    expect((await create({ contract_id: idOf(draft) })).status).toBe(422);
    await bench.switches({ changeOrderNeedsApproved: false });
    expect((await create({ contract_id: idOf(draft) })).json).toMatchObject({ number: "001" });
    const listed = rows((await bench.get(base, { "filters[contract_id]": String(contract) })).json);
    expect(listed.map((one) => one.number)).toEqual(["001", "002"]);
    expect(rows((await bench.get(base, { "filters[status]": "approved" })).json)).toEqual([]);
  });

  it("move the contract's sums by status, and never its own total", async () => {
    await madeOrder("100.50", "approved");
    await madeOrder("-20", "pending");
    await madeOrder("7", "draft");
    await madeOrder("5000", "rejected");
    expect(await contractNow()).toMatchObject({
      grand_total: "1000.0",
      approved_change_orders: "100.5",
      revised_contract: "1100.5",
      pending_change_orders: "-20.0",
      pending_revised_contract: "1080.5",
      draft_change_orders_amount: "7.0",
    });
    await bench.restart();
    expect(await contractNow()).toMatchObject({ revised_contract: "1100.5" });
  });

  it("are locked once approved: header, lines, status", async () => {
    const order = await madeOrder("100", "approved");
    const [line] = rows(row((await bench.get(linesOf(order))).json).data);
    expect(line).toMatchObject({ amount: "100.0", wbs_code_id: String(wbsCode), position: 1 });
    const one = `${linesOf(order)}/${line?.id}`;
    const answers = await Promise.all([
      set(order, { title: "Other" }),
      set(order, { status: "draft" }),
      addLine(order, "1"),
      bench.patch(one, { amount: "1" }),
      bench.send("DELETE", one),
      bench.send("DELETE", `${base}/${order}`),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([422, 422, 422, 422, 422, 422]);
    expect(row((await addLine(order, "1")).json).error).toMatchObject({ code: "UNPROCESSABLE_ENTITY" });
    await bench.switches({ approvedChangeOrderReopens: true });
    expect((await set(order, { status: "draft" })).status).toBe(200);
    expect((await bench.patch(one, { amount: "1" })).json).toMatchObject({ data: { amount: "1.0" } });
    expect((await bench.send("DELETE", one)).status).toBe(204);
    expect((await bench.send("DELETE", `${base}/${order}`)).status).toBe(204);
    expect((await bench.get(`${base}/${order}`)).status).toBe(404);
  });

  it("bring their lines to the requisitions that follow their approval, and are not reopened once billed", async () => {
    const dates = { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-11-05", status: "open" };
    await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, { billing_period: dates });
    await madeOrder("100", "pending");
    const before = await bill([]);
    expect(rows(before.items).map((item) => item.item_type)).toEqual(["contract_item"]);
    const order = await madeOrder("50", "approved");
    const [line] = rows(row((await bench.get(linesOf(order))).json).data);
    const item = { item_type: "change_order_item", line_item_id: Number(line?.id), work_completed_this_period: "40" };
    const after = await bill([item]);
    expect(rows(after.items)[1]).toMatchObject({ ...item, work_completed_this_period: "40.00", scheduled_value: "50.00" });
    const wrongKind = { ...item, item_type: "contract_item" };
    await expect(bill([wrongKind])).rejects.toThrow("400");
    const shown = await bench.get(`/rest/v1.1/requisitions/${idOf(after)}`, { ...inProject, view: "extended" });
    expect(row(shown.json).summary).toMatchObject({ net_change_by_change_orders: "50.00", contract_sum_to_date: "1050.00" });
    const items = await bench.get(`/rest/v1.0/requisitions/${idOf(after)}/change_order_items`, inProject);
    expect(rows(items.json)).toMatchObject([{ work_completed_this_period: "40.00", change_order_package_id: order }]);
    await bench.switches({ approvedChangeOrderReopens: true });
    expect((await set(order, { status: "draft" })).text).toContain("invoiced");
  });
});

async function bill(items: readonly unknown[]): Promise<Record<string, unknown>> {
  const body = { project_id: project, commitment_id: contract, requisition: { items } };
  const answer = await bench.send("POST", "/rest/v1.1/requisitions", { query: { view: "items" }, body });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return row(answer.json);
}
