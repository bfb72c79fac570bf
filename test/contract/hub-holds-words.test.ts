// What a person may say about holds: assign, ignore until a date or a change, take it back, replay some of them; each word in the audit trail.
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  assignHolds,
  type Hold,
  type HoldFilter,
  ignoreHolds,
  listHolds,
  listIgnored,
  unignoreHolds,
} from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({
    rules: [rule("P-1", "M"), rule("P-1", "E", "0000600000")],
    settings: { limits: { settleMs: 50, callTimeoutMs: 500, attemptsMax: 2 } },
  });
  bench.records.vendors = [vendorRecord("0000100001")];
});
afterEach(async () => {
  await bench.close();
});

const store = () => bench.postgres.store;
const list = (filter: Partial<HoldFilter> = {}) =>
  listHolds(store(), { tenant: "main", limit: 100, atMs: Date.now(), ...filter });
const codes = async () => (await list()).map(({ key, code }) => `${key} ${code}`).sort();
const numberOf = (hold: Hold | undefined) => BigInt(hold?.hold ?? 0);
const ignore = (filter: Partial<HoldFilter>, untilMs?: number) =>
  ignoreHolds(store(), {
    filter: { tenant: "main", atMs: Date.now(), ...filter },
    reason: "settled by hand",
    untilMs,
    actor: "user:jane",
    atMs: Date.now(),
  });
const audit = async (action: string) =>
  (
    await store().transact({ tenant: "main" }, (tx) =>
      sql<{
        actor: string;
        subject: string;
        detail: Record<string, unknown>;
      }>`select actor, subject, detail from audit where action = ${action} order by id`.execute(tx),
    )
  ).rows;
const finished = async () => {
  const report = await bench.sync();
  expect(report.detail ?? "").toBe("");
  expect(report.state).toBe("finished");
  return report;
};
const contract = async (number: string) =>
  ((await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}&view=extended`)) as Record<string, string>[]).find(
    (each) => each.number === number,
  );
const line = (number: string, change: Parameters<typeof lineRecord>[2] = {}) =>
  documentRecord(number, [lineRecord("001", "10.00", change), offsetLine("002", "-10.00")]);
const nowhere = { object: { kind: "wbs", key: "P-9" } } as const;
const takeNumber = (number: string) =>
  bench.post("/rest/v1.0/purchase_order_contracts", {
    project_id: project,
    purchase_order_contract: { number, title: "By hand" },
  }) as Promise<{ id: number }>;

describe("assigning", () => {
  it("gives holds to a person by number or by filter, and stays from run to run", async () => {
    bench.records.costs = [line("0100000001", nowhere), line("0100000002", nowhere)];
    await finished();
    const [first] = await list();
    const ask = { person: "bob", note: "asked controlling", actor: "user:jane", atMs: Date.now() };
    expect(await assignHolds(store(), { ...ask, filter: { tenant: "main", holds: [numberOf(first)] } })).toBe(1);
    await finished();
    expect((await list({ assigned: "bob" })).map(({ hold, note }) => [hold, note])).toEqual([[first?.hold, "asked controlling"]]);
    expect(await list({ assigned: "" })).toHaveLength(1);
    expect(await assignHolds(store(), { ...ask, person: "", filter: { tenant: "main", code: "mapping-no-rule" } })).toBe(2);
    expect(await list({ assigned: "bob" })).toEqual([]);
    expect(await audit("hold.assigned")).toMatchObject([
      { actor: "user:jane", subject: first?.hold, detail: { person: "bob", count: 1, holds: [first?.hold] } },
      { actor: "user:jane", subject: "mapping-no-rule", detail: { person: "", count: 2 } },
    ]);
    expect(await assignHolds(store(), { ...ask, filter: { tenant: "main", holds: [999n] } })).toBe(0);
  });
});

describe("ignoring", () => {
  it("counts a cost line as excluded by a rule that names the person, until SAP changes it", async () => {
    bench.records.costs = [line("0100000001", nowhere), line("0100000002", nowhere)];
    await finished();
    const [first] = await list({ record: "1000.0100000001.2026" });
    expect(await ignore({ holds: [numberOf(first)] })).toBe(1);
    expect(await codes()).toEqual(["1000.0100000002.2026.001 mapping-no-rule"]);
    const report = await finished();
    expect(report.flows.costs?.excluded["ignored by jane"]).toEqual({ count: 1, amount: { USD: "10.00" } });
    expect(report.flows.costs?.held["mapping-no-rule"]?.count).toBe(1);
    expect(await listIgnored(store(), { tenant: "main", atMs: Date.now() })).toMatchObject([
      { hold: first?.hold, by: "user:jane", reason: "settled by hand", code: "mapping-no-rule" },
    ]);
    expect(await audit("hold.ignored")).toMatchObject([
      { actor: "user:jane", subject: first?.hold, detail: { reason: "settled by hand" } },
    ]);
    bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "11.00", nowhere), offsetLine("002", "-11.00")])];
    const after = await finished();
    expect(after.flows.costs?.excluded["ignored by jane"]).toBeUndefined();
    expect(await codes()).toEqual(["1000.0100000001.2026.001 mapping-no-rule", "1000.0100000002.2026.001 mapping-no-rule"]);
    expect((await list({ record: "1000.0100000001.2026" }))[0]).toMatchObject({ hold: first?.hold, amount: "11.00" });
  });

  it("ends at its date, or when it is taken back", async () => {
    bench.records.costs = [line("0100000001", nowhere)];
    await finished();
    const [hold] = await list();
    await ignore({}, Date.now() + 3_600_000);
    expect(await codes()).toEqual([]);
    expect(await list({ atMs: Date.now() + 7_200_000 })).toHaveLength(1);
    await finished();
    await store().transact({ tenant: "main" }, (tx) => sql`update ignored set until = ${new Date(Date.now() - 1)}`.execute(tx));
    await finished();
    expect(await codes()).toEqual(["1000.0100000001.2026.001 mapping-no-rule"]);
    await ignore({});
    await finished();
    expect(await codes()).toEqual([]);
    expect(await unignoreHolds(store(), { tenant: "main", holds: [numberOf(hold)], actor: "user:jane", atMs: Date.now() })).toBe(
      1,
    );
    await finished();
    expect((await list()).map(({ hold: number }) => number)).toEqual([hold?.hold]);
    expect(await audit("hold.unignored")).toHaveLength(1);
  });

  it("leaves a refused contract line by line, and what is not wanted any more is not sent", async () => {
    await takeNumber("4500000001");
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.00"), itemRecord("00020", "5.00")])];
    bench.records.costs = [line("0100000003", { purchaseOrder: "4500000001", purchaseOrderItem: "00010", assignment: "01" })];
    await finished();
    expect(await codes()).toEqual([
      "1000.0100000003.2026.001 cost-purchase-order-undecided",
      "4500000001.00010.01 po-refused",
      "4500000001.00020.01 po-refused",
    ]);
    expect(await ignore({ code: "po-refused" })).toBe(2);
    const before = await bench.writes();
    const report = await finished();
    expect(report.flows["purchase-orders"]?.excluded["ignored by jane"]?.count).toBe(2);
    expect(await bench.writes()).toBe(before);
    // It may come back: its cost is neither the one nor the other until then (ruling 21).
    expect(await codes()).toEqual(["1000.0100000003.2026.001 cost-purchase-order-undecided"]);
    const { rows } = await store().transact({ tenant: "main" }, (tx) =>
      sql<{ state: string }>`select distinct state from effect where flow = 'purchase-orders' and aspect <> 'link'`.execute(tx),
    );
    expect(rows).toEqual([{ state: "stale" }]);
  });

  it("leaves out what SAP did not deliver whole, document or order", async () => {
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.005")])];
    bench.records.costs = [
      {
        kind: "rejected",
        flow: "costs",
        key: "1000.0100000007.2026",
        code: "document-unbalanced",
        detail: "",
        balance: "3.00",
        currency: "USD",
        period: "2026.010",
      },
    ];
    await finished();
    expect(await ignore({})).toBe(2);
    const report = await finished();
    expect(report.flows["purchase-orders"]).toMatchObject({ rejected: {}, excluded: { "ignored by jane": { count: 1 } } });
    expect(report.flows.costs).toMatchObject({
      rejected: {},
      excluded: { "ignored by jane": { count: 1, amount: { USD: "3.00" } } },
    });
    expect(await codes()).toEqual([]);
  });

  it("refuses what is in Procore or may be, and notes nothing then", async () => {
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.00")])];
    bench.records.costs = [line("0100000001", nowhere)];
    await finished();
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.00", { deletion: "L" })])];
    await finished();
    await expect(ignore({})).rejects.toMatchObject({ code: "hold.not-ignorable", detail: "it is in Procore already" });
    expect(await listIgnored(store(), { tenant: "main", atMs: Date.now() })).toEqual([]);
    await bench.door("/sandbox/switches", { expenseWithoutVendor: false });
    bench.records.costs = [line("0100000002")];
    await finished();
    await expect(ignore({ code: "cost-refused" })).rejects.toMatchObject({ code: "hold.not-ignorable" });
  });
});

describe("replaying", () => {
  const replay = async (filter: Partial<HoldFilter>) => {
    const opened = await bench.hub.replay({ connection: "main", filter, actor: "user:jane" });
    return opened.run === undefined
      ? { ...opened, report: undefined }
      : { ...opened, report: await bench.hub.awaitRun(opened.run) };
  };
  const preview = (filter: Partial<HoldFilter>) => bench.hub.previewReplay({ connection: "main", filter, actor: "user:jane" });

  it("sends just what was chosen, reads nothing of SAP, and says before what it would send", async () => {
    const byHand = [await takeNumber("4500000001"), await takeNumber("4500000002")];
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "10.00")]),
      orderRecord("4500000002", [itemRecord("00010", "20.00")]),
    ];
    const first = await finished();
    for (const { id } of byHand)
      await bench.patch(`/rest/v1.0/purchase_order_contracts/${id}`, {
        project_id: project,
        purchase_order_contract: { number: `hand ${id}` },
      });
    const before = await bench.writes();
    const [hold] = await list({ record: "4500000001" });
    const seen = await preview({ holds: [numberOf(hold)] });
    expect(seen).toMatchObject({ taken: 1, left: 0, changesInAll: 3, lookedUp: 0, waiting: [] });
    expect(seen.changes.map(({ action, originId, amount }) => [action, originId, amount])).toEqual([
      ["create", "S01.100.PO.4500000001.810", ""],
      ["create", "S01.100.PL.4500000001.00010.01.810", "10.00"],
      ["approve", "S01.100.PO.4500000001.810", ""],
    ]);
    expect(await bench.writes()).toBe(before);
    expect(await list()).toHaveLength(2);

    const done = await replay({ holds: [numberOf(hold)] });
    expect(done).toMatchObject({ taken: 1, left: 0, report: { state: "finished", mode: "replay", sap: { calls: 0 } } });
    expect(Number((await contract("4500000001"))?.grand_total)).toBe(10);
    expect(await codes()).toEqual(["4500000002.00010.01 po-refused"]);
    expect(await audit("hold.replayed")).toMatchObject([{ actor: "user:jane", subject: done.run, detail: { count: 1 } }]);
    const rest = await replay({ run: BigInt(first.run) });
    expect(rest.report?.state).toBe("finished");
    expect(await codes()).toEqual([]);
    const after = await bench.writes();
    await finished();
    expect(await bench.writes()).toBe(after);
  });

  it("takes cost lines that wait, and direct costs that were refused, as they are frozen", async () => {
    await bench.door("/sandbox/switches", { expenseWithoutVendor: false });
    bench.records.costs = [line("0100000001"), line("0100000002", nowhere)];
    await finished();
    await bench.door("/sandbox/switches", { expenseWithoutVendor: true });
    const waiting = await preview({ code: "mapping-no-rule" });
    expect(waiting).toMatchObject({
      taken: 1,
      changesInAll: 0,
      waiting: [{ code: "mapping-no-rule", key: "1000.0100000002.2026.001" }],
    });
    expect((await replay({ code: "mapping-no-rule" })).report?.state).toBe("finished");
    expect(await codes()).toEqual(["1000.0100000001.2026.001 cost-refused", "1000.0100000002.2026.001 mapping-no-rule"]);
    // What could go now, and was not chosen, waits on.
    bench.setRules([rule("P-1", "M"), rule("P-9", "M")]);
    const done = await replay({ record: "1000.0100000001.2026" });
    expect(done.report?.state).toBe("finished");
    expect(await codes()).toEqual(["1000.0100000002.2026.001 mapping-no-rule"]);
    const posted = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)) as { status: string }[];
    expect(posted.map(({ status }) => status)).toEqual(["approved"]);
  });

  it("begins nothing where nothing fits or only SAP can help, and is no match for an open or paused run", async () => {
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.005")])];
    await finished();
    expect(await replay({ code: "po-refused" })).toMatchObject({ run: undefined, left: 0 });
    expect(await replay({ code: "amount-unreadable" })).toMatchObject({ run: undefined, left: 1 });
    bench.records.costs = [line("0100000002", nowhere)];
    await finished();
    await store().transact({ tenant: "main" }, (tx) =>
      sql`insert into run (tenant, connection, flows, mode, state, flow, stage, started_at, summary)
        values ('main', 'main', '{vendors}', 'delta', 'paused', 'vendors', 'plan', ${new Date()}, '{}')`.execute(tx),
    );
    await expect(replay({ code: "mapping-no-rule" })).rejects.toMatchObject({ code: "run.already-open" });
    await expect(preview({ code: "mapping-no-rule" })).rejects.toMatchObject({ code: "run.already-open" });
  });
});
