// The sandbox's control door over its socket: faults before and after the commit, a person's edit, figures, switches.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, company, entities, idOf, project, row, rows, wbsCode } from "./procore-bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
  await bench.switches({ directCostMs: 0 });
});

afterEach(() => bench.finish());

const sync = (updates: unknown) => bench.patch("/rest/v1.0/vendors/sync", { company_id: company, updates });
const order = (how: string, more: Record<string, unknown> = {}) =>
  bench.post("/sandbox/weather", { on: { path: "/vendors/sync$", method: "PATCH" }, times: 1, how, ...more });
const namesOf = async () =>
  rows((await bench.get("/rest/v1.0/vendors", { company_id: String(company), "filters[search]": "storm" })).json).length;
const storm = [{ origin_id: "S", name: "Storm" }];

describe("weather", () => {
  it("cuts before the commit: nothing happened", async () => {
    await order("cut-before");
    await expect(sync(storm)).rejects.toThrow();
    expect(await namesOf()).toBe(0);
    expect((await sync(storm)).status).toBe(200);
  });

  it("cuts after the commit: it happened", async () => {
    await order("cut-after-commit");
    await expect(sync(storm)).rejects.toThrow();
    expect(await namesOf()).toBe(1);
    await bench.restart();
    expect(await namesOf()).toBe(1);
  });

  it("keeps silent after the commit until the client gives up", async () => {
    await order("timeout-after-commit");
    const lost = sync(storm);
    const seen = Promise.race([lost.then(() => "answered").catch(() => "cut"), settled(() => namesOf())]);
    expect(await seen).toBe(1);
    await bench.restart();
    await expect(lost).rejects.toThrow();
  });

  it("commits late, after the client heard nothing", async () => {
    await order("late-commit", { delayMs: 3000 });
    const lost = sync(storm).catch(() => "cut");
    while (bench.clock.sleeping === 0) await turn();
    expect(await namesOf()).toBe(0);
    bench.clock.advance(3000);
    await turn();
    expect(await namesOf()).toBe(1);
    await bench.restart();
    expect(await lost).toBe("cut");
  });

  it("answers as the edge of the platform does, without doing the work", async () => {
    for (const how of ["500", "502-html", "503", "429"]) {
      await order(how);
      const answer = await sync(storm);
      expect(answer.status).toBe(Number.parseInt(how, 10));
      if (how === "502-html") expect(answer.text).toMatch(/^<html>/);
      if (how === "503") expect(answer.headers["retry-after"]).toBe("5");
      if (how === "429") expect(answer.headers["x-rate-limit-remaining"]).toBe("0");
    }
    expect(await namesOf()).toBe(0);
  });

  it("ends a token, skips as told, and clears", async () => {
    await order("expire-token", { skip: 1 });
    expect((await sync(storm)).status).toBe(200);
    expect((await sync(storm)).status).toBe(401);
    await bench.login();
    await order("500", { times: 9 });
    await bench.send("DELETE", "/sandbox/weather");
    expect((await sync(storm)).status).toBe(200);
  });

  it("is refused with a sentence when it cannot be read", async () => {
    expect((await order("hail")).status).toBe(400);
    const wrong = await bench.post("/sandbox/weather", { on: { path: "(" }, how: "500" });
    expect(row(wrong.json).error).toContain("regular expression");
  });
});

describe("a person in the web UI", () => {
  it("changes the amount of a line, whatever the locks say", async () => {
    const base = "/rest/v1.0/purchase_order_contracts";
    const made = await bench.patch(`${base}/sync`, { project_id: project, updates: [{ origin_id: "PO" }] });
    const id = idOf(entities(made)[0]);
    const lines = { updates: [{ origin_id: "PL", amount: "10.10", wbs_code_id: wbsCode }] };
    await bench.patch(`${base}/${id}/line_items/sync`, lines, { project_id: String(project) });
    await bench.patch(`${base}/sync`, { project_id: project, updates: [{ id, status: "Approved" }] });
    const altered = await bench.post("/sandbox/alter", { kind: "contract-line", pick: "first", add: "0.01" });
    expect(altered.json).toMatchObject({ origin_id: "PL", before: "10.1", after: "10.11" });
    expect((await bench.get(`${base}/${id}`, { project_id: String(project) })).json).toMatchObject({ grand_total: "10.11" });
    await bench.restart();
    const set = await bench.post("/sandbox/alter", { kind: "contract-line", origin_id: "PL", amount: "7" });
    expect(set.json).toMatchObject({ before: "10.11", after: "7.0" });
    expect((await bench.post("/sandbox/alter", { kind: "direct-cost-line", pick: "first", add: "1" })).status).toBe(404);
    expect((await bench.post("/sandbox/alter", { kind: "contract-line", pick: "first", add: "much" })).status).toBe(400);
  });
});

describe("figures and switches", () => {
  it("count by method and template", async () => {
    await bench.post("/sandbox/stats/reset", {});
    await sync(storm);
    await bench.get("/rest/v1.0/vendors/5001", { company_id: String(company) });
    await bench.get("/rest/v1.0/vendors/4", { company_id: String(company) });
    expect((await bench.get("/sandbox/stats")).json).toMatchObject({
      total: 3,
      calls: { "PATCH /rest/v1.0/vendors/sync": 1, "GET /rest/v1.0/vendors/{id}": 2 },
      statuses: { 200: 2, 404: 1 },
      tooManyRequests: 0,
      lastFault: null,
    });
  });

  it("keep what was set, and refuse what does not exist", async () => {
    expect((await bench.switches({ originIdScope: "over-all", perPageMax: 7 })).status).toBe(200);
    await bench.restart();
    expect((await bench.get("/sandbox/switches")).json).toMatchObject({ originIdScope: "over-all", perPageMax: 7 });
    expect(row((await bench.switches({ perPageMin: 7 })).json).error).toContain('no switch "perPageMin"');
    expect((await bench.switches({ perPageMax: "many" })).status).toBe(400);
    await sync(storm);
    const made = await bench.patch("/rest/v1.0/purchase_order_contracts/sync", {
      project_id: project,
      updates: [{ origin_id: "S" }],
    });
    expect(entities(made)).toEqual([]);
  });
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Asks again until there is something to see. */
async function settled(ask: () => Promise<number>): Promise<number> {
  for (let count = await ask(); ; count = await ask()) if (count > 0) return count;
}
