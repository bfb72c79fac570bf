// The simulated Procore's direct costs over its socket: types, invoices, exact money, overlap, totals.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  Bench,
  entities,
  errors,
  idOf,
  otherProject,
  project,
  type Response,
  row,
  rows,
  seedVendor,
  wbsCode,
} from "./procore-bench.ts";

const v10 = `/rest/v1.0/projects/${project}/direct_costs`;
const v11 = `/rest/v1.1/projects/${project}/direct_costs`;
let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
  await bench.switches({ directCostMs: 0 });
});

afterEach(() => bench.finish());

const sync = (updates: unknown) => bench.patch(`${v10}/sync`, { updates });
const syncLines = (updates: unknown) => bench.patch(`${v10}/line_items/sync`, { updates });
const refusals = (response: Response) => errors(response).map((one) => one.errors);
const madeCost = async (origin = "DC.1") =>
  idOf(entities(await sync([{ origin_id: origin, direct_cost_type: "expense", direct_cost_date: "2026-10-15" }]))[0]);

describe("headers", () => {
  it("have a type that is set on create and never again", async () => {
    expect(refusals(await sync([{ origin_id: "A" }]))).toEqual([{ direct_cost_type: ["can't be blank"] }]);
    const id = await madeCost();
    expect(refusals(await sync([{ id, direct_cost_type: "payroll" }]))).toEqual([{ direct_cost_type: ["cannot be changed"] }]);
    expect(entities(await sync([{ id, direct_cost_type: "expense", status: "approved" }]))).toMatchObject([
      { status: "approved" },
    ]);
    expect(refusals(await sync([{ origin_id: "B", direct_cost_type: "subcontractor_invoice" }]))).toHaveLength(1);
  });

  it("of type invoice need a vendor and a number of its own", async () => {
    const invoice = { direct_cost_type: "invoice", vendor_id: seedVendor, invoice_number: "RE-1" };
    const answer = await sync([
      { ...invoice, origin_id: "A" },
      { ...invoice, origin_id: "B" },
      { ...invoice, origin_id: "C", vendor_id: null },
      { ...invoice, origin_id: "D", invoice_number: "" },
    ]);
    expect(entities(answer)).toHaveLength(1);
    expect(refusals(answer)).toEqual([
      { invoice_number: ["has already been taken"] },
      { vendor: ["can't be blank"] },
      { invoice_number: ["can't be blank"] },
    ]);
    await bench.switches({ expenseWithoutVendor: false });
    expect(refusals(await sync([{ origin_id: "E", direct_cost_type: "expense" }]))).toEqual([{ vendor: ["can't be blank"] }]);
  });

  it("with an origin id are closed to the API too, by switch", async () => {
    const id = await madeCost();
    await bench.switches({ erpLock: true });
    expect(refusals(await sync([{ id, description: "x" }]))).toHaveLength(1);
    const patched = await bench.patch(`${v10}/${id}`, { item: { description: "x" } });
    expect([patched.status, row(patched.json).code]).toEqual([422, 422]);
  });
});

describe("money", () => {
  it("is read from the text of JSON numbers, never through a float", async () => {
    const id = await madeCost();
    // As JSON.parse would read them: 0.1 + 0.2, 9007199254740993.21 and 1e21 all go wrong.
    const numbers = ["0.1", "0.2", "9007199254740993.21", "-12.340", "1e3"];
    const body = `{"updates":[${numbers.map((number, index) => `{"origin_id":"L${index}","direct_cost_id":${id},"wbs_code_id":${wbsCode},"amount":${number}}`).join(",")}]}`;
    const answer = await bench.send("PATCH", `${v10}/line_items/sync`, { body });
    expect(errors(answer)).toEqual([]);
    const amounts = Object.fromEntries(entities(answer).map((one) => [one.origin_id, one.amount]));
    expect(amounts).toEqual({ L0: "0.1", L1: "0.2", L2: "9007199254740993.21", L3: "-12.34", L4: "1000.0" });
    expect((await bench.get(`${v11}/${id}`)).json).toMatchObject({ grand_total: "9007199254741981.17", line_items_count: 5 });
  });

  it("follows the lines as they change and go", async () => {
    const id = await madeCost();
    const made = await bench.post(`${v10}/${id}/line_items`, { line_item: { amount: 10.5, wbs_code_id: wbsCode } });
    const line = `${v10}/${id}/line_items/${idOf(made.json)}`;
    await bench.patch(line, { line_item: { amount: 11 } });
    expect((await bench.get(line)).json).toMatchObject({ amount: "11.0" });
    expect((await bench.get(`${v10}/${id}`)).json).toMatchObject({ grand_total: "11.0" });
    expect((await bench.send("DELETE", line)).status).toBe(200);
    expect((await bench.get(`${v10}/${id}`)).json).toMatchObject({ grand_total: "0.0", line_items_count: 0 });
    expect((await bench.send("DELETE", `${v10}/${id}`)).json).toEqual({ id });
    expect((await bench.get(`${v10}/${id}`)).status).toBe(404);
  });
});

describe("lines", () => {
  it("must name their direct cost, stay with it, and agree with themselves", async () => {
    const [first, second] = [await madeCost("A"), await madeCost("B")];
    const line = { wbs_code_id: wbsCode, amount: 1 };
    const answer = await syncLines([
      { ...line, origin_id: "1" },
      { ...line, origin_id: "2", direct_cost_id: 4 },
      { ...line, origin_id: "3", direct_cost_id: first },
      { ...line, origin_id: "4", direct_cost_id: first, quantity: 2, unit_cost: 3, extended_type: "calculated" },
    ]);
    expect(entities(answer)).toHaveLength(1);
    expect(errors(answer).map((one) => Object.keys(row(one.errors))[0])).toEqual(["direct_cost_id", "direct_cost_id", "amount"]);
    expect(refusals(await syncLines([{ origin_id: "3", direct_cost_id: second }]))).toEqual([
      { direct_cost_id: ["cannot be changed"] },
    ]);
    const all = await bench.get(`${v10}/line_items`, { "filters[direct_cost_id]": String(first) });
    expect(rows(all.json)).toMatchObject([{ origin_id: "3", wbs_code: { flat_code: "03-100.M" } }]);
    expect(rows((await bench.get(`${v10}/${first}/line_items`)).json)).toHaveLength(1);
  });
});

describe("the v1.1 create", () => {
  const inline = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      wbs_code_id: wbsCode,
      manual_amount: 1.1,
      ref: `r${index}`,
      origin_id: `I${index}`,
    }));
  const create = (fields: Record<string, unknown>) =>
    bench.post(v11, { direct_cost: { direct_cost_type: "expense", ...fields } });

  it("takes a hundred lines at once and echoes their references", async () => {
    const made = await create({ origin_id: "DC.9", line_items: inline(100) });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ grand_total: "110.0", synced: true, line_items_count: 100 });
    expect(rows(row(made.json).line_items)[7]).toMatchObject({ ref: "r7", origin_id: "I7", amount: "1.1" });
    expect((await create({ line_items: inline(101) })).status).toBe(422);
  });

  it("is all or nothing", async () => {
    const lines = [...inline(2), { wbs_code_id: 4, manual_amount: 1 }];
    const refused = await create({ origin_id: "DC.9", line_items: lines });
    expect([refused.status, row(refused.json).fields]).toEqual([422, "line_items[2].wbs_code_id"]);
    expect(rows((await bench.get(v11)).json)).toEqual([]);
    expect((await create({ origin_id: "DC.9", line_items: inline(2) })).status).toBe(201);
    await bench.restart();
    expect(rows((await bench.get(v11, { "filters[origin_id]": "DC.9" })).json)).toMatchObject([
      { grand_total: "2.2", amount: "2.2" },
    ]);
  });
});

describe("two writes at a time", () => {
  it("to one project's lines: the later gets 409, the earlier goes through", async () => {
    const id = await madeCost();
    await bench.switches({ directCostMs: 50 });
    const line = { direct_cost_id: id, wbs_code_id: wbsCode, amount: 5 };
    const first = syncLines([{ ...line, origin_id: "1" }]);
    await untilSleeping(bench);
    const second = await syncLines([{ ...line, origin_id: "2" }]);
    expect(second.status).toBe(409);
    expect((await bench.patch(`${v11}/${id}`, { direct_cost: { description: "x" } })).status).toBe(409);
    bench.clock.advance(50);
    expect(entities(await first)).toHaveLength(1);
    expect((await bench.get(`${v10}/${id}`)).json).toMatchObject({ grand_total: "5.0", description: null });
  });

  it("to two direct costs, or to two projects, do not meet", async () => {
    const [a, b] = [await madeCost("A"), await madeCost("B")];
    await bench.switches({ directCostMs: 50 });
    const elsewhere = `/rest/v1.0/projects/${otherProject}/direct_costs/sync`;
    const both = [
      bench.patch(`${v11}/${a}`, { direct_cost: { description: "x" } }),
      bench.patch(`${v11}/${b}`, { direct_cost: { description: "y" } }),
      bench.patch(elsewhere, { updates: [] }),
    ];
    await untilSleeping(bench, 3);
    bench.clock.advance(50);
    expect((await Promise.all(both)).map((answer) => answer.status)).toEqual([200, 200, 200]);
  });
});

async function untilSleeping({ clock }: Bench, count = 1): Promise<void> {
  while (clock.sleeping < count) await new Promise((resolve) => setImmediate(resolve));
}
