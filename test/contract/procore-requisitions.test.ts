// The simulated Procore's billing periods and requisitions over its socket: the chain, what is carried over, money, retainage, refusals.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  Bench,
  company,
  entities,
  idOf,
  otherProject,
  project,
  type Response,
  row,
  rows,
  seedVendor,
  text,
  wbsCode,
} from "./procore-bench.ts";

const contracts = "/rest/v1.0/purchase_order_contracts";
const base = "/rest/v1.1/requisitions";
const periods = `/rest/v1.0/projects/${project}/billing_periods`;
const inProject = { project_id: String(project) };
const october = { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-11-05" };
let bench: Bench;
let contract: number;
let lines: number[];

beforeEach(async () => {
  bench = await Bench.open();
  await bench.send("POST", `/rest/v1.0/projects/${project}/vendors/${seedVendor}/actions/add`);
  contract = await madeContract({
    origin_id: "PO.1",
    number: "45",
    title: "Rebar",
    vendor_id: seedVendor,
    retainage_percent: "10",
  });
  lines = await madeLines(contract, [
    { origin_id: "PL.1", amount: "1000.00", wbs_code_id: wbsCode },
    { origin_id: "PL.2", amount: "500.00", wbs_code_id: wbsCode },
  ]);
});

afterEach(() => bench.finish());

async function madeContract(fields: Record<string, unknown>): Promise<number> {
  return idOf(entities(await bench.patch(`${contracts}/sync`, { project_id: project, updates: [fields] }))[0]);
}

async function madeLines(holder: number, updates: readonly Record<string, unknown>[]): Promise<number[]> {
  const made = entities(await bench.patch(`${contracts}/${holder}/line_items/sync`, { updates }, inProject));
  return updates.map((update) => idOf(made.find((one) => one.origin_id === update.origin_id)));
}

const openPeriod = (dates = october, status = "open") => bench.post(periods, { billing_period: { ...dates, status } });
const send = (requisition: Record<string, unknown>, commitment = contract) =>
  bench.send("POST", base, { query: { view: "items" }, body: { project_id: project, commitment_id: commitment, requisition } });
const bill = (amounts: readonly string[], fields: Record<string, unknown> = {}) =>
  send({
    ...fields,
    items: amounts.map((amount, index) => ({
      item_type: "contract_item",
      line_item_id: lines[index],
      work_completed_this_period: amount,
    })),
  });
const change = (id: number, requisition: Record<string, unknown>, view = "items") =>
  bench.send("PATCH", `${base}/${id}`, {
    query: { view },
    body: { project_id: project, commitment_id: contract, requisition },
  });
const show = async (id: number, view = "items") => row((await bench.get(`${base}/${id}`, { ...inProject, view })).json);
const list = async (query: Record<string, string> = {}) => rows((await bench.get(base, { ...inProject, ...query })).json);
const itemsOf = (answer: unknown) => rows(row(answer).items);
const messageOf = (answer: Response) => answer.text;

describe("billing periods", () => {
  it("are open one at a time, by refusal or by closing the other", async () => {
    const first = await openPeriod();
    expect(first.status).toBe(201);
    const november = { start_date: "2026-11-01", end_date: "2026-11-30", due_date: "2026-12-05" };
    const refused = await openPeriod(november);
    expect([refused.status, messageOf(refused)]).toEqual([422, expect.stringContaining("only one billing period can be open")]);
    await bench.switches({ secondOpenPeriod: "close" });
    expect((await openPeriod(november)).status).toBe(201);
    const shown = rows((await bench.get(periods)).json);
    expect(shown.map((one) => [one.status, one.position])).toEqual([
      ["closed", 1],
      ["open", 2],
    ]);
    expect(rows((await bench.get(periods, { "filters[status]": "open" })).json)).toHaveLength(1);
  });

  it("demand all four fields and a start before the end, are changed, and go unless they are in use", async () => {
    for (const missing of ["start_date", "end_date", "due_date", "status"]) {
      const refused = await bench.post(periods, { billing_period: { ...october, status: "open", [missing]: null } });
      expect([refused.status, row(row(refused.json).errors)]).toMatchObject([422, { [missing]: ["can't be blank"] }]);
    }
    expect((await openPeriod({ ...october, end_date: "2026-09-30" })).status).toBe(422);
    const made = await openPeriod();
    const one = `${periods}/${idOf(made.json)}`;
    const closed = await bench.patch(one, { billing_period: { ...october, status: "closed" } });
    expect(closed.json).toMatchObject({ status: "closed" });
    await bench.patch(one, { billing_period: { ...october, status: "open" } });
    expect((await bill(["1"])).status).toBe(201);
    expect((await bench.send("DELETE", one)).status).toBe(422);
    const spare = await openPeriod({ ...october, due_date: "2026-12-01" }, "closed");
    expect((await bench.send("DELETE", `${periods}/${idOf(spare.json)}`)).status).toBe(200);
    expect((await bench.get(`${periods}/${idOf(spare.json)}`)).status).toBe(404);
  });
});

describe("a requisition", () => {
  it("needs a billing period: an open one by itself, a closed one not even by name unless the switch says so", async () => {
    const words = "The project must have an open billing period (or admin can specify a period_id) to create an invoice";
    const none = await bill(["1"]);
    expect([none.status, none.json]).toEqual([400, { errors: { base: [words] } }]);
    const closed = await openPeriod(october, "closed");
    const named = { period_id: idOf(closed.json) };
    expect((await bill(["1"], named)).status).toBe(400);
    await bench.switches({ closedPeriodBills: true, requisitionRefusalStatus: 422 });
    const made = await bill(["1"], named);
    expect(made.json).toMatchObject({
      ...named,
      requisition_start: "2026-10-01",
      requisition_end: "2026-10-31",
      status: "draft",
    });
    expect((await bill(["1"], { period_id: 4 })).status).toBe(422);
  });

  it("has an item for each line, in the money's own form, with the figures of the form", async () => {
    await openPeriod();
    const made = await bill(["100.005", "0"], { invoice_number: "51", billing_date: "2026-10-28", origin_id: "RQ.1" });
    expect(made.json).toMatchObject({
      number: 1,
      invoice_number: "51",
      origin_id: "RQ.1",
      erp_status: "synced",
      deletable: true,
    });
    expect(row(made.json)).not.toHaveProperty("previous_requisition_id");
    expect(itemsOf(made.json)).toMatchObject([
      {
        line_item_id: lines[0],
        scheduled_value: "1000.00",
        work_completed_this_period: "100.01",
        work_completed_from_previous_application: "0.00",
        // 10 % of the contract, for nobody said otherwise.
        work_completed_retainage_retained_this_period: "10.00",
        scheduled_unit_price: "0.0000",
        status: "no_action",
      },
      { line_item_id: lines[1], work_completed_this_period: "0.00", work_completed_retainage_retained_this_period: "0.00" },
    ]);
    expect(await show(idOf(made.json), "extended")).toMatchObject({
      summary: {
        original_contract_sum: "1500.00",
        contract_sum_to_date: "1500.00",
        total_completed_and_stored_to_date: "100.01",
        total_retainage: "10.00",
        total_earned_less_retainage: "90.01",
        current_payment_due: "90.01",
        less_previous_certificates_for_payment: "0.00",
        balance_to_finish_including_retainage: "1409.99",
      },
    });
    expect(await show(idOf(made.json), "default")).not.toHaveProperty("items");
  });

  it("follows the last one of its contract and carries over what that brought", async () => {
    await openPeriod();
    const first = await bill(["100", "20"], { status: "approved" });
    const stored = {
      item_type: "contract_item",
      line_item_id: lines[0],
      work_completed_this_period: "50",
      work_completed_retainage_retained_this_period: "0",
      materials_presently_stored: "30",
      materials_stored_retainage_currently_retained: "3",
    };
    const second = await send({ items: [stored], status: "approved" });
    expect(second.json).toMatchObject({ number: 2, previous_requisition_id: idOf(first.json) });
    const third = await bill(["1"]);
    expect(itemsOf(third.json)).toMatchObject([
      {
        // 100 + 50, and the stored 30 that became work.
        work_completed_from_previous_application: "180.00",
        work_completed_retainage_from_previous_application: "13.00",
        materials_moved: "30.00",
        materials_presently_stored: "0.00",
        total_completed_and_stored_to_date: "181.00",
      },
      { work_completed_from_previous_application: "20.00", work_completed_this_period: "0.00" },
    ]);
    const summary = row((await show(idOf(third.json), "extended")).summary);
    expect(summary).toMatchObject({ total_earned_less_retainage: "185.90", current_payment_due: "0.90" });
    const detail = await bench.get(`/rest/v1.0/requisitions/${idOf(third.json)}/detail`, inProject);
    expect(rows(detail.json)[0]).toMatchObject({ balance_to_finish: "819.00", item_number: 1, item_type: "contract_item" });
    const shown = row((await bench.get(`${contracts}/${contract}`, inProject)).json);
    expect(shown).toMatchObject({ total_requisitions_amount: "185.0", remaining_balance_outstanding: "1500.0" });
  });

  it("holds retainage only where there is work, and a percentage only where there is none", async () => {
    await openPeriod();
    const item = (index: number, more: Record<string, unknown>) => ({
      item_type: "contract_item",
      line_item_id: lines[index],
      ...more,
    });
    const made = await send({
      items: [
        item(0, {
          work_completed_this_period: "100",
          work_completed_retainage_retained_this_period: "7.5",
          work_completed_retainage_percent_this_period: "5",
        }),
        item(1, {
          work_completed_retainage_retained_this_period: "7.5",
          work_completed_retainage_percent_this_period: "5",
        }),
      ],
    });
    expect(itemsOf(made.json)).toMatchObject([
      { work_completed_retainage_retained_this_period: "7.50", work_completed_retainage_percent_this_period: "7.5" },
      { work_completed_retainage_retained_this_period: "0.00", work_completed_retainage_percent_this_period: "5.0" },
    ]);
    const [, second] = itemsOf(made.json);
    const bulk = { requisition_items: [{ id: second?.id, item_type: "contract_item", work_completed_this_period: "200" }] };
    const updated = await bench.patch(`/rest/v1.0/requisitions/${idOf(made.json)}/bulk_item_update`, bulk, inProject);
    expect([updated.status, updated.text]).toEqual([200, ""]);
    expect(itemsOf(await show(idOf(made.json)))[1]).toMatchObject({ work_completed_retainage_retained_this_period: "10.00" });
    await bench.switches({ retainageDefaulted: false, requisitionEdits: "any" });
    await change(idOf(made.json), { status: "approved" });
    expect(itemsOf((await bill(["5"])).json)[0]).toMatchObject({ work_completed_retainage_retained_this_period: "0.00" });
    const release = item(0, { work_completed_retainage_released_this_period: "8" });
    expect((await send({ items: [release] })).status).toBe(400);
    const within = item(0, { work_completed_retainage_released_this_period: "7.5" });
    expect((await send({ items: [within] })).status).toBe(201);
  });

  it("of a unit contract is quantity times unit price, whatever money is sent", async () => {
    await openPeriod();
    const unit = await madeContract({ origin_id: "PO.2", accounting_method: "unit" });
    const [line] = await madeLines(unit, [
      { origin_id: "PL.3", quantity: "12.5", unit_cost: "3.3333", extended_type: "calculated", wbs_code_id: wbsCode },
    ]);
    const item = {
      item_type: "contract_item",
      line_item_id: line,
      work_completed_this_period: "999",
      work_completed_this_period_quantity: "3",
    };
    const made = await send({ items: [item] }, unit);
    expect(itemsOf(made.json)).toMatchObject([
      { work_completed_this_period: "10.00", work_completed_this_period_quantity: "3.0", scheduled_unit_price: "3.3333" },
    ]);
  });

  it("may be changed and deleted only while it is the latest and open", async () => {
    await openPeriod();
    const first = idOf((await bill(["100"])).json);
    expect((await change(first, { status: "under_review", invoice_number: "7" })).json).toMatchObject({ invoice_number: "7" });
    const second = idOf((await bill(["10"])).json);
    expect((await change(first, { invoice_number: "8" })).status).toBe(422);
    expect((await bench.send("DELETE", `${base}/${first}`, { query: inProject })).status).toBe(422);
    expect((await change(second, { status: "approved" })).status).toBe(200);
    expect((await change(second, { invoice_number: "9" })).text).toContain("approved invoice cannot be changed");
    await bench.switches({ requisitionEdits: "latest" });
    expect((await bench.send("DELETE", `${base}/${second}`, { query: inProject })).status).toBe(200);
    expect(itemsOf((await bill(["3"])).json)[0]).toMatchObject({ work_completed_from_previous_application: "100.00" });
    await bench.switches({ requisitionEdits: "any" });
    const [item] = itemsOf(await show(first));
    await change(first, { items: [{ id: item?.id, item_type: "contract_item", work_completed_this_period: "60" }] });
    const [, last] = await list();
    expect(itemsOf(await show(idOf(last)))[0]).toMatchObject({ work_completed_from_previous_application: "60.00" });
    expect((await bench.send("DELETE", `${base}/${first}`, { query: inProject })).status).toBe(422);
  });

  it("keeps its origin id unique over the company, unless nobody looks", async () => {
    await openPeriod();
    await bill(["1"], { origin_id: "RQ.1" });
    const again = await bill(["1"], { origin_id: "RQ.1" });
    expect([again.status, again.json]).toEqual([400, { errors: { origin_id: ["has already been taken"] } }]);
    expect(await list()).toHaveLength(1);
    await bench.switches({ requisitionOriginUnique: false });
    expect((await bill(["1"], { origin_id: "RQ.1" })).status).toBe(201);
    expect(await list({ "filters[origin_id]": "RQ.1" })).toHaveLength(2);
  });

  it("may land after a look-up has said that it is not there, and then refuses its double", async () => {
    await openPeriod();
    const until = { path: "/requisitions$", method: "GET" };
    await bench.post("/sandbox/weather", { on: { path: "/requisitions$", method: "POST" }, how: "late-commit", until });
    const lost = bill(["10"], { origin_id: "RQ.1" }).catch(() => "cut");
    while (!(await bench.get("/sandbox/weather")).text.includes('"times":0')) await Promise.resolve();
    expect(await list({ "filters[origin_id]": "RQ.1" })).toEqual([]);
    expect((await bill(["10"], { origin_id: "RQ.1" })).json).toEqual({ errors: { origin_id: ["has already been taken"] } });
    expect(await list()).toMatchObject([{ origin_id: "RQ.1", number: 1 }]);
    await bench.restart();
    expect(await lost).toBe("cut");
  });

  it("takes credits, more than the line and an unapproved contract by switch", async () => {
    await openPeriod();
    expect((await bill(["-5"])).status).toBe(400);
    expect((await bill(["1000.01"])).status).toBe(201);
    await bench.switches({ negativeRequisitions: true, overbillingGuard: true, requisitionNeedsApproved: true });
    expect((await bill(["1"])).text).toContain("must be Approved");
    await bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ id: contract, status: "Approved" }] });
    expect((await bill(["1"])).text).toContain("cannot exceed the scheduled value");
    const credit = await bill(["-500.01"]);
    expect(credit.status).toBe(201);
    expect(itemsOf(credit.json)[0]).toMatchObject({
      work_completed_this_period: "-500.01",
      work_completed_retainage_retained_this_period: "-50.00",
      total_completed_and_stored_to_date: "500.00",
    });
  });

  it("is refused for an unknown status, a status above its rights, another contract's line and a detail item", async () => {
    await openPeriod();
    expect((await bill(["1"], { status: "paid" })).status).toBe(400);
    await bench.switches({ requisitionAdmin: false });
    expect((await bill(["1"], { status: "approved" })).status).toBe(400);
    expect((await bill(["1"], { status: "under_review" })).status).toBe(201);
    const item = { item_type: "contract_item", line_item_id: 4 };
    expect((await send({ items: [item] })).json).toEqual({ errors: { line_item_id: ["is not an item of this invoice"] } });
    expect((await send({ items: [{ ...item, item_type: "contract_detail_item" }] })).status).toBe(400);
    expect((await send({}, 4)).status).toBe(404);
    // What was refused left nothing behind.
    expect(await list()).toHaveLength(1);
    const elsewhere = { project_id: otherProject, commitment_id: contract, requisition: {} };
    expect((await bench.post(base, elsewhere)).status).toBe(404);
  });

  it("is refused where invoicing is off, for the contract or for its whole project", async () => {
    await openPeriod();
    const set = (body: Record<string, unknown>) => bench.post("/sandbox/settings", body);
    const shown = async () => row((await bench.get(`${contracts}/${contract}`, inProject)).json).requisitions_are_enabled;
    expect(await shown()).toBe(true);
    for (const place of [{ contract_id: contract }, { project_id: project }]) {
      await set({ ...place, requisitions_are_enabled: false });
      expect([await shown(), (await bill(["1"])).status]).toEqual([false, 400]);
      await set({ ...place, requisitions_are_enabled: true });
    }
    expect((await bill(["1"])).status).toBe(201);
    expect((await set({ requisitions_are_enabled: true })).status).toBe(400);
    expect((await set({ project_id: project, requisitions_are_enabled: "no" })).status).toBe(400);
  });

  it("keeps its contract from deletion and Draft, and its line from deletion", async () => {
    await openPeriod();
    await bill(["1"]);
    expect((await bench.send("DELETE", `${contracts}/${contract}/line_items/${lines[0]}`, { query: inProject })).status).toBe(
      422,
    );
    expect((await bench.send("DELETE", `${contracts}/${contract}`, { query: inProject })).status).toBe(422);
    await bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ id: contract, status: "Approved" }] });
    const back = { project_id: project, purchase_order_contract: { status: "Draft" } };
    expect((await bench.patch(`${contracts}/${contract}`, back)).status).toBe(422);
    await bench.switches({ invoicedContractReopens: true });
    expect((await bench.patch(`${contracts}/${contract}`, back)).status).toBe(200);
  });

  it("has a due date of its own, whatever its status", async () => {
    await openPeriod();
    const id = idOf((await bill(["1"], { status: "approved" })).json);
    const path = `/rest/v2.0/companies/${company}/projects/${project}/requisitions/${id}/payment_details`;
    expect((await bench.patch(path, { due_date: "2026-12-01" })).json).toEqual({ data: { due_date: "2026-12-01" } });
    expect((await bench.patch(path, { due_date: "soon" })).status).toBe(400);
  });
});

describe("the list", () => {
  it("comes in pages of 30 and filters by everything the reference names", async () => {
    const period = idOf((await openPeriod()).json);
    for (let count = 1; count <= 32; count += 1) await bill([], { origin_id: `RQ.${count}` });
    const first = await bench.get(base, inProject);
    expect([rows(first.json).length, first.headers.total, first.headers["per-page"]]).toEqual([30, "32", "30"]);
    expect(String(first.headers.link)).toContain('rel="next"');
    expect(await list({ per_page: "100" })).toHaveLength(32);
    expect((await list({ "filters[is_last]": "true" })).map((one) => one.number)).toEqual([32]);
    expect((await list({ "filters[origin_id]": "RQ.7" })).map((one) => one.number)).toEqual([7]);
    expect(
      await list({ "filters[commitment_id]": String(contract), "filters[period_id]": String(period), page: "2" }),
    ).toHaveLength(2);
    expect(await list({ "filters[commitment_id]": "4" })).toEqual([]);
    expect(await list({ "filters[status]": "approved" })).toEqual([]);
    expect(await list({ "filters[created_at]": "2027-01-01T00:00:00Z...2028-01-01T00:00:00Z" })).toEqual([]);
    expect((await bench.get(base)).json).toEqual([]);
    await bench.restart();
    expect(text((await list({ "filters[is_last]": "true" }))[0], "origin_id")).toBe("RQ.32");
  });
});
