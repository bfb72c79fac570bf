// Hooks made at the simulated Procore from its own list, told again, removed; and deliveries that it threw away.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listEdits, readWebhookHooks } from "../../src/hub/index.ts";
import { type Bench, company, openBench, project, secondProject } from "../support/hub-bench.ts";
import { itemRecord, orderRecord, vendorRecord } from "../support/records.ts";

const contracts = "/rest/v1.0/purchase_order_contracts";
let bench: Bench;
let secrets: string[];
beforeEach(async () => {
  secrets = ["first-secret"];
  // Nothing listens there: deliveries fail until the hub's own address is told.
  bench = await openBench({
    settings: { webhooks: { publicUrl: "http://127.0.0.1:9" } },
    webhookSecrets: () => secrets,
  });
});
afterEach(async () => {
  await bench.close();
});

const setUp = (secret = "first-secret") => bench.hub.setUpWebhooks({ connection: "main", secret });
type Listed = { data: { id: string; status: string; trigger_count: number; destination_headers: { Authorization: string } }[] };
const hooksOf = async (at: string) =>
  ((await bench.get(`/rest/v2.0/companies/${company}${at}/webhooks/hooks?namespace=ml-connector`)) as Listed).data;
const rows = () => readWebhookHooks(bench.postgres.store, { tenant: "main", connection: "main" });

describe("setting hooks up", () => {
  it("makes one for the company and each project, of what Procore offers, and says what it does not", async () => {
    const { hooks, notOffered } = await setUp();
    expect(hooks.map(({ projectId, was, refused }) => [projectId, was, refused])).toEqual([
      [0, "made", []],
      [project, "made", []],
      [secondProject, "made", []],
    ]);
    expect(hooks[0]?.listensTo).toEqual(["Company Vendors"]);
    expect(hooks[1]?.listensTo).toContain("Purchase Order Contract Line Items");
    expect(notOffered).toEqual(["requisitions"]);
    const [made] = await hooksOf(`/projects/${project}`);
    expect(made).toMatchObject({ status: "active", destination_headers: { Authorization: "**************ecret" } });
    expect((await rows()).map(({ projectId }) => projectId)).toEqual([0, project, secondProject]);
  });

  it("changes nothing when repeated, adds what is missing, and tells a new secret", async () => {
    await setUp();
    const [before] = await hooksOf(`/projects/${project}`);
    await bench.patch(`/rest/v2.0/companies/${company}/projects/${project}/webhooks/hooks/${before?.id}`, { status: "disabled" });
    await bench.door("/sandbox/switches", { requisitionWebhooks: true });
    const { hooks, notOffered } = await setUp("another-one");
    expect(hooks.map(({ was }) => was)).toEqual(["kept", "kept", "kept"]);
    expect(notOffered).toEqual([]);
    const [after, ...others] = await hooksOf(`/projects/${project}`);
    expect(others).toEqual([]);
    expect(after).toMatchObject({ id: before?.id, status: "active", trigger_count: (before?.trigger_count ?? 0) + 3 });
    expect(after?.destination_headers.Authorization.endsWith("r-one")).toBe(true);
  });

  it("lets the company's hook carry everything where Procore does so", async () => {
    await bench.door("/sandbox/switches", { companyHooksCarryProjects: true });
    const { hooks } = await setUp();
    expect(hooks.map(({ projectId }) => projectId)).toEqual([0]);
  });

  it("is undone by removing them, also where one is gone already", async () => {
    await setUp();
    const [one] = await hooksOf("");
    await bench.remove(`/rest/v2.0/companies/${company}/webhooks/hooks/${one?.id}`);
    expect(await bench.hub.removeWebhooks({ connection: "main" })).toBe(3);
    expect(await hooksOf(`/projects/${project}`)).toEqual([]);
    expect(await rows()).toEqual([]);
  });
});

describe("deliveries that Procore threw away", () => {
  it("are noticed by the next run, and what was missed is found by listing anew", async () => {
    bench.records.vendors = [vendorRecord("0000100001")];
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "100.10")])];
    await bench.sync();
    await setUp();
    const [contract] = (await bench.get(`${contracts}?project_id=${project}`)) as { id: number }[];
    const errand = { user_id: 4711, method: "PATCH", path: `${contracts}/${contract?.id}` };
    await bench.door("/sandbox/person", {
      ...errand,
      body: { project_id: project, purchase_order_contract: { status: "Draft" } },
    });
    type Deliveries = { deliveries: Record<string, number> };
    let state: Deliveries = { deliveries: {} };
    // One attempt fails before twelve hours pass, or nothing has failed for as long.
    while ((state.deliveries.retrying ?? 0) === 0) state = (await bench.get("/sandbox/webhooks")) as Deliveries;
    await bench.door("/sandbox/webhooks", { advance_ms: 12 * 3_600_000 });
    while ((state.deliveries.discarded ?? 0) === 0) state = (await bench.get("/sandbox/webhooks")) as Deliveries;
    const before = await rows();
    expect(await bench.sync()).toMatchObject({ state: "finished" });
    const edits = await listEdits(bench.postgres.store, { tenant: "main", limit: 10 });
    expect(edits).toMatchObject([{ field: "status", confirmed: "Approved", found: "Draft", state: "open" }]);
    expect(edits[0]?.userId).toBeUndefined();
    expect((await rows()).every((row, index) => row.lookedUntil > (before[index]?.lookedUntil ?? ""))).toBe(true);
  });
});
