// The simulated Procore's webhooks, delivered over real sockets to a receiver of the test: payloads, pauses, the flush, doubles, disorder.
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHttpClient } from "../../src/cli/platform/index.ts";
import type { HttpRequest } from "../../src/ports/index.ts";
import {
  Bench,
  closedProject,
  company,
  entities,
  idOf,
  otherProject,
  project,
  row,
  rows,
  seedVendor,
  text,
  wbsCode,
} from "./procore-bench.ts";

const ofCompany = `/rest/v2.0/companies/${company}/webhooks`;
const ofProject = `/rest/v2.0/companies/${company}/projects/${project}/webhooks`;
const contracts = "/rest/v1.0/purchase_order_contracts";

type Received = { body: Record<string, unknown>; authorization: string | undefined };

/** Answers with `status` and remembers what came. */
class Receiver {
  readonly received: Received[] = [];
  status = 204;
  url = "";
  #server: Server | undefined;

  async start(): Promise<void> {
    this.#server = createServer((incoming, outgoing) => {
      let body = "";
      incoming.on("data", (chunk) => {
        body += String(chunk);
      });
      incoming.on("end", () => {
        this.received.push({ body: row(JSON.parse(body)), authorization: incoming.headers.authorization });
        outgoing.writeHead(this.status).end();
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    this.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hook`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

let bench: Bench;
let receiver: Receiver;

beforeEach(async () => {
  bench = new Bench();
  receiver = new Receiver();
  await receiver.start();
  await bench.start();
  await bench.login();
  await bench.switches({ webhookDuplicatePercent: 0, webhookReorder: false });
});

afterEach(async () => {
  expect(bench.complaints).toEqual([]);
  await bench.close();
  await receiver.stop();
});

async function hooked(base: string, pairs: readonly (readonly [string, string])[], version = "v2.0"): Promise<string> {
  const made = await bench.post(`${base}/hooks`, {
    payload_version: version,
    namespace: "ml-connector",
    destination_url: receiver.url,
    destination_headers: { Authorization: "Bearer our-secret" },
  });
  const id = text(row(made.json).data, "id");
  const triggers = pairs.map(([resource_name, event_type]) => ({ resource_name, event_type }));
  const answer = await bench.post(`${base}/hooks/${id}/triggers/bulk`, triggers);
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return id;
}

const state = async () => row((await bench.get("/sandbox/webhooks")).json);

/** Until nothing is waiting, or all that waits is paused; the receiver's sockets decide how long that takes. */
async function quiet(): Promise<Record<string, unknown>> {
  for (;;) {
    const now = await state();
    const { enqueued = 0, retrying = 0 } = row(now.deliveries) as { enqueued?: number; retrying?: number };
    const endpoints = rows(now.endpoints);
    const isPaused = endpoints.length > 0 && endpoints.every((one) => Number(one.paused_ms) > 0 && one.busy === false);
    if (enqueued + retrying === 0 || isPaused) return row(now.deliveries);
  }
}

const syncContracts = (updates: unknown) => bench.patch(`${contracts}/sync`, { project_id: project, updates });
const purchaseOrders = ["create", "update", "delete"].map((verb): [string, string] => ["Purchase Order Contracts", verb]);
const verbs = () => receiver.received.map(({ body }) => body.event_type);

describe("hooks and triggers", () => {
  it("say what can be listened to, by scope, and refuse the rest", async () => {
    const namesOf = async (base: string) =>
      rows(row((await bench.get(`${base}/resources`, { payload_version: "v2.0", per_page: "100" })).json).data).map(
        (one) => one.name,
      );
    expect(await namesOf(ofCompany)).toContain("Company Vendors");
    expect(await namesOf(ofCompany)).not.toContain("Purchase Order Contracts");
    expect(await namesOf(ofProject)).toContain("Purchase Order Contract Line Items");
    expect(await namesOf(ofProject)).not.toContain("Requisitions");
    await bench.switches({ companyHooksCarryProjects: true, requisitionWebhooks: true });
    expect(await namesOf(ofCompany)).toContain("Requisitions");
    await bench.switches({ companyHooksCarryProjects: false });
    expect((await bench.get(`${ofProject}/resources`, { payload_version: "v9" })).status).toBe(400);
    const id = await hooked(ofProject, purchaseOrders);
    const wrong = await bench.post(`${ofProject}/hooks/${id}/triggers`, { resource_name: "Commitments", event_type: "create" });
    expect([wrong.status, row(row(wrong.json).error).code]).toEqual([400, "BAD_REQUEST"]);
    const twice = { resource_name: "Purchase Order Contracts", event_type: "create" };
    expect((await bench.post(`${ofProject}/hooks/${id}/triggers`, twice)).status).toBe(400);
  });

  it("mask the secret, are listed by namespace, changed, and gone with their triggers", async () => {
    const id = await hooked(ofCompany, [["Company Vendors", "create"]]);
    expect((await bench.get(`${ofCompany}/hooks`)).status).toBe(400);
    const listed = await bench.get(`${ofCompany}/hooks`, { namespace: "ml-connector" });
    expect(rows(row(listed.json).data)).toMatchObject([
      { id, status: "active", trigger_count: 1, destination_headers: { Authorization: "************ecret" } },
    ]);
    expect(rows(row((await bench.get(`${ofCompany}/hooks`, { namespace: "other" })).json).data)).toEqual([]);
    const changed = await bench.patch(`${ofCompany}/hooks/${id}`, { status: "disabled" });
    expect(changed.json).toMatchObject({ data: { status: "disabled", namespace: "ml-connector" } });
    expect((await bench.get(`${ofProject}/hooks/${id}`)).status).toBe(404);
    expect((await bench.send("DELETE", `${ofCompany}/hooks/${id}`)).status).toBe(204);
    expect((await bench.get(`${ofCompany}/hooks/${id}`)).status).toBe(404);
    for (const bad of [{ namespace: "Upper" }, { destination_url: "nowhere" }, { payload_version: "v1.0" }]) {
      const body = { payload_version: "v2.0", namespace: "a", destination_url: receiver.url, ...bad };
      expect((await bench.post(`${ofCompany}/hooks`, body)).status).toBe(400);
    }
    const closed = `/rest/v2.0/companies/${company}/projects/${closedProject}/webhooks/hooks`;
    expect((await bench.get(closed)).status).toBe(403);
  });

  it("come in bulk as a list or within an object, partly when part is wrong, and go in bulk", async () => {
    const id = await hooked(ofProject, []);
    const bulk = `${ofProject}/hooks/${id}/triggers/bulk`;
    const good = { resource_name: "Direct Costs", event_type: "create" };
    const mixed = await bench.post(bulk, { triggers: [good, { resource_name: "Direct Costs", event_type: "explode" }] });
    expect(mixed.status).toBe(207);
    const [made, failed] = rows(row(mixed.json).data);
    expect([typeof made?.id, failed?.id]).toEqual(["string", undefined]);
    expect(
      (
        await bench.post(
          bulk,
          Array.from({ length: 501 }, () => good),
        )
      ).status,
    ).toBe(413);
    const removed = await bench.send("DELETE", bulk, { body: [made?.id, "4"] });
    expect([removed.status, removed.json]).toEqual([207, { data: { succeeded: [made?.id], failed: ["4"] } }]);
    expect(rows(row((await bench.get(`${ofProject}/hooks/${id}/triggers`)).json).data)).toEqual([]);
  });
});

describe("events", () => {
  it("of every write come with the header, for what was asked and nothing else", async () => {
    await hooked(ofProject, [...purchaseOrders, ["Purchase Order Contract Line Items", "create"]]);
    const contract = idOf(entities(await syncContracts([{ origin_id: "PO.1" }]))[0]);
    const lines = { updates: [{ origin_id: "PL.1", amount: "5", wbs_code_id: wbsCode }] };
    await bench.patch(`${contracts}/${contract}/line_items/sync`, lines, { project_id: String(project) });
    await syncContracts([{ id: contract, title: "New" }]);
    // Refused, so it never was.
    await syncContracts([{ id: contract, status: "Approved!" }]);
    await bench.send("POST", `/rest/v1.0/projects/${project}/vendors/${seedVendor}/actions/add`);
    await bench.patch(`${contracts}/sync`, { project_id: otherProject, updates: [{ origin_id: "PO.2" }] });
    await bench.send("DELETE", `${contracts}/${contract}`, { query: { project_id: String(project) } });
    expect(await quiet()).toEqual({ delivered: 4 });
    expect(receiver.received.map(({ body }) => [body.resource_name, body.event_type])).toEqual([
      ["Purchase Order Contracts", "create"],
      ["Purchase Order Contract Line Items", "create"],
      ["Purchase Order Contracts", "update"],
      ["Purchase Order Contracts", "delete"],
    ]);
    expect(new Set(receiver.received.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer our-secret"]));
    expect(receiver.received[0]?.body).toMatchObject({
      api_version: "v2",
      resource_id: contract,
      company_id: company,
      project_id: project,
      user_id: 1,
      metadata: { source_user_id: null, source_application_id: null },
    });
    expect(String(receiver.received[0]?.body.ulid)).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(String(receiver.received[0]?.body.timestamp)).toMatch(/\.\d{6}Z$/);
  });

  it("say who did it: our account or a person, whose changes keep Procore's rules", async () => {
    await bench.switches({ webhookMetadata: "full" });
    await hooked(ofProject, [...purchaseOrders, ["Direct Costs", "update"]]);
    const contract = idOf(entities(await syncContracts([{ origin_id: "PO.1" }]))[0]);
    const edit = (path: string, body: unknown) => bench.post("/sandbox/person", { user_id: 4711, method: "PATCH", path, body });
    const changed = { project_id: project, purchase_order_contract: { title: "By hand" } };
    expect((await edit(`${contracts}/${contract}`, changed)).json).toMatchObject({ title: "By hand", origin_id: "PO.1" });
    await quiet();
    expect(receiver.received.map(({ body }) => [body.user_id, row(body.metadata).source_application_id])).toEqual([
      [1, "cid"],
      [4711, null],
    ]);
    const cost = { direct_cost: { direct_cost_type: "expense", origin_id: "DC.1" } };
    const made = await bench.post(`/rest/v1.1/projects/${project}/direct_costs`, cost);
    const touch = await edit(`/rest/v1.1/projects/${project}/direct_costs/${idOf(made.json)}`, { direct_cost: { terms: "x" } });
    expect(touch.status).toBe(422);
    // A person needs no permission of ours.
    const query = { project_id: closedProject };
    const seen = await bench.post("/sandbox/person", { method: "GET", path: contracts, query });
    expect([seen.status, seen.json]).toEqual([200, []]);
    expect((await bench.post("/sandbox/person", { method: "GET", path: "/oauth/token" })).status).toBe(400);
    await quiet();
    expect(receiver.received).toHaveLength(2);
  });

  it("speak v3.0 with the line's parent, and v4.0 in text ids and, by switch, in the past tense", async () => {
    await hooked(ofProject, [["Purchase Order Contract Line Items", "create"]], "v3.0");
    await bench.switches({ webhookVerbs: "streaming" });
    const shown = await bench.get(`${ofProject}/resources`, { payload_version: "v4.0", per_page: "1" });
    expect(rows(row(shown.json).data)[0]?.actions).toEqual(["created", "updated", "recycled"]);
    await hooked(ofProject, [["Purchase Order Contracts", "created"]], "v4.0");
    const contract = idOf(entities(await syncContracts([{ origin_id: "PO.1" }]))[0]);
    const lines = { updates: [{ origin_id: "PL.1", amount: "5", wbs_code_id: wbsCode }] };
    await bench.patch(`${contracts}/${contract}/line_items/sync`, lines, { project_id: String(project) });
    await quiet();
    const [streamed, related] = receiver.received;
    expect(streamed?.body).toMatchObject({
      reason: "created",
      resource_type: "Purchase Order Contracts",
      resource_id: String(contract),
      company_id: String(company),
      project_id: String(project),
      user_id: "1",
    });
    expect(related?.body).toMatchObject({
      api_version: "v3.0",
      related_resources: [{ id: contract, name: "Purchase Order Contracts" }],
    });
  });

  it("of the company name no project", async () => {
    await hooked(ofCompany, [["Company Vendors", "create"]]);
    await bench.patch("/rest/v1.0/vendors/sync", { company_id: company, updates: [{ name: "New" }] });
    await quiet();
    expect(receiver.received.map(({ body }) => [body.resource_name, body.project_id])).toEqual([["Company Vendors", null]]);
  });
});

describe("delivery", () => {
  const deliveriesOf = async (id: string, query: Record<string, string> = {}) =>
    rows(row((await bench.get(`${ofProject}/hooks/${id}/deliveries`, { per_page: "100", ...query })).json).data);
  const advance = (ms: number) => bench.post("/sandbox/webhooks", { advance_ms: ms });
  const paused = async () => Number(rows((await state()).endpoints)[0]?.paused_ms);

  it("gives a receiver five seconds", async () => {
    const asked: HttpRequest[] = [];
    await bench.close();
    bench = new Bench();
    const own = bench.http ?? createHttpClient();
    bench.http = {
      request: (given) => {
        asked.push(given);
        return own.request(given);
      },
      close: () => own.close(),
    };
    await bench.start();
    await bench.login();
    await hooked(ofProject, purchaseOrders);
    await syncContracts([{ origin_id: "PO.1" }]);
    await quiet();
    expect(asked.map(({ method, timeoutMs }) => [method, timeoutMs])).toContainEqual(["POST", 5000]);
  });

  it("pauses the whole endpoint after a failure, twice as long each time up to an hour, and goes on after one success", async () => {
    const id = await hooked(ofProject, purchaseOrders);
    receiver.status = 500;
    await syncContracts([{ origin_id: "PO.1" }]);
    await quiet();
    await syncContracts([{ origin_id: "PO.2" }]);
    const pauses: number[] = [];
    for (let round = 0; round < 14; round += 1) {
      await quiet();
      pauses.push(await paused());
      await advance(pauses.at(-1) ?? 0);
      // Nothing passes the pause: one attempt for each end of it.
      while (receiver.received.length < round + 2) await state();
    }
    expect(pauses.slice(0, 5)).toEqual([1000, 2000, 4000, 8000, 16_000]);
    expect(pauses.at(-1)).toBe(3_600_000);
    await quiet();
    expect((await deliveriesOf(id)).map((one) => one.status).sort()).toEqual(["enqueued", "retrying"]);
    receiver.status = 200;
    await advance(3_600_000);
    expect(await quiet()).toEqual({ delivered: 2 });
    expect(await paused()).toBe(0);
    const [first] = await deliveriesOf(id, { "filter[status]": "succeeded" });
    expect(first).toMatchObject({ status: "delivered", payload: { event_type: "create" } });
    expect(rows(first?.delivery_attempts).at(-1)).toMatchObject({ success: true, response_status: 200 });
  });

  it("gives up after twelve hours of failure, with all that waits, and starts anew", async () => {
    const id = await hooked(ofProject, purchaseOrders);
    await bench.switches({ webhookDeactivates: true });
    receiver.status = 500;
    await syncContracts([{ origin_id: "PO.1" }, { origin_id: "PO.2" }]);
    await quiet();
    await advance(12 * 3_600_000 - 1);
    while (receiver.received.length < 2) await state();
    await quiet();
    expect(await deliveriesOf(id, { "filter[status]": "discarded" })).toEqual([]);
    await advance(1);
    expect(await quiet()).toEqual({ discarded: 2 });
    expect(receiver.received).toHaveLength(2);
    expect((await bench.get(`${ofProject}/hooks/${id}`)).json).toMatchObject({ data: { status: "disabled" } });
    receiver.status = 200;
    await bench.patch(`${ofProject}/hooks/${id}`, { status: "active" });
    await syncContracts([{ origin_id: "PO.3" }]);
    expect(await quiet()).toEqual({ discarded: 2, delivered: 1 });
  });

  it("comes twice, out of order, and again after a restart when it was not answered", async () => {
    const id = await hooked(ofProject, purchaseOrders);
    await bench.switches({ webhookDuplicatePercent: 100, webhookReorder: true });
    receiver.status = 500;
    const contract = idOf(entities(await syncContracts([{ origin_id: "PO.1" }]))[0]);
    for (let edit = 0; edit < 9; edit += 1) await syncContracts([{ id: contract, title: `Edit ${edit}` }]);
    await quiet();
    await bench.restart();
    const before = receiver.received.length;
    receiver.status = 200;
    await advance(1000);
    expect(await quiet()).toEqual({ delivered: 10 });
    const ids = receiver.received.slice(before).map(({ body }) => Number(body.id));
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(10);
    const first = [...new Set(ids)];
    expect(first).not.toEqual(first.toSorted((a, b) => a - b));
    expect(await deliveriesOf(id, { "filter[event_type]": "create" })).toHaveLength(1);
    expect(verbs()).toContain("update");
  });

  it("is remembered for 28 days", async () => {
    await hooked(ofProject, purchaseOrders);
    await syncContracts([{ origin_id: "PO.1" }]);
    await quiet();
    await advance(28 * 24 * 3_600_000);
    await syncContracts([{ origin_id: "PO.2" }]);
    expect(await quiet()).toEqual({ delivered: 2 });
    await advance(1);
    await syncContracts([{ origin_id: "PO.3" }]);
    expect(await quiet()).toEqual({ delivered: 2 });
  });

  it("is refused by a sandbox that has nothing to deliver with", async () => {
    await bench.close();
    bench = new Bench();
    await bench.http?.close();
    bench.http = undefined;
    await bench.start();
    await bench.login();
    await expect(hooked(ofProject, purchaseOrders)).rejects.toThrow();
    const body = { payload_version: "v2.0", namespace: "a", destination_url: receiver.url };
    expect((await bench.post(`${ofProject}/hooks`, body)).text).toContain("without anything to deliver webhooks with");
  });

  it("stops for a hook that is off", async () => {
    const id = await hooked(ofProject, purchaseOrders);
    await bench.patch(`${ofProject}/hooks/${id}`, { status: "disabled" });
    await syncContracts([{ origin_id: "PO.1" }]);
    expect(await quiet()).toEqual({});
    expect(receiver.received).toEqual([]);
  });
});
