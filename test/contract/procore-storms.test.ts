// The worse weather of the simulated Procore: bulk answers in every partial form, error shapes, drifting limits, late work, flipped rights.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, company, entities, errors, idOf, otherProject, project, row, rows, seedVendor } from "./procore-bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
});

afterEach(() => bench.finish());

const path = "/rest/v1.0/vendors/sync";
const batch = Array.from({ length: 10 }, (_, index) => ({ origin_id: `V${index}`, name: `Storm ${index}` }));
const sync = (updates: unknown = batch) => bench.patch(path, { company_id: company, updates });
const order = (how: string, more: Record<string, unknown> = {}) =>
  bench.post("/sandbox/weather", { on: { path: "/vendors/sync$", method: "PATCH" }, how, ...more });
const stored = async () => {
  const query = { company_id: String(company), "filters[search]": "storm" };
  return new Set(rows((await bench.get("/rest/v1.0/vendors", query)).json).map((one) => one.origin_id));
};
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("a bulk write", () => {
  const originsOf = (list: readonly Record<string, unknown>[]) => list.map((one) => String(one.origin_id));

  it("may refuse some, lose some, do some without a word, name one twice and one as somebody else's", async () => {
    await order("bulk", { seed: 7, refused: 2, lost: 1, hidden: 3, duplicated: 1, foreign: 1 });
    const answer = await sync();
    expect(answer.status).toBe(200);
    const named = originsOf(entities(answer));
    const refused = originsOf(errors(answer));
    expect(refused).toHaveLength(2);
    // 10 rows, less 2 refused, 1 lost and 3 hidden; one of the rest twice.
    expect(named).toHaveLength(5);
    expect(named.filter((origin) => origin.startsWith("foreign-"))).toHaveLength(1);
    expect(new Set(named).size).toBe(4);
    const there = await stored();
    expect(there.size).toBe(7);
    for (const origin of refused) expect(there).not.toContain(origin);
    const silent = originsOf(batch).filter((origin) => !named.includes(origin) && !named.includes(`foreign-${origin}`));
    const unnamed = silent.filter((origin) => !refused.includes(origin));
    expect(unnamed.filter((origin) => there.has(origin))).toHaveLength(3);
    expect(unnamed.filter((origin) => !there.has(origin))).toHaveLength(1);
  });

  it("meets the same fate for the same seed, and another for another", async () => {
    const fateOf = async (seed: number) => {
      await order("bulk", { seed, refused: 4 });
      return originsOf(errors(await sync()))
        .sort()
        .join();
    };
    const first = await fateOf(1);
    expect(await fateOf(1)).toBe(first);
    const others = [await fateOf(2), await fateOf(3), await fateOf(4)];
    expect(others.some((one) => one !== first)).toBe(true);
    expect((await order("bulk", { refused: "all" })).status).toBe(400);
  });

  it("of budget codes is partial in the same ways, and undoes what it refuses", async () => {
    const wbs = `/rest/v1.0/projects/${project}/work_breakdown_structure/wbs_codes`;
    const item = (code: number, type: number) => ({
      segment_items: [
        { segment_id: 11, segment_item_id: code },
        { segment_id: 12, segment_item_id: type },
      ],
    });
    await bench.post("/sandbox/weather", { on: "bulk_create$", how: "bulk", seed: 3, hidden: 1, refused: 1 });
    const bulk = [item(81003, 21), item(81003, 22), item(81002, 22), item(4, 22)];
    const answer = await bench.patch(`${wbs}/bulk_create`, { bulk });
    expect(answer.status).toBe(201);
    const after = rows((await bench.get(wbs)).json).length;
    expect(entities(answer).length + errors(answer).length).toBe(3);
    // The seed's own one, and what was named or hidden.
    expect(after).toBe(1 + 4 - errors(answer).length);
  });
});

describe("answers", () => {
  it("refuse with any status in every shape, and may have done the work all the same", async () => {
    const bodies: Record<string, unknown> = {
      fields: { errors: { base: ["no"] } },
      list: { errors: ["no"] },
      text: { errors: "no" },
      doc: { code: 409, message: "no", fields: "base", reason: "no" },
      exception: { message: "no", exception: "ActiveRecord::RecordNotFound" },
      error: { error: "invalid_request", message: "no" },
    };
    for (const [shape, body] of Object.entries(bodies)) {
      await order("refuse", { status: 409, shape, message: "no" });
      const answer = await sync();
      expect([answer.status, answer.json]).toEqual([409, body]);
    }
    for (const status of [401, 403, 404, 413, 422]) {
      await order("refuse", { status, shape: "plain", message: "no" });
      const answer = await sync();
      expect([answer.status, answer.text]).toEqual([status, "no"]);
    }
    expect(await stored()).toEqual(new Set());
    await order("500", { committed: true });
    expect((await sync()).status).toBe(500);
    expect((await stored()).size).toBe(10);
    expect((await order("refuse", { shape: "round" })).status).toBe(400);
    expect((await order("refuse", { status: 42 })).status).toBe(400);
  });

  it("are empty for a scope that is not accepted", async () => {
    await bench.post("/sandbox/weather", { on: "/vendors$", how: "empty" });
    const list = () => bench.get("/rest/v1.0/vendors", { company_id: String(company) });
    const empty = await list();
    expect([empty.status, empty.json, empty.headers.total]).toEqual([200, [], "0"]);
    expect(rows((await list()).json)).toHaveLength(1);
  });

  it("end in the middle of the body after the work was done", async () => {
    await order("cut-body");
    await expect(sync()).rejects.toThrow();
    expect((await stored()).size).toBe(10);
  });

  it("come late when they are slow, with the work done at once", async () => {
    await order("slow", { delayMs: 7000 });
    const answer = sync();
    while (bench.clock.sleeping === 0) await turn();
    expect((await stored()).size).toBe(10);
    bench.clock.advance(6999);
    expect(await Promise.race([answer.then(() => "answered"), turn().then(() => "silent")])).toBe("silent");
    bench.clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  it("carry no rate headers, or nonsense, or other limits than before", async () => {
    await order("headers-missing");
    expect((await sync()).headers["x-rate-limit-remaining"]).toBeUndefined();
    await order("headers-wrong");
    expect((await sync()).headers).toMatchObject({ "x-rate-limit-limit": "unlimited", "x-rate-limit-reset": "0" });
    const before = await sync();
    expect(before.headers["x-rate-limit-limit"]).toBe("1000000");
    await bench.post("/sandbox/limits", { hourly: 600, spike: 5 });
    const after = await sync();
    expect(after.headers).toMatchObject({ "x-rate-limit-limit": "5", "x-rate-limit-remaining": "1" });
    await sync();
    expect((await sync()).status).toBe(429);
    expect((await bench.post("/sandbox/limits", { hourly: 0, spike: 5 })).status).toBe(400);
  });
});

describe("work", () => {
  it("may land right after a look-up has said that it is not there", async () => {
    await order("late-commit", { until: { path: "/vendors$", method: "GET" } });
    const lost = sync().catch(() => "cut");
    const looks: number[] = [];
    while (looks.length < 3) {
      const seen = (await stored()).size;
      // The first look may be earlier than the write itself.
      if (seen > 0 || (await bench.get("/sandbox/weather")).text.includes('"times":0')) looks.push(seen);
    }
    expect(looks.at(-1)).toBe(10);
    expect(looks[0]).toBe(0);
    await bench.restart();
    expect(await lost).toBe("cut");
    expect((await order("late-commit", { until: "(" })).status).toBe(400);
  });
});

describe("rights", () => {
  const rights = (body: Record<string, unknown>) => bench.post("/sandbox/rights", body);
  const contracts = "/rest/v1.0/purchase_order_contracts";
  const inProject = { project_id: String(project) };
  const write = () => bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ origin_id: "PO.1" }] });

  it("end for a project that leaves the permitted list, and come back", async () => {
    await rights({ permitted_project_ids: [otherProject] });
    expect((await bench.get(contracts, inProject)).status).toBe(403);
    const list = await bench.get("/rest/v1.1/projects", { company_id: String(company) });
    expect(rows(list.json).map((one) => one.id)).toEqual([otherProject]);
    await bench.restart();
    expect((await bench.get(contracts, inProject)).status).toBe(403);
    await rights({ permitted_project_ids: "all" });
    expect((await bench.get(contracts, inProject)).status).toBe(200);
  });

  it("end with the app, in the documented words", async () => {
    await rights({ client_id: "cid", connected: false });
    const refused = await bench.get("/rest/v1.0/me");
    expect([refused.status, refused.json]).toEqual([403, { errors: ["App is not connected to this company."] }]);
    await rights({ connected: true });
    expect((await bench.get("/rest/v1.0/me")).status).toBe(200);
    expect((await rights({ client_id: "nobody" })).status).toBe(400);
  });

  it("end for a tool of one project, for writing alone or altogether", async () => {
    await rights({ tools: [{ project_id: project, tool: "commitments", level: "read" }] });
    expect((await bench.get(contracts, inProject)).status).toBe(200);
    const refused = await write();
    expect([refused.status, refused.json]).toEqual([
      403,
      { errors: ["You do not have sufficient access to complete that action"] },
    ]);
    await rights({ tools: [{ project_id: project, tool: "commitments", level: "none" }] });
    expect((await bench.get(contracts, inProject)).status).toBe(403);
    expect((await bench.get(contracts, { project_id: String(otherProject) })).status).toBe(200);
    await rights({ tools: [{ project_id: 0, tool: "directory", level: "read" }] });
    expect((await sync()).status).toBe(403);
    expect((await bench.get(`/rest/v1.0/vendors/${seedVendor}`, { company_id: String(company) })).status).toBe(200);
    await rights({ tools: [{ project_id: project, tool: "commitments", level: "standard" }] });
    expect(idOf(entities(await write())[0])).toBeGreaterThan(0);
    expect((await rights({ tools: [{ project_id: project, tool: "hammer", level: "none" }] })).status).toBe(400);
    expect(row((await bench.get("/sandbox/rights")).json).tools).toHaveLength(2);
  });

  it("flip in the middle of a run, where the order says so", async () => {
    const flip = { tools: [{ project_id: project, tool: "commitments", level: "none" }] };
    await bench.post("/sandbox/weather", { on: contracts, how: "flip", skip: 1, flip });
    expect((await write()).status).toBe(200);
    expect((await write()).status).toBe(403);
    expect((await write()).status).toBe(403);
    const wrong = await bench.post("/sandbox/weather", { on: contracts, how: "flip", flip: { connected: "no" } });
    expect(wrong.status).toBe(400);
  });
});
