// The address that Procore posts to: who may, how much, what is acknowledged, and that what was acknowledged is stored once.
import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/cli/platform/index.ts";
import { readWebhookQueue } from "../../src/hub/index.ts";
import { openStore } from "../../src/store/index.ts";
import { type Bench, company, openBench, project } from "../support/hub-bench.ts";

let bench: Bench;
let secrets: string[];
beforeEach(() => {
  secrets = ["the-secret"];
});
afterEach(async () => {
  await bench.close();
});
const open = async (webhooks: Record<string, unknown> = {}) => {
  bench = await openBench({ withoutAgent: true, settings: { webhooks }, webhookSecrets: () => secrets });
};

const event = (id: number, change: Record<string, unknown> = {}) => ({
  id,
  ulid: `01JM${String(id).padStart(22, "0")}`,
  timestamp: "2026-10-15T08:00:00.123456Z",
  metadata: null,
  user_id: 4711,
  company_id: company,
  project_id: project,
  api_version: "v2",
  event_type: "update",
  resource_name: "Purchase Order Contracts",
  resource_id: 9100,
  ...change,
});

type Answer = { status: number; code: unknown };
async function post(
  body: unknown,
  headers: Record<string, string> = { authorization: "Bearer the-secret" },
  name = "main",
): Promise<Answer> {
  const answer = await request(`${bench.hub.url}/webhooks/procore/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, code: text === "" ? undefined : (JSON.parse(text) as { code?: string }).code };
}

const stored = () =>
  bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    tx
      .selectFrom("webhook_event")
      .select(["delivery_id", "state", "kind", "record_id", "outcome"])
      .orderBy("delivery_id")
      .execute(),
  );

describe("the webhook address", () => {
  it("stores an event before it answers, and a repeated one once", async () => {
    await open();
    expect(await post(event(1))).toEqual({ status: 204, code: undefined });
    expect(await stored()).toEqual([
      { delivery_id: event(1).ulid, state: "waiting", kind: "contracts", record_id: 9100n, outcome: null },
    ]);
    const again = await Promise.all([1, 1, 2, 2].map((id) => post(event(id))));
    expect(again.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    expect((await stored()).map((row) => row.delivery_id)).toEqual([event(1).ulid, event(2).ulid]);
  });

  it("takes one of two secrets while one is rotated, in the header that was agreed, and no other", async () => {
    secrets = ["new-one", "old-one"];
    await open({ header: "X-Hook-Secret" });
    const statusOf = async (headers: Record<string, string>, name?: string) => (await post(event(1), headers, name)).status;
    expect(await statusOf({ "x-hook-secret": "Bearer new-one" })).toBe(204);
    expect(await statusOf({ "x-hook-secret": "old-one" })).toBe(204);
    const refused = { status: 401, code: "webhook.refused" };
    expect(await post(event(2), { authorization: "Bearer new-one" })).toEqual(refused);
    expect(await post(event(2), { "x-hook-secret": "new-on" })).toEqual(refused);
    expect(await post(event(2), { "x-hook-secret": "" })).toEqual(refused);
    expect(await post(event(2), {})).toEqual(refused);
    expect(await post(event(2), { "x-hook-secret": "new-one" }, "nobody")).toEqual(refused);
    expect((await stored()).length).toBe(1);
  });

  it("lets nobody in where no secret was set up", async () => {
    secrets = [];
    await open();
    expect((await post(event(1), { authorization: "" })).status).toBe(401);
    expect((await post(event(1), { authorization: "Bearer " })).status).toBe(401);
  });

  it("reads no more than 64 KB, and of a stranger nothing", async () => {
    await open();
    const pad = (bytes: number) => JSON.stringify(event(1)).replace("{", `{"pad":"${"x".repeat(bytes)}",`);
    expect(await post(pad(60 * 1024))).toMatchObject({ status: 204 });
    expect(await post(pad(64 * 1024))).toEqual({ status: 413, code: "webhook.too-large" });
    expect(await post(pad(64 * 1024), {})).toEqual({ status: 401, code: "webhook.refused" });
  });

  it("acknowledges what it does not understand, for it would come again for hours, and keeps it by name", async () => {
    await open();
    const bodies = ["{", event(1, { api_version: "v9" }), event(2, { resource_name: "Meetings" }), event(3, { company_id: 78 })];
    for (const body of [...bodies, ...bodies]) expect((await post(body)).status).toBe(204);
    const queue = await readWebhookQueue(bench.postgres.store, { tenant: "main", connection: "main" });
    expect(queue.waiting).toBe(0);
    expect(queue.unreadable.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => "webhook.unreadable"));
    expect((await stored()).map((row) => `${row.state} ${row.outcome}`).sort()).toEqual([
      "unreadable (whole body): is no object",
      'unreadable api_version: "v9.0" is no known version; v2.0, v3.0 and v4.0 are',
      "unreadable company_id: 78 is not the company of this connection",
      'unreadable resource_name: "Meetings" is no resource that we listen to',
    ]);
  });

  it("holds so many and no more, says so, and loses none that it took", async () => {
    await open({ queueMax: 10 });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => post(event(index + 1))));
    const taken = answers.filter(({ status }) => status === 204).length;
    const full = answers.filter(({ status, code }) => status === 503 && code === "webhook.queue-full").length;
    expect([taken, full]).toEqual([10, 50]);
    expect((await stored()).length).toBe(10);
    await bench.postgres.store.transact({ tenant: "main" }, (tx) => tx.deleteFrom("webhook_event").execute());
    let status = 503;
    while (status === 503) ({ status } = await post(event(61)));
    expect(status).toBe(204);
  });

  it("tells Procore to come again while the store cannot take it", async () => {
    await open();
    await post(event(1));
    const owner = await openStore({ connection: bench.postgres.postgres.ownerConnection, clock: systemClock });
    const rename = (from: string, to: string) =>
      owner.transact({ tenant: "main" }, (tx) => tx.schema.alterTable(from).renameTo(to).execute());
    await rename("webhook_event", "elsewhere");
    expect(await post(event(2))).toEqual({ status: 503, code: "store.unavailable" });
    await rename("elsewhere", "webhook_event");
    await owner.close();
    expect((await post(event(2))).status).toBe(204);
    expect((await stored()).length).toBe(2);
  });
});
