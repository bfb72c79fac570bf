// Features that meet on one record: a hold and an edit, an ignored item and an edit, a replay and an edit, a schedule's window and an edit, an approval
// and an ignored item. None of them loses what another keeps.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { flows, parseCron } from "../../src/core/index.ts";
import { approve, decideEdits, ignoreHolds, listAwaiting, listEdits, listHolds, listIgnored } from "../../src/hub/index.ts";
import { openWindow } from "../../src/hub/schedule/open-window.ts";
import { type Bench, company, openBench, project, rule } from "../support/hub-bench.ts";
import { itemRecord, orderRecord, vendorRecord } from "../support/records.ts";

const contracts = "/rest/v1.0/purchase_order_contracts";
const rules = [rule("P-1", "M")];
let bench: Bench;

beforeAll(async () => {
  bench = await openBench({
    rules,
    webhookSecrets: () => ["the-secret"],
    settings: { purchaseOrders: { deleteAtOnce: { count: 0, percent: 0 } } },
  });
  await bench.door("/sandbox/switches", { alwaysEditableSov: true });
  const at = `/rest/v2.0/companies/${company}/projects/${project}/webhooks/hooks`;
  const made = (await bench.post(at, {
    payload_version: "v3.0",
    namespace: "ml-connector",
    destination_url: `${bench.hub.url}/webhooks/procore/main`,
    destination_headers: { Authorization: "Bearer the-secret" },
  })) as { data: { id: string } };
  await bench.post(`${at}/${made.data.id}/triggers/bulk`, [{ resource_name: "Purchase Order Contracts", event_type: "update" }]);
  bench.records.vendors = [vendorRecord("0000100001")];
  set(order(1), order(2), order(3), order(4));
  await finished();
  await work();
}, 600_000);
afterAll(() => bench.close());

const noRule = itemRecord("00020", "5.00");
const withoutRule = {
  ...noRule,
  assignments: noRule.assignments.map((each) => ({ ...each, object: { kind: "wbs", key: "P-9" } as const })),
};
const order = (number: number, amount = "10.00", change: Parameters<typeof orderRecord>[2] = {}) =>
  orderRecord(`450000000${number}`, [itemRecord("00010", amount), withoutRule], change);
const orders = new Map<string, ReturnType<typeof orderRecord>>();
function set(...changed: readonly ReturnType<typeof orderRecord>[]): void {
  for (const each of changed) orders.set(each.key, each);
  bench.records["purchase-orders"] = [...orders.values()];
}
async function finished() {
  const report = await bench.sync();
  expect([report.state, report.detail ?? ""]).toEqual(["finished", ""]);
}
async function work(): Promise<void> {
  for (;;) {
    const { deliveries } = (await bench.get("/sandbox/webhooks")) as { deliveries: Record<string, number> };
    if ((deliveries.enqueued ?? 0) + (deliveries.retrying ?? 0) === 0) break;
  }
  await bench.hub.workHints({ connection: "main" });
}
type Contract = { id: number; number: string; title: string; status: string; grand_total: string };
async function contractOf(number: number): Promise<Contract> {
  const listed = (await bench.get(`${contracts}?project_id=${project}&view=extended`)) as Contract[];
  const found = listed.find((each) => each.number === `450000000${number}`);
  if (!found) throw new Error(String(number));
  return found;
}
const shown = async (number: number) => {
  const { title, status, grand_total: total } = await contractOf(number);
  return `${title}, ${status}, ${Number(total)}`;
};
async function editTitle(number: number): Promise<void> {
  const body = { project_id: project, purchase_order_contract: { title: "By hand" } };
  const path = `${contracts}/${(await contractOf(number)).id}`;
  await bench.door("/sandbox/person", { user_id: 4711, method: "PATCH", path, body });
  await work();
}
async function acceptEdits(): Promise<void> {
  const open = await listEdits(bench.postgres.store, { tenant: "main", states: ["open"], limit: 10 });
  expect(open.map(({ field }) => field)).toEqual(["title"]);
  const edits = open.map(({ edit }) => edit);
  await decideEdits(bench.postgres.store, { tenant: "main", edits, decision: "accept", actor: "user:jane", note: "", atMs: 0 });
}
const holdsOf = async (number: number) =>
  (await listHolds(bench.postgres.store, { tenant: "main", record: `450000000${number}`, limit: 10 }))
    .map(({ key, code }) => `${key.slice(11, 16)} ${code}`)
    .sort();
const ignore = (number: number) =>
  ignoreHolds(bench.postgres.store, {
    filter: { tenant: "main", record: `450000000${number}`, code: "mapping-no-rule", atMs: Date.now() },
    reason: "settled by hand",
    actor: "user:jane",
    atMs: Date.now(),
  });

describe("one record", () => {
  it("is held and edited: both stand, and SAP's change goes when the one is released and the other decided", async () => {
    set(order(1, "11.00", { isReleasePending: true }));
    await finished();
    expect(await holdsOf(1)).toEqual(["00010 po-change-in-release", "00020 mapping-no-rule"]);
    await editTitle(1);
    set(order(1, "11.00"));
    await finished();
    expect(await holdsOf(1)).toEqual(["00010 edited-in-procore", "00020 mapping-no-rule"]);
    expect(await shown(1)).toBe("By hand, Approved, 10");
    await acceptEdits();
    await finished();
    expect(await holdsOf(1)).toEqual(["00020 mapping-no-rule"]);
    expect(await shown(1)).toBe("By hand, Approved, 11");
  });

  it("has an item that was left out when its contract is edited: what was left out stays out, whatever becomes of the edit", async () => {
    expect(await ignore(2)).toBe(1);
    await editTitle(2);
    await finished();
    expect(await holdsOf(2)).toEqual(["00010 edited-in-procore"]);
    await acceptEdits();
    await finished();
    expect(await holdsOf(2)).toEqual([]);
    expect((await listIgnored(bench.postgres.store, { tenant: "main", atMs: Date.now() })).map(({ key }) => key)).toEqual([
      "4500000002.00020.01",
    ]);
    expect(await shown(2)).toBe("By hand, Approved, 10");
  });

  it("is replayed, or comes into a schedule's window, while its contract's edit waits: nothing of it is written until that is decided", async () => {
    await editTitle(3);
    bench.setRules([...rules, rule("P-9", "M")]);
    const filter = { code: "mapping-no-rule", record: "4500000003" };
    const { run } = await bench.hub.replay({ connection: "main", filter, actor: "user:jane" });
    expect(await bench.hub.awaitRun(run ?? "")).toMatchObject({ state: "finished" });
    expect(await holdsOf(3)).toEqual(["00010 edited-in-procore", "00020 edited-in-procore"]);
    expect(await shown(3)).toBe("By hand, Approved, 10");

    const idle = () => undefined;
    let nowMs = systemClock.now();
    const context = {
      store: bench.postgres.store,
      clock: { ...systemClock, now: () => nowMs },
      random: systemRandom,
      tenant: "main",
      log: idle,
      onProgress: idle,
      faultPoint: idle,
    };
    const when = { kind: "cron", cron: parseCron("* * * * *") } as const;
    const named = { name: "each minute", schedule: { zone: "Europe/Berlin", when }, flows, mode: "full" } as const;
    await openWindow(context, "main", named);
    nowMs += 120_000;
    expect(await openWindow(context, "main", named)).toMatchObject({ kind: "opened" });
    await finished();
    expect(await shown(3)).toBe("By hand, Approved, 10");
    await acceptEdits();
    await finished();
    expect(await holdsOf(3)).toEqual([]);
    expect(await shown(3)).toBe("By hand, Approved, 15");
  });

  it("waits for approval while an item of it is left out: the word stands, and what was left out is not taken for gone", async () => {
    bench.setRules(rules);
    const gone = { deletion: "L", history: [] } as const;
    set(orderRecord("4500000005", [itemRecord("00010", "10.00"), withoutRule]));
    await finished();
    set(orderRecord("4500000005", [itemRecord("00010", "10.00", gone), withoutRule]));
    await finished();
    await finished();
    const record = `S01.100.PO.4500000005.${project}`;
    const waiting = () => listAwaiting(bench.postgres.store, { tenant: "main", limit: 10 });
    expect((await waiting()).map(({ originId }) => originId)).toEqual([record]);
    const word = { tenant: "main", records: [record], actor: "user:jane", note: "", atMs: Date.now() };
    await approve(bench.postgres.store, word);
    expect(await ignore(5)).toBe(1);
    await finished();
    expect(await waiting()).toEqual([]);
    expect(await shown(5)).toBe("Item 00010, Approved, 0");
    expect(await holdsOf(5)).toEqual([]);
  });
});
