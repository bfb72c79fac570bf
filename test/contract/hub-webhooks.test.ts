// What people do in the simulated Procore comes as its real deliveries (twice, out of order), is read again, and becomes an edit with its author;
// what the connector did itself does not. A person's word on it is carried out by the next run.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decideEdits, listEdits, listHolds, readWebhookQueue } from "../../src/hub/index.ts";
import { type Bench, company, openBench, project } from "../support/hub-bench.ts";
import {
  documentRecord,
  invoiceLineRecord,
  invoiceRecord,
  itemRecord,
  lineRecord,
  offsetLine,
  orderRecord,
  vendorRecord,
} from "../support/records.ts";

const person = 4711;
const contracts = "/rest/v1.0/purchase_order_contracts";
const base = `/rest/v2.0/companies/${company}`;
const first = `S01.100.PO.4500000001.${project}`;

let bench: Bench;
afterEach(async () => {
  await bench.close();
});

async function open(edits: Record<string, unknown> = {}): Promise<void> {
  bench = await openBench({ settings: { webhooks: { edits } }, webhookSecrets: () => ["the-secret"] });
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records["purchase-orders"] = [
    orderRecord("4500000001", [itemRecord("00010", "100.10")]),
    orderRecord("4500000002", [itemRecord("00010", "20.00")]),
  ];
  bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "200.00"), offsetLine("002", "-200.00")])];
  await bench.door("/sandbox/switches", { webhookDuplicatePercent: 100, webhookReorder: true });
  await hook(base, [["Company Vendors", "update"]]);
  const verbs = ["create", "update", "delete"] as const;
  const names = ["Purchase Order Contracts", "Purchase Order Contract Line Items", "Direct Costs", "Direct Cost Line Items"];
  await hook(
    `${base}/projects/${project}`,
    names.flatMap((name) => verbs.map((verb) => [name, verb] as const)),
  );
  expect(await bench.sync()).toMatchObject({ state: "finished" });
}

async function hook(at: string, pairs: readonly (readonly [string, string])[]): Promise<void> {
  const made = (await bench.post(`${at}/webhooks/hooks`, {
    payload_version: "v3.0",
    namespace: "ml-connector",
    destination_url: `${bench.hub.url}/webhooks/procore/main`,
    destination_headers: { Authorization: "Bearer the-secret" },
  })) as { data: { id: string } };
  const triggers = pairs.map(([resource_name, event_type]) => ({ resource_name, event_type }));
  await bench.post(`${at}/webhooks/hooks/${made.data.id}/triggers/bulk`, triggers);
}

type State = { deliveries: Record<string, number> };
/** Until everything that waits is delivered. */
async function delivered(): Promise<void> {
  for (;;) {
    const { deliveries } = (await bench.get("/sandbox/webhooks")) as State;
    if ((deliveries.enqueued ?? 0) + (deliveries.retrying ?? 0) === 0) return;
  }
}
async function work() {
  await delivered();
  return bench.hub.workHints({ connection: "main" });
}

const errand = (method: string, path: string, body?: unknown, query?: Record<string, unknown>) =>
  bench.door("/sandbox/person", { user_id: person, method, path, body, query });
type Contract = { id: number; number: string; title: string; status: string; grand_total: string; origin_id: string };
const listContracts = async () => (await bench.get(`${contracts}?project_id=${project}`)) as Contract[];
async function contractOf(number: string): Promise<Contract> {
  const found = (await listContracts()).find((each) => each.number === number);
  if (!found) throw new Error(number);
  return found;
}
/** Approved locks: a person takes it back to Draft, changes it, and approves it again. */
async function edit(number: string, ...changes: Record<string, unknown>[]): Promise<void> {
  const { id } = await contractOf(number);
  for (const change of [{ status: "Draft" }, ...changes, { status: "Approved" }])
    await errand("PATCH", `${contracts}/${id}`, { project_id: project, purchase_order_contract: change });
}
async function setStatus(number: string, status: string): Promise<void> {
  const { id } = await contractOf(number);
  await errand("PATCH", `${contracts}/${id}`, { project_id: project, purchase_order_contract: { status } });
}

const edits = (...states: ("open" | "accepted" | "re-asserted" | "undone")[]) =>
  listEdits(bench.postgres.store, { tenant: "main", limit: 100, ...(states.length ? { states } : {}) });
const said = async (...states: Parameters<typeof edits>) =>
  (await edits(...states)).map((each) => `${each.originId} ${each.field}: ${each.confirmed} > ${each.found}`).sort();
const holds = async () =>
  (await listHolds(bench.postgres.store, { tenant: "main", limit: 100 })).map(
    ({ flow, code, amount }) => `${flow} ${code} ${amount}`,
  );
const decideAll = (ids: readonly string[], decision: "accept" | "re-assert") =>
  decideEdits(bench.postgres.store, { tenant: "main", edits: ids, decision, actor: "user:jane", note: "", atMs: 0 });
const decide = (id: string, decision: "accept" | "re-assert") => decideAll([id], decision);
async function onlyOpen(): Promise<string> {
  const [one, ...others] = await edits("open");
  if (!one || others.length > 0) throw new Error(JSON.stringify(await edits()));
  return one.edit;
}

describe("our own echoes", () => {
  beforeEach(() => open());

  it("are dropped without a look at Procore but for who we are", async () => {
    const before = await bench.get("/sandbox/stats");
    const outcome = await work();
    expect(outcome.looked).toBeGreaterThan(5);
    expect(outcome).toEqual({ looked: outcome.looked, echoes: outcome.looked, notOurs: 0, equal: 0, edited: 0, waiting: 0 });
    const reads = (stats: unknown) =>
      Object.entries((stats as { calls: Record<string, number> }).calls).reduce(
        (sum, [call, count]) => sum + (call.includes("sandbox") ? 0 : count),
        0,
      );
    expect(reads(await bench.get("/sandbox/stats")) - reads(before)).toBeLessThanOrEqual(1);
    expect(await edits()).toEqual([]);
    expect(await readWebhookQueue(bench.postgres.store, { tenant: "main", connection: "main" })).toEqual({
      waiting: 0,
      unreadable: [],
    });
  });
});

describe("a person's edit", () => {
  it("is attributed, held for the accountant, kept from being overwritten, and gone when it is undone", async () => {
    await open();
    const { title } = await contractOf("4500000001");
    await edit("4500000001", { title: "By hand" }, { title: "By hand, again" });
    expect(await work()).toMatchObject({ edited: 4, equal: 0 });
    expect(await edits()).toMatchObject([
      {
        kind: "contracts",
        originId: first,
        field: "title",
        confirmed: title,
        found: "By hand, again",
        userId: person,
        state: "open",
      },
    ]);
    expect((await edits())[0]?.happenedAt).toMatch(/Z$/);
    expect(await holds()).toEqual(["purchase-orders edited-in-procore 100.10"]);
    // SAP changes it too: it still waits for the person.
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "111.10")]),
      orderRecord("4500000002", [itemRecord("00010", "20.00")]),
    ];
    expect(await bench.sync()).toMatchObject({ state: "finished" });
    expect(await contractOf("4500000001")).toMatchObject({ title: "By hand, again" });
    expect(await holds()).toEqual(["purchase-orders edited-in-procore 111.10"]);
    await work();
    await edit("4500000001", { title });
    expect(await work()).toMatchObject({ edited: 0, equal: 3 });
    expect((await edits()).map(({ state }) => state)).toEqual(["undone"]);
    expect(await bench.sync()).toMatchObject({ state: "finished" });
    expect(await holds()).toEqual([]);
    expect(Number((await contractOf("4500000001")).grand_total)).toBe(111.1);
  });

  it("is taken back by the next run when SAP's content is re-asserted", async () => {
    await open();
    const { title } = await contractOf("4500000001");
    await edit("4500000001", { title: "By hand" });
    await work();
    await decide(await onlyOpen(), "re-assert");
    expect(await bench.sync()).toMatchObject({ state: "finished" });
    expect(await contractOf("4500000001")).toMatchObject({ title, status: "Approved" });
    expect(await holds()).toEqual([]);
    expect(await work()).toMatchObject({ edited: 0 });
    await expect(decide((await edits("re-asserted"))[0]?.edit ?? "", "accept")).rejects.toMatchObject({
      code: "edit.decision-refused",
    });
  });

  it("is decided with others or not at all", async () => {
    await open();
    await edit("4500000001", { title: "By hand" });
    await work();
    const one = await onlyOpen();
    await expect(decideAll([one, "999999"], "accept")).rejects.toMatchObject({
      code: "edit.decision-refused",
      place: "edit 999999",
    });
    expect(await onlyOpen()).toBe(one);
  });

  it("stays, and is no news again, when it is accepted", async () => {
    await open();
    await edit("4500000001", { title: "By hand" });
    await work();
    await decide(await onlyOpen(), "accept");
    expect(await bench.sync()).toMatchObject({ state: "finished" });
    expect(await contractOf("4500000001")).toMatchObject({ title: "By hand" });
    expect(await holds()).toEqual([]);
    await edit("4500000001", { description: "no field of ours" });
    expect(await work()).toMatchObject({ edited: 0, equal: 3 });
    expect((await said("accepted")).length).toBe(1);
  });

  it("follows the settings by kind and field", async () => {
    await open({ contracts: { title: "re-assert", "*": "accept" } });
    const { title } = await contractOf("4500000001");
    await edit("4500000001", { title: "By hand" });
    await setStatus("4500000002", "Draft");
    await work();
    expect((await edits()).map(({ field, state }) => `${field} ${state}`).sort()).toEqual([
      "status accepted",
      "title re-asserted",
    ]);
    expect(await edits("open")).toEqual([]);
    await bench.sync();
    expect(await contractOf("4500000001")).toMatchObject({ title });
    const { id, status: left } = await contractOf("4500000002");
    expect(left).toBe("Draft");
    // That a record is gone is a person's to decide, whatever the settings say of the fields.
    await errand("DELETE", `${contracts}/${id}`, undefined, { project_id: project }).catch(() => undefined);
    await work();
    expect((await edits("open")).map(({ field }) => field)).toEqual(["record"]);
  });

  it("of a contract that has been invoiced is asked, for it can only be accepted; SAP's next change of that line waits", async () => {
    await open({ contractLines: { amount: "re-assert" } });
    const october = { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-11-05", status: "open" };
    await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, { billing_period: october });
    bench.records.invoices = [invoiceRecord("5105600001", [invoiceLineRecord("000001", "12.34")])];
    expect(await bench.sync()).toMatchObject({ state: "finished" });
    await bench.door("/sandbox/switches", { alwaysEditableSov: true });
    const { id } = await contractOf("4500000001");
    const [line] = (await bench.get(`${contracts}/${id}/line_items?project_id=${project}`)) as { id: number }[];
    const path = `${contracts}/${id}/line_items/${line?.id}`;
    await errand("PATCH", path, { project_id: project, line_item: { amount: "105.10" } });
    await work();
    expect((await edits()).map(({ field, state }) => `${field} ${state}`)).toEqual(["amount open"]);
    await expect(decide(await onlyOpen(), "re-assert")).rejects.toMatchObject({ code: "edit.decision-refused" });
    await decide(await onlyOpen(), "accept");
    // What the line stands at is the person's word now: a difference to what was confirmed would be ordered on top of it.
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "120.10")])];
    expect(await bench.sync()).toMatchObject({ state: "finished" });
    expect(await holds()).toEqual(["purchase-orders po-change-after-requisition 120.10"]);
    expect(await contractOf("4500000001")).toMatchObject({ grand_total: "105.1", revised_contract: "105.1" });
  });

  it("of a record that is deleted is held and never created twice", async () => {
    await open();
    const { id } = await contractOf("4500000001");
    await setStatus("4500000001", "Draft");
    // Answered with nothing, which is no JSON.
    await errand("DELETE", `${contracts}/${id}`, undefined, { project_id: project }).catch(() => undefined);
    await work();
    expect(await said("open")).toEqual([`${first} record: there > in the recycle bin`]);
    expect(await holds()).toEqual(["purchase-orders deleted-in-procore 100.10"]);
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "111.10")]),
      orderRecord("4500000002", [itemRecord("00010", "20.00")]),
    ];
    await bench.sync();
    await expect(decide(await onlyOpen(), "re-assert")).rejects.toMatchObject({ code: "edit.decision-refused" });
    await decide(await onlyOpen(), "accept");
    await bench.sync();
    expect((await listContracts()).map(({ number }) => number)).toEqual(["4500000002"]);
  });

  it("in a record that is none of ours is nobody's business", async () => {
    await open();
    await errand("POST", contracts, { project_id: project, purchase_order_contract: { number: "X-1", title: "Theirs" } });
    await work();
    expect(await edits()).toEqual([]);
  });
});
