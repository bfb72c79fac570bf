// The simulated Procore's vendors over its socket: the sync table, partial failure, the inactive ones, places, project directories.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  Bench,
  company,
  entities,
  errors,
  idOf,
  inactiveVendor,
  otherProject,
  project,
  row,
  rows,
  seedVendor,
} from "./procore-bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
});

afterEach(() => bench.finish());

const sync = (updates: unknown) => bench.patch("/rest/v1.0/vendors/sync", { company_id: company, updates });
const list = (query: Record<string, string>) => bench.get("/rest/v1.0/vendors", { company_id: String(company), ...query });

describe("the sync table", () => {
  it("creates without keys, each time anew", async () => {
    await sync([{ name: "Nobody" }]);
    await sync([{ name: "Nobody" }]);
    expect(rows((await list({ "filters[search]": "nobody" })).json)).toHaveLength(2);
  });

  it("updates by id, and says when there is none", async () => {
    const answer = await sync([
      { id: seedVendor, city: "Ulm" },
      { id: 999_999_999, name: "ghost" },
    ]);
    expect(answer.status).toBe(200);
    expect(entities(answer)).toMatchObject([{ id: seedVendor, city: "Ulm" }]);
    expect(errors(answer)).toEqual([{ id: 999_999_999, name: "ghost", errors: { id: ["Entity with this ID not found"] } }]);
  });

  it("creates and then updates by origin id", async () => {
    const [made] = entities(await sync([{ origin_id: "V1", name: "One" }]));
    const [again] = entities(await sync([{ origin_id: "V1", name: "One and only" }]));
    expect(again).toMatchObject({ id: made?.id, name: "One and only", origin_id: "V1" });
  });

  it("moves an origin id by id only, and refuses a taken one", async () => {
    await sync([{ origin_id: "V1", name: "One" }]);
    const moved = await sync([{ id: seedVendor, origin_id: "V2" }]);
    expect(entities(moved)).toMatchObject([{ id: seedVendor, origin_id: "V2" }]);
    const clash = await sync([{ id: seedVendor, origin_id: "V1" }]);
    expect(errors(clash)).toMatchObject([{ errors: { origin_id: ["has already been taken"] } }]);
  });

  it("settles each row on its own and promises no order", async () => {
    const updates = Array.from({ length: 40 }, (_, index) => ({
      origin_id: `V${index}`,
      name: index % 10 === 3 ? "" : `N${index}`,
    }));
    const answer = await sync(updates);
    expect(errors(answer).map((one) => [one.origin_id, one.errors])).toEqual(
      ["V3", "V13", "V23", "V33"].map((origin) => [origin, { name: ["can't be blank"] }]),
    );
    const order = entities(answer).map((one) => one.origin_id);
    const sent = updates.filter((one) => one.name !== "").map((one) => one.origin_id);
    expect(order).not.toEqual(sent);
    expect([...order].sort()).toEqual([...sent].sort());
  });

  it("refuses the second row of one origin id, or lets it win by switch", async () => {
    const twice = [
      { origin_id: "V1", name: "first" },
      { origin_id: "V1", name: "second" },
    ];
    const refused = await sync(twice);
    expect([entities(refused).length, errors(refused).length]).toEqual([1, 1]);
    await bench.switches({ duplicateInBatch: "last-wins" });
    expect(entities(await sync(twice)).at(-1)).toMatchObject({ name: "second" });
  });

  it("takes a thousand rows and answers 413 to one more", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ origin_id: `V${index}`, name: `N${index}` }));
    expect(entities(await sync(many(1000)))).toHaveLength(1000);
    expect((await sync(many(1001))).status).toBe(413);
    expect((await sync(undefined)).status).toBe(400);
  });
});

describe("an inactive vendor", () => {
  it("is out of sight, keeps its origin id, and comes back by its own door", async () => {
    expect(rows((await list({ "filters[origin_id]": "gone" })).json)).toEqual([]);
    expect((await bench.get(`/rest/v1.0/vendors/${inactiveVendor}`, { company_id: String(company) })).status).toBe(404);
    const blind = await sync([{ origin_id: "gone", name: "Gone & Sons" }]);
    expect(errors(blind)).toMatchObject([{ errors: { origin_id: ["has already been taken"] } }]);
    const door = `/rest/v1.0/companies/${company}/vendors/inactive`;
    expect(rows((await bench.get(door)).json)).toMatchObject([{ id: inactiveVendor, is_active: false }]);
    const back = await bench.send("PATCH", `${door}/${inactiveVendor}`);
    expect(back.json).toMatchObject({ id: inactiveVendor, is_active: true });
    expect(entities(await sync([{ origin_id: "gone", name: "Back & Sons" }]))).toMatchObject([{ id: inactiveVendor }]);
    await sync([{ origin_id: "gone", is_active: false }]);
    expect(rows((await bench.get(door)).json)).toHaveLength(1);
  });

  it("can be in sight by switch", async () => {
    await bench.switches({ inactiveVendorsHidden: false });
    expect(entities(await sync([{ origin_id: "gone", name: "Seen" }]))).toMatchObject([{ id: inactiveVendor, is_active: false }]);
  });
});

describe("places and names", () => {
  it.each([
    [{ country_code: "DE", state_code: "BY" }, undefined],
    [{ country_code: "GB", state_code: "SCT" }, undefined],
    [{ country_code: "DE", state_code: "TX" }, "state_code"],
    [{ country_code: "XX" }, "country_code"],
    [{ country_code: "DEU" }, "country_code"],
    [{ state_code: "TX" }, "state_code"],
    [{ abbreviated_name: "elevenchars" }, "abbreviated_name"],
  ])("%j is refused for %s", async (fields, refused) => {
    const answer = await sync([{ name: "Somewhere", ...fields }]);
    expect(errors(answer).map((one) => Object.keys(row(one.errors)))).toEqual(refused === undefined ? [] : [[refused]]);
  });

  it("answers 400 without the wrapper, 422 by field with it", async () => {
    expect((await bench.post("/rest/v1.0/vendors", { company_id: company, name: "bare" })).status).toBe(400);
    const blank = await bench.post("/rest/v1.0/vendors", { company_id: company, vendor: { city: "Ulm" } });
    expect([blank.status, blank.json]).toEqual([422, { errors: { name: ["can't be blank"] } }]);
    const made = await bench.post("/rest/v1.0/vendors", { company_id: company, vendor: { name: "Made", zip: "89073" } });
    expect([made.status, row(made.json).zip]).toEqual([201, "89073"]);
    const path = `/rest/v1.0/vendors/${idOf(made.json)}`;
    expect((await bench.patch(path, { company_id: company, vendor: { city: "Ulm" } })).json).toMatchObject({
      city: "Ulm",
      zip: "89073",
    });
    expect((await bench.send("POST", "/rest/v1.0/vendors", { body: "{not json" })).status).toBe(400);
  });

  it("takes one business register a vendor", async () => {
    const register = { business_register: { type: "ein", identifier: "98-7654321" } };
    const query = { company_id: String(company) };
    const path = `/rest/v1.0/vendors/${seedVendor}/business_register`;
    expect((await bench.send("POST", path, { body: register, query })).status).toBe(409);
    const changed = await bench.patch(path, register, query);
    expect(changed.json).toMatchObject({ type: "ein", identifier: "98-7654321" });
    const wrong = await bench.patch(path, { business_register: { type: "vat" } }, query);
    expect(wrong.status).toBe(422);
  });
});

describe("filters", () => {
  it("find by ids and by time, quoted and bare", async () => {
    bench.clock.advance(1000);
    await sync([{ origin_id: "V1", name: "New" }]);
    const ids = await bench.send("GET", `/rest/v1.0/vendors?company_id=${company}&filters[id][]=${seedVendor}&filters[id][]=4`);
    expect(rows(ids.json).map((one) => one.id)).toEqual([seedVendor]);
    const range = "2026-09-21T00:00:00Z...2026-09-30T00:00:00Z";
    for (const text of [range, `"${range}"`]) {
      expect(rows((await list({ "filters[updated_at]": text })).json)).toMatchObject([{ origin_id: "V1" }]);
    }
    await bench.switches({ rangeQuotes: "quoted" });
    expect((await list({ "filters[updated_at]": range })).status).toBe(400);
  });
});

describe("a project's directory", () => {
  it.each(["v1.0", "v1.1"])("adds once and removes, by %s", async (version) => {
    const base = `/rest/${version}/projects/${project}/vendors`;
    expect((await bench.send("POST", `${base}/${seedVendor}/actions/add`)).status).toBe(201);
    expect((await bench.send("POST", `${base}/${seedVendor}/actions/add`)).status).toBe(201);
    expect(rows((await bench.get(base)).json)).toMatchObject([{ id: seedVendor, project_ids: [project] }]);
    expect((await bench.send("POST", `${base}/${inactiveVendor}/actions/add`)).status).toBe(404);
    expect(rows((await bench.get(`/rest/${version}/projects/${otherProject}/vendors`)).json)).toEqual([]);
    expect((await bench.send("DELETE", `${base}/${seedVendor}/actions/remove`)).status).toBe(204);
    expect((await bench.send("DELETE", `${base}/${seedVendor}/actions/remove`)).status).toBe(404);
    expect((await bench.post(base, { vendor: { name: "Made here" } })).status).toBe(201);
    const views = await Promise.all(["ids_only", "name", "minimal", "extended"].map((view) => bench.get(base, { view })));
    expect(views.map((view) => (view.json as unknown[]).length)).toEqual([1, 1, 1, 1]);
  });

  it("keeps a vendor who became inactive behind a door of its own", async () => {
    const base = `/rest/v1.0/projects/${project}/vendors`;
    await bench.send("POST", `${base}/${seedVendor}/actions/add`);
    await sync([{ id: seedVendor, is_active: false }]);
    expect(rows((await bench.get(base)).json)).toEqual([]);
    expect(rows((await bench.get(`${base}/inactive`)).json)).toMatchObject([{ id: seedVendor, is_active: false }]);
    expect((await bench.send("PATCH", `${base}/inactive/${seedVendor}`)).json).toMatchObject({ is_active: true });
    expect(rows((await bench.get(base)).json)).toMatchObject([{ id: seedVendor }]);
  });
});
