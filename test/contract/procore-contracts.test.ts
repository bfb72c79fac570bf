// The simulated Procore's purchase order contracts and their lines over its socket: keys, locks, methods, money, partial failure.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  Bench,
  closedProject,
  entities,
  errors,
  idOf,
  inactiveVendor,
  otherProject,
  project,
  type Response,
  row,
  rows,
  seedVendor,
  wbsCode,
} from "./procore-bench.ts";

const base = "/rest/v1.0/purchase_order_contracts";
let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
  await bench.send("POST", `/rest/v1.0/projects/${project}/vendors/${seedVendor}/actions/add`);
});

afterEach(() => bench.finish());

const inProject = (id = project) => ({ project_id: String(id) });
const sync = (updates: unknown, id = project) => bench.patch(`${base}/sync`, { project_id: id, updates });
const syncLines = (contract: number, updates: unknown) =>
  bench.patch(`${base}/${contract}/line_items/sync`, { updates }, inProject());
const show = async (contract: number) => row((await bench.get(`${base}/${contract}`, inProject())).json);
const refusals = (response: Response) => errors(response).map((one) => one.errors);

async function madeContract(fields: Record<string, unknown> = {}): Promise<number> {
  const answer = await sync([{ origin_id: "PO.1", number: "4500000001", title: "Rebar", vendor_id: seedVendor, ...fields }]);
  return idOf(entities(answer)[0]);
}

describe("headers", () => {
  it("start as Draft with the vendor, and an update leaves unsent fields alone", async () => {
    const id = await madeContract({ contract_date: "2026-10-01", delivery_date: "2026-13-45", payment_terms: "Z030" });
    expect(await show(id)).toMatchObject({
      status: "Draft",
      number: "4500000001",
      grand_total: "0.0",
      contract_date: "2026-10-01",
      // A malformed date is stored as null without an error.
      delivery_date: null,
      vendor: { id: seedVendor, company: "Lehmann Stahlbau" },
    });
    await sync([{ origin_id: "PO.1", title: "Rebar lot 2" }]);
    expect(await show(id)).toMatchObject({ title: "Rebar lot 2", payment_terms: "Z030", number: "4500000001" });
  });

  it("refuse a taken origin id across projects, and a taken number within one", async () => {
    await madeContract();
    await bench.send("POST", `/rest/v1.0/projects/${otherProject}/vendors/${seedVendor}/actions/add`);
    const elsewhere = await sync([{ origin_id: "PO.1", number: "4500000001" }], otherProject);
    expect(refusals(elsewhere)).toEqual([{ origin_id: ["has already been taken"] }]);
    expect(entities(await sync([{ origin_id: "PO.2", number: "4500000001" }], otherProject))).toHaveLength(1);
    expect(refusals(await sync([{ origin_id: "PO.3", number: "4500000001" }]))).toEqual([{ number: ["has already been taken"] }]);
    const created = await bench.post(base, { project_id: project, purchase_order_contract: { number: "4500000001" } });
    expect([created.status, created.json]).toEqual([422, { errors: { number: ["has already been taken"] } }]);
  });

  it("demand a vendor that is there, active and in the project's directory", async () => {
    await bench.send("DELETE", `/rest/v1.0/projects/${project}/vendors/${seedVendor}/actions/remove`);
    const updates = [
      { origin_id: "A", vendor_id: seedVendor },
      { origin_id: "B", vendor_id: inactiveVendor },
      { origin_id: "C", vendor_id: 4 },
    ];
    expect(refusals(await sync(updates))).toEqual([
      { vendor_id: ["is not in the project directory"] },
      { vendor_id: ["is not active"] },
      { vendor_id: ["does not exist"] },
    ]);
    await bench.switches({ requireProjectVendor: false });
    expect(entities(await sync(updates))).toHaveLength(1);
  });

  it("refuse an unknown status, and a foreign currency except through sync, which drops it", async () => {
    expect(refusals(await sync([{ origin_id: "A", status: "approved" }]))).toEqual([{ status: ["is not included in the list"] }]);
    const foreign = { number: "X", currency_iso_code: "EUR" };
    expect((await bench.post(base, { project_id: project, purchase_order_contract: foreign })).status).toBe(422);
    const [dropped] = entities(await sync([{ origin_id: "A", ...foreign }]));
    expect(dropped).toMatchObject({ currency_configuration: { currency_iso_code: "USD" } });
  });

  it("are refused in a project that is closed to us", async () => {
    expect((await sync([{ origin_id: "A" }], closedProject)).status).toBe(403);
    expect((await bench.get(base, inProject(closedProject))).status).toBe(403);
  });
});

describe("lists", () => {
  it("show less by default, filter, and show the recycled ones only when asked", async () => {
    const id = await madeContract({ payment_terms: "Z030" });
    await sync([{ origin_id: "PO.2", status: "Approved" }]);
    const compact = rows((await bench.get(base, inProject())).json);
    expect(compact.map((one) => "payment_terms" in one)).toEqual([false, false]);
    const extended = rows((await bench.get(base, { ...inProject(), view: "extended", "filters[origin_id]": "PO.1" })).json);
    expect(extended).toMatchObject([{ id, payment_terms: "Z030" }]);
    expect(rows((await bench.get(base, { ...inProject(), "filters[status]": "Approved" })).json)).toHaveLength(1);
    expect((await bench.send("DELETE", `${base}/${id}`, { query: inProject() })).status).toBe(200);
    expect((await bench.get(`${base}/${id}`, inProject())).status).toBe(404);
    const counts = await Promise.all(
      ["", "with", "only"].map((deleted) =>
        bench.get(base, { ...inProject(), ...(deleted === "" ? {} : { "filters[include_deleted]": deleted }) }),
      ),
    );
    expect(counts.map((one) => rows(one.json).length)).toEqual([1, 2, 1]);
  });

  it("keep a recycled contract's origin id and number taken, though sync does not see it", async () => {
    const id = await madeContract();
    await bench.send("DELETE", `${base}/${id}`, { query: inProject() });
    expect(refusals(await sync([{ origin_id: "PO.1" }]))).toEqual([{ origin_id: ["has already been taken"] }]);
    expect(refusals(await sync([{ origin_id: "PO.9", number: "4500000001" }]))).toEqual([{ number: ["has already been taken"] }]);
    await bench.switches({ deletedContractsHidden: false });
    expect(entities(await sync([{ origin_id: "PO.1" }]))).toMatchObject([{ id }]);
  });
});

describe("the lock of Approved", () => {
  it("lets a contract only back to Draft, with the same content sent again being no change", async () => {
    const id = await madeContract();
    await syncLines(id, [{ origin_id: "PL.1", amount: "100", wbs_code_id: wbsCode }]);
    await sync([{ id, status: "Approved" }]);
    expect(entities(await sync([{ origin_id: "PO.1", number: "4500000001", title: "Rebar" }]))).toHaveLength(1);
    expect(refusals(await sync([{ origin_id: "PO.1", title: "Other" }]))).toEqual([
      { base: ["This contract is locked because it is Approved (title)"] },
    ]);
    expect(refusals(await sync([{ origin_id: "PO.1", title: "Other", status: "Draft" }]))).toHaveLength(1);
    expect(refusals(await sync([{ origin_id: "PO.1", status: "Closed" }]))).toHaveLength(1);
    expect((await bench.send("DELETE", `${base}/${id}`, { query: inProject() })).status).toBe(422);
    expect(entities(await sync([{ id, origin_id: "PO.1b" }]))).toMatchObject([{ origin_id: "PO.1b", status: "Approved" }]);
    expect(entities(await sync([{ id, status: "Draft" }]))).toMatchObject([{ status: "Draft" }]);
    expect(entities(await sync([{ id, title: "Other" }]))).toHaveLength(1);
  });

  it("refuses lines row by row with 200, or the whole call by switch", async () => {
    const id = await madeContract();
    const line = { origin_id: "PL.1", amount: "100", wbs_code_id: wbsCode };
    await sync([{ id, status: "Approved" }]);
    const byRow = await syncLines(id, [line, { ...line, origin_id: "PL.2" }]);
    expect([byRow.status, entities(byRow).length, errors(byRow).length]).toEqual([200, 0, 2]);
    expect((await bench.post(`${base}/${id}/line_items`, { project_id: project, line_item: line })).status).toBe(422);
    await bench.switches({ approvedLineSync: "whole-call" });
    expect((await syncLines(id, [line])).status).toBe(422);
    await bench.switches({ alwaysEditableSov: true });
    expect(entities(await syncLines(id, [line]))).toHaveLength(1);
  });
});

describe("lines", () => {
  it("sum exactly into the contract, as decimal strings", async () => {
    const id = await madeContract();
    const amounts = ["0.1", "0.2", "-1000.30", "33333333333333.33"];
    const answer = await syncLines(
      id,
      amounts.map((amount, index) => ({ origin_id: `PL.${index}`, amount, quantity: "3", unit_cost: "1", wbs_code_id: wbsCode })),
    );
    expect(
      entities(answer)
        .map((one) => one.amount)
        .sort(),
    ).toEqual(["-1000.3", "0.1", "0.2", "33333333333333.33"]);
    expect(entities(answer).every((one) => one.extended_type === "manual" && one.quantity === "3.0")).toBe(true);
    expect(await show(id)).toMatchObject({ grand_total: "33333333332333.33" });
  });

  it("on a unit contract are quantity times unit cost, and refuse another amount", async () => {
    const id = await madeContract({ accounting_method: "unit" });
    const line = { quantity: "12.5", unit_cost: "840.00", uom: "t", wbs_code_id: wbsCode };
    const answer = await syncLines(id, [
      { ...line, origin_id: "A" },
      { ...line, origin_id: "B", amount: "10500" },
      { ...line, origin_id: "C", amount: "10500.01", extended_type: "calculated" },
      { ...line, origin_id: "D", amount: "10500.01", extended_type: "manual" },
      { ...line, origin_id: "E", quantity: null, extended_type: "calculated" },
      { ...line, origin_id: "F", quantity: "0.333", unit_cost: "0.333" },
    ]);
    const amounts = Object.fromEntries(entities(answer).map((one) => [one.origin_id, one.amount]));
    expect(amounts).toEqual({ A: "10500.0", B: "10500.0", D: "10500.01", F: "0.11" });
    expect(errors(answer).map((one) => [one.origin_id, Object.keys(row(one.errors))])).toEqual([
      ["C", ["amount"]],
      ["E", ["extended_type"]],
    ]);
  });

  it("on an amount contract are manual, and freeze its method", async () => {
    const id = await madeContract({ accounting_method: "amount" });
    const line = { wbs_code_id: wbsCode, quantity: "2", unit_cost: "3" };
    expect(refusals(await syncLines(id, [{ ...line, extended_type: "calculated" }]))).toEqual([
      { extended_type: ["must be manual on an amount based contract"] },
    ]);
    expect(entities(await sync([{ id, accounting_method: "unit" }]))).toHaveLength(1);
    await syncLines(id, [{ ...line, origin_id: "A" }]);
    expect(refusals(await sync([{ id, accounting_method: "amount" }]))).toEqual([
      { accounting_method: ["cannot be changed once line items exist"] },
    ]);
  });

  it("need a budget code of the project, or make one of cost code and cost type", async () => {
    const id = await madeContract();
    const answer = await syncLines(id, [
      { origin_id: "A", amount: "1", wbs_code_id: otherProject * 1000 },
      { origin_id: "B", amount: "1" },
      { origin_id: "C", amount: "1", cost_code_id: 81002 },
      { origin_id: "D", amount: "1", cost_code_id: 81003, line_item_type_id: 22 },
      { origin_id: "E", amount: "1", cost_code_id: 81002, line_item_type_id: 21 },
      { origin_id: "F", amount: "1", wbs_code_id: wbsCode, uom: "furlong" },
      { origin_id: "G", amount: "1,50", wbs_code_id: wbsCode },
    ]);
    expect(errors(answer).map((one) => [one.origin_id, Object.keys(row(one.errors))[0]])).toEqual([
      ["A", "wbs_code_id"],
      ["B", "wbs_code_id"],
      ["C", "line_item_type_id"],
      ["F", "uom"],
      ["G", "amount"],
    ]);
    const codes = Object.fromEntries(entities(answer).map((one) => [one.origin_id, row(one.wbs_code)]));
    expect(codes).toMatchObject({ D: { flat_code: "03-200.E" }, E: { id: wbsCode } });
  });

  it("are listed, changed and removed one by one", async () => {
    const id = await madeContract();
    const lines = `${base}/${id}/line_items`;
    const made = await bench.post(lines, {
      project_id: project,
      line_item: { amount: "12.50", wbs_code_id: wbsCode, origin_id: "A" },
    });
    expect(made.status).toBe(201);
    const one = `${lines}/${idOf(made.json)}`;
    expect((await bench.patch(one, { project_id: project, line_item: { amount: "20" } })).json).toMatchObject({ amount: "20.0" });
    expect((await bench.get(one, inProject())).json).toMatchObject({ amount: "20.0", origin_id: "A" });
    expect(rows((await bench.get(lines, inProject())).json)).toHaveLength(1);
    expect((await bench.send("DELETE", one, { query: inProject() })).status).toBe(200);
    expect(await show(id)).toMatchObject({ grand_total: "0.0", line_items: [] });
  });
});
