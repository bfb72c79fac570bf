// The simulated Procore's codes over its socket: cost codes, cost types, sub jobs, tax codes, units of measure, budget codes in bulk.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, company, entities, errors, idOf, otherProject, project, type Response, rows, wbsCode } from "./procore-bench.ts";

const inProject = { project_id: String(project) };
const ofCompany = { company_id: String(company) };
let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
});

afterEach(() => bench.finish());

const refusals = (response: Response) => errors(response).map((one) => one.errors);

describe("cost codes", () => {
  const sync = (updates: unknown) => bench.patch("/rest/v1.0/cost_codes/sync", { updates }, inProject);

  it("are made and changed by origin id, with full codes that follow their parents", async () => {
    const [made] = entities(await sync([{ origin_id: "CC.1", code: "300", name: "Pouring", parent_id: 81001 }]));
    expect(made).toMatchObject({ full_code: "03-300", parent: { id: 81001 } });
    const [renamed] = entities(await sync([{ id: 81001, code: "04", origin_id: "CC.0" }]));
    expect(renamed).toMatchObject({ full_code: "04", origin_id: "CC.0" });
    const code = await bench.get(`/rest/v1.0/cost_codes/${idOf(made)}`, inProject);
    expect(code.json).toMatchObject({ full_code: "04-300", name: "Pouring" });
    const wbs = await bench.get(`/rest/v1.0/projects/${project}/work_breakdown_structure/wbs_codes`);
    expect(rows(wbs.json)).toMatchObject([{ id: wbsCode, flat_code: "04-100.M" }]);
    const compact = await bench.get("/rest/v1.0/cost_codes", { ...inProject, view: "erp_compact", "filters[origin_id]": "CC.1" });
    expect(compact.json).toEqual([
      { id: idOf(made), name: "Pouring", full_code: "04-300", origin_data: null, origin_id: "CC.1" },
    ]);
  });

  it("are refused twice under one parent, and under themselves", async () => {
    const answer = await sync([
      { code: "100", name: "Again", parent_id: 81001 },
      { id: 81001, parent_id: 81002 },
      { code: "", name: "None" },
      { origin_id: "CC.9", code: "900", name: "Fine" },
    ]);
    expect(refusals(answer)).toEqual([
      { code: ["has already been taken"] },
      { parent_id: ["is invalid"] },
      { code: ["can't be blank"] },
    ]);
    expect(entities(answer)).toHaveLength(1);
    const elsewhere = await bench.get("/rest/v1.0/cost_codes/81001", { project_id: String(otherProject) });
    expect(elsewhere.status).toBe(404);
    const body = { project_id: project, cost_code: { code: "910", name: "Finer" } };
    const one = await bench.patch(`/rest/v1.0/cost_codes/${idOf(entities(answer)[0])}`, body);
    expect(one.json).toMatchObject({ full_code: "910", origin_id: "CC.9" });
  });
});

describe("cost types", () => {
  it("are made, changed and synced, with a code of their own each", async () => {
    const base = "/rest/v1.0/line_item_types";
    const made = await bench.post(base, {
      company_id: company,
      line_item_type: { name: "Labour", csv_import_code: "L", base_type: "labor", origin_id: "CT.1" },
    });
    expect(made.json).toMatchObject({ code: "L", base_type: "other", origin_id: "CT.1" });
    const updates = [
      { origin_id: "CT.1", name: "Own labour" },
      { csv_import_code: "M", name: "Materials again" },
    ];
    const answer = await bench.patch(`${base}/sync`, { company_id: company, updates });
    expect(refusals(answer)).toEqual([{ csv_import_code: ["has already been taken"] }]);
    const one = `${base}/${idOf(made.json)}`;
    expect((await bench.get(one, ofCompany)).json).toMatchObject({ name: "Own labour", code: "L" });
    const change = { company_id: company, line_item_type: { origin_data: "x" } };
    expect((await bench.patch(one, change)).json).toMatchObject({ origin_data: "x" });
    expect((await bench.get(one, { company_id: "78" })).status).toBe(403);
  });
});

describe("sub jobs", () => {
  it("belong to a project, are synced by origin id, and go", async () => {
    const base = "/rest/v1.0/sub_jobs";
    const sync = (updates: unknown) => bench.patch(`${base}/sync`, { project_id: project, updates }, inProject);
    const [first] = entities(await sync([{ origin_id: "SJ.1", code: "A", name: "Floor 1" }]));
    const again = await sync([
      { origin_id: "SJ.1", name: "Floor one" },
      { origin_id: "SJ.2", code: "A", name: "Twin" },
    ]);
    expect(entities(again)).toMatchObject([{ id: first?.id, name: "Floor one", code: "A" }]);
    expect(refusals(again)).toEqual([{ code: ["has already been taken"] }]);
    const made = await bench.post(base, { project_id: project, sub_job: { code: "B", name: "Floor 2" } });
    expect(made.status).toBe(201);
    expect(rows((await bench.get(base, inProject)).json).map((one) => one.code)).toEqual(["A", "B"]);
    expect((await bench.get(base, { project_id: String(otherProject) })).json).toEqual([]);
    expect((await bench.send("DELETE", `${base}/${idOf(made.json)}`, { query: inProject })).status).toBe(200);
    expect((await bench.get(`${base}/${idOf(made.json)}`, inProject)).status).toBe(404);
  });
});

describe("tax codes", () => {
  it("are read by company, and a line may name only one that is there", async () => {
    const base = "/rest/v1.0/tax_codes";
    const tax_code = { code: "V1", description: "Input tax", rate1: 19.5, origin_id: "TX.1" };
    const made = await bench.send("POST", base, { query: ofCompany, body: { tax_code } });
    expect(made.json).toMatchObject(tax_code);
    expect((await bench.send("POST", base, { query: ofCompany, body: { tax_code: { code: "V1" } } })).status).toBe(422);
    expect(rows((await bench.get(base, ofCompany)).json)).toMatchObject([{ code: "V1", archived: false }]);
    expect((await bench.get(`${base}/${idOf(made.json)}`, ofCompany)).json).toMatchObject({ rate1: 19.5 });
    expect((await bench.get(base)).json).toEqual([]);
    const contracts = "/rest/v1.0/purchase_order_contracts";
    const contract = idOf(
      entities(await bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ origin_id: "P" }] }))[0],
    );
    const line = (origin: string, tax: number) => ({ origin_id: origin, amount: "1", wbs_code_id: wbsCode, tax_code_id: tax });
    const updates = [line("A", idOf(made.json)), line("B", 4)];
    const answer = await bench.patch(`${contracts}/${contract}/line_items/sync`, { updates }, inProject);
    expect(entities(answer)).toMatchObject([{ tax_code_id: idOf(made.json) }]);
    expect(refusals(answer)).toEqual([{ tax_code_id: ["does not exist"] }]);
  });
});

describe("units of measure", () => {
  const base = `/rest/v1.0/companies/${company}/uoms`;

  it("are synced by id alone, so a name that is there is refused, and the standard ones stay", async () => {
    const listed = rows((await bench.get(base)).json);
    const standard = Number(listed[0]?.id);
    const sync = (updates: unknown, deletes?: unknown) =>
      bench.patch(`${base}/sync`, { updates, ...(deletes ? { deletes } : {}) });
    const first = await sync([
      { name: "St", uom_category_id: 7 },
      { name: "t", uom_category_id: 6 },
      { id: standard, name: "x" },
    ]);
    expect(entities(first)).toMatchObject([{ name: "St", is_standard: false, uom_category: { id: 7 } }]);
    expect(refusals(first)).toEqual([
      { name: ["has already been taken"] },
      { base: ["A standard unit of measure cannot be changed"] },
    ]);
    const id = idOf(entities(first)[0]);
    expect(entities(await sync([{ id, name: "Stk" }]))).toMatchObject([{ id, name: "Stk", uom_category: { id: 7 } }]);
    expect(refusals(await sync([{ id: 4_000_000, name: "y", uom_category_id: 1 }]))).toEqual([
      { id: ["Entity with this ID not found"] },
    ]);
    expect((await bench.get(`${base}/${id}`)).json).toMatchObject({ name: "Stk" });
    expect((await sync([], [id])).status).toBe(200);
    expect((await bench.get(`${base}/${id}`)).status).toBe(404);
    expect((await bench.send("DELETE", `${base}/${standard}`)).status).toBe(422);
    const categories = rows((await bench.get(`/rest/v1.0/companies/${company}/uom_categories`)).json);
    expect(categories.map((one) => one.name)).toContain("time");
  });

  it("are made, changed and deleted one by one", async () => {
    const made = await bench.post(base, { uom: { name: "Std", uom_category_id: 2 } });
    expect(made.status).toBe(201);
    const one = `${base}/${idOf(made.json)}`;
    const changed = await bench.patch(one, { uom: { name: "Stunde", uom_category_id: 2 } });
    expect(changed.json).toMatchObject({ name: "Stunde", uom_category: { name: "time" } });
    expect((await bench.send("DELETE", one)).status).toBe(204);
  });
});

describe("budget codes", () => {
  const wbs = `/rest/v1.0/projects/${project}/work_breakdown_structure/wbs_codes`;
  const item = (code: number, type: number) => ({
    segment_items: [
      { segment_id: 11, segment_item_id: code },
      { segment_id: 12, segment_item_id: type },
    ],
  });

  it("come in bulk, an existing combination as itself, and are closed together", async () => {
    const answer = await bench.patch(`${wbs}/bulk_create`, { bulk: [item(81002, 21), item(81003, 22), item(81003, 4)] });
    expect(answer.status).toBe(201);
    expect(
      entities(answer)
        .map((one) => one.flat_code)
        .sort(),
    ).toEqual(["03-100.M", "03-200.E"]);
    expect(entities(answer).map((one) => one.id)).toContain(wbsCode);
    expect(errors(answer)).toHaveLength(1);
    const ids = entities(answer).map((one) => one.id);
    const closed = await bench.patch(`${wbs}/update_all`, { ids, attributes: { status: "inactive" } });
    expect([closed.status, closed.text]).toEqual([204, ""]);
    expect((await bench.get(wbs, { "filters[status][]": "active" })).json).toEqual([]);
    expect((await bench.patch(`${wbs}/update_all`, { ids, attributes: { status: "gone" } })).status).toBe(422);
    expect(rows((await bench.get(wbs)).json)).toHaveLength(2);
  });

  const breakdown = `/rest/v1.0/projects/${project}/work_breakdown_structure`;
  const setItem = (segment: number, id: number, status: string) =>
    bench.patch(`${breakdown}/segments/${segment}/segment_items/${id}`, { status });

  it("come one by one, and the same combination is the same code, with its status as it was", async () => {
    const made = await bench.post(wbs, item(81003, 22));
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ flat_code: "03-200.E", status: "active" });
    await bench.patch(`${wbs}/${idOf(made.json)}`, { status: "inactive" });
    const again = await bench.post(wbs, { ...item(81003, 22), description: "Said anew" });
    expect(again.json).toMatchObject({ id: idOf(made.json), status: "inactive", description: "Said anew" });
    expect(rows((await bench.get(wbs)).json)).toHaveLength(2);
    await bench.switches({ budgetCodeUpsert: false });
    expect((await bench.post(wbs, item(81003, 22))).status).toBe(422);
  });

  it("are made of active items of both segments, by who may", async () => {
    expect((await bench.post(wbs, item(81003, 4))).status).toBe(400);
    expect((await bench.post(wbs, { segment_items: [{ segment_id: 11, segment_item_id: 81003 }] })).status).toBe(400);
    expect((await bench.post(wbs, { segment_items: [{ segment_id: 9, segment_item_id: 81003 }] })).status).toBe(400);
    // Of another project.
    expect((await bench.post(wbs, item(81103, 22))).status).toBe(400);
    expect((await setItem(11, 81003, "inactive")).json).toMatchObject({ code: "03-200", status: "inactive" });
    expect((await bench.post(wbs, item(81003, 22))).status).toBe(400);
    await setItem(11, 81003, "active");
    await setItem(12, 22, "inactive");
    expect((await bench.post(wbs, item(81003, 22))).status).toBe(400);
    const items = await bench.get(`${breakdown}/segments/12/segment_items`);
    expect(rows(items.json).map(({ code, status }) => `${code} ${status}`)).toEqual(["M active", "E inactive"]);
    const active = await bench.get(`${breakdown}/segments/12/segment_items`, { only_active_items: "true" });
    expect(rows(active.json)).toHaveLength(1);
    await setItem(12, 22, "active");
    await bench.switches({ budgetCodesMayBeCreated: false });
    expect((await bench.post(wbs, item(81003, 22))).status).toBe(403);
    expect(rows((await bench.get(wbs)).json)).toHaveLength(1);
  });

  it("of a sub job begin with it, and are made of the sub job's own cost codes", async () => {
    const job = await bench.post("/rest/v1.0/sub_jobs", { project_id: project, sub_job: { code: "A", name: "Floor 1" } });
    const inJob = { code: "03-100", name: "Rebar of floor 1", sub_job_id: idOf(job.json) };
    const own = await bench.post(`${breakdown}/segments/11/segment_items`, inJob);
    expect(own.json).toMatchObject({ code: "03-100", segment: { type: "cost_code" } });
    const codes = async (query: Record<string, string>) =>
      rows((await bench.get(`${breakdown}/segments/11/segment_items`, query)).json).map(idOf);
    expect(await codes({ legacy_sub_job_id: String(idOf(job.json)) })).toEqual([idOf(own.json)]);
    expect(await codes({})).toEqual([81001, 81002, 81003]);
    expect(await codes({ include_sub_job_cost_codes: "true" })).toHaveLength(4);
    const part = { segment_id: 10, segment_item_id: idOf(job.json) };
    const of = (code: number) => ({ segment_items: [part, ...item(code, 22).segment_items] });
    expect((await bench.post(wbs, of(idOf(own.json)))).json).toMatchObject({ flat_code: "A.03-100.E" });
    expect((await bench.post(wbs, of(81002))).status).toBe(400);
    expect((await bench.post(wbs, item(idOf(own.json), 22))).status).toBe(400);
    expect((await bench.post(wbs, item(81002, 22))).json).toMatchObject({ flat_code: "03-100.E" });
    const segments = rows((await bench.get(`${breakdown}/segments`)).json);
    expect(segments.map(({ type, required }) => `${type} ${required}`)).toEqual([
      "sub_job false",
      "cost_code true",
      "line_item_type true",
    ]);
  });
});
