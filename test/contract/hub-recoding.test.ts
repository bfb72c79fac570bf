// Re-coding history (ruling 23) through hub, store and simulated Procore: what was posted by old rules goes to where the new ones say by a part that
// takes it back and one that posts it again; whatever stands between the two, the statement ties and says what waits.
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { compileMapping, type MappingRule, type RecodeChoice, type StatementRow, unexplainedOf } from "../../src/core/index.ts";
import {
  approve,
  drillDown,
  explain,
  listHolds,
  listRecodings,
  markRecoding,
  readRecodable,
  reconcile,
  withdrawRecoding,
} from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule, secondProject } from "../support/hub-bench.ts";
import { documentRecord, lineRecord, offsetLine, vendorRecord } from "../support/records.ts";
import { twoDecimals } from "../support/two-decimals.ts";

const labour = "0000500000";
const oldRules = [rule("P-1", "M"), rule("P-1", "L", labour)];
/** Material goes to the other project. */
const newRules = [rule("P-1", "M", undefined, "BRIDGE"), rule("P-1", "L", labour)];
const client = { systemId: "S01", client: "100" };
const scope = { tenant: "main", connection: "main" };

function compiled(rules: readonly MappingRule[]) {
  const mapping = compileMapping(rules);
  if (!mapping.ok) throw new Error("the rules are right");
  return mapping.value;
}

type Cost = { description: string; status: string; amount: string; project: number; origin_id: string };
const costsOf = async (bench: Bench, id: number) =>
  ((await bench.get(`/rest/v1.0/projects/${id}/direct_costs`)) as Cost[]).map(({ description, status, amount }) =>
    [id === project ? "TOWER" : "BRIDGE", description.replace("SAP 1000 2026.010 ", ""), status, twoDecimals(amount)].join(" | "),
  );
const costs = async (bench: Bench) => [...(await costsOf(bench, project)), ...(await costsOf(bench, secondProject))].sort();

const document = (number: string, amount: string, account = "0000400000") =>
  documentRecord(number, [lineRecord("001", amount, { account }), offsetLine("002", `-${amount}`.replace("--", ""))]);

async function mark(bench: Bench, rules: readonly MappingRule[], choice: RecodeChoice = {}, actor = "user:jo") {
  const { store } = bench.postgres;
  const ask = { ...scope, mapping: compiled(rules), choice };
  const found = await readRecodable(store, ask);
  if (found.lines.length > 0) await markRecoding(store, ask, found, { actor, note: "wrong project", atMs: 1_000 });
  return found;
}

async function state(bench: Bench, rules: readonly MappingRule[]) {
  await bench.hub.listProcore({ connection: "main", period: { year: 2026, period: 10 } });
  return reconcile(bench.postgres.store, { ...scope, year: 2026, period: 10, client, mapping: compiled(rules) });
}
const told = (rows: readonly StatementRow[]) =>
  rows.map(({ project: name, costCode, read, posted, held, waiting, procore, classes }) => [
    `${name} ${costCode}`,
    [read, posted, held, waiting, procore],
    classes,
  ]);

const sync = async (bench: Bench) => {
  const report = await bench.sync(["vendors", "costs"]);
  expect(report).toMatchObject({ state: "finished" });
  return report;
};

async function drilled(bench: Bench, rules: readonly MappingRule[]) {
  const lines: string[] = [];
  const period = { ...scope, year: 2026, period: 10, client };
  for await (const each of drillDown(bench.postgres.store, period, await state(bench, rules)))
    lines.push(
      [each.document, each.line, each.project, each.costCode, each.amountMinor, each.disposition, each.procoreLineId !== ""].join(
        " ",
      ),
    );
  return lines;
}

describe("a re-coding", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench({ rules: oldRules });
    bench.records.vendors = [vendorRecord("0000100001")];
    bench.records.costs = [
      document("0100000001", "200.00"),
      document("0100000002", "-30.00"),
      document("0100000003", "50.00", labour),
    ];
    await sync(bench);
    bench.setRules(newRules);
  });
  afterAll(() => bench.close());

  it("is no consequence of new rules: without a word nothing moves, and what would is told in money", async () => {
    const writes = await bench.writes();
    await sync(bench);
    expect(await bench.writes()).toBe(writes);
    const found = await readRecodable(bench.postgres.store, { ...scope, mapping: compiled(newRules), choice: {} });
    expect(found.moves).toMatchObject([
      {
        from: { project: "TOWER", budgetCode: "03-100.M" },
        to: { project: "BRIDGE" },
        period: "2026.010",
        lines: 2,
        minor: 17_000n,
      },
    ]);
    const later = await readRecodable(bench.postgres.store, {
      ...scope,
      mapping: compiled(newRules),
      choice: { fromPeriod: "2026.011" },
    });
    expect(later.lines).toEqual([]);
  });

  it("takes back at the stored place and posts at the new one, once", async () => {
    await mark(bench, newRules);
    const report = await sync(bench);
    expect(report.flows.costs).toMatchObject({ created: 4, held: {}, postedAmount: { USD: "220.00" } });
    expect(await costs(bench)).toEqual([
      "BRIDGE | P-1 M, re-coded | approved | 170.00",
      "TOWER | P-1 M | approved | 170.00",
      "TOWER | P-1 M, taken back | approved | -170.00",
      "TOWER | P-1 labour | approved | 50.00",
    ]);
    expect(await listRecodings(bench.postgres.store, scope)).toMatchObject([
      { recoding: "1", askedBy: "user:jo", lines: { posted: 2 } },
    ]);
    const writes = await bench.writes();
    await sync(bench);
    expect(await bench.writes()).toBe(writes);
    expect((await mark(bench, newRules)).lines).toEqual([]);
  });

  it("ties: each place has what Procore has, and the drill-down shows each posting of a line", async () => {
    const { rows } = await state(bench, newRules);
    expect(told(rows)).toEqual([
      ["BRIDGE 03-100.M", [17_000n, 17_000n, 0n, 0n, 17_000n], {}],
      ["TOWER 03-100.L", [5_000n, 5_000n, 0n, 0n, 5_000n], {}],
      ["TOWER 03-100.M", [0n, 0n, 0n, 0n, 0n], {}],
    ]);
    expect(await drilled(bench, newRules)).toEqual([
      "0100000001 001 TOWER 03-100.M 20000 posted true",
      "0100000001 001 TOWER 03-100.M -20000 posted true",
      "0100000001 001 BRIDGE 03-100.M 20000 posted true",
      "0100000002 001 TOWER 03-100.M -3000 posted true",
      "0100000002 001 TOWER 03-100.M 3000 posted true",
      "0100000002 001 BRIDGE 03-100.M -3000 posted true",
      "0100000003 001 TOWER 03-100.L 5000 posted true",
    ]);
  });

  it("is explained from either side, and each posting has a reference number of its own", async () => {
    const subject = { kind: "sap", patterns: [{ flow: "costs", key: "1000.0100000001.2026.001", isOpen: false }] } as const;
    const found = await explain(bench.postgres.store, { tenant: "main", subject, asOf: new Date(8_640_000_000_000) });
    const [line] = found?.atoms ?? [];
    expect(line).toMatchObject({ project: "BRIDGE", amount: "200.00", disposition: "posted" });
    expect(line?.earlier).toMatchObject([
      { postingVersion: 1, isNegating: false, project: "TOWER", amount: "200.00", note: "wrong project" },
      { postingVersion: 2, isNegating: true, project: "TOWER", amount: "-200.00", askedBy: "user:jo" },
    ]);
    // What Procore holds of it: three direct costs, approved.
    expect(found?.known.filter(({ aspect }) => aspect === "status")).toHaveLength(3);
    const [, negating] = line?.earlier ?? [];
    const back = await explain(bench.postgres.store, {
      tenant: "main",
      subject: { kind: "origin-id", originId: negating?.recordOriginId ?? "" },
      asOf: new Date(8_640_000_000_000),
    });
    expect(back?.sums).toEqual({ USD: "-170.00" });
    const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql<{ versions: number[]; references: number }>`select array_agg(posting_version order by posting_version) as versions,
        count(distinct reference)::int as references from reference_number where source_key = '1000.0100000001.2026.001'`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([{ versions: [1, 2, 3], references: 3 }]);
  });

  it("goes back, with lines that came meanwhile in parts of their own", async () => {
    bench.records.costs = [...(bench.records.costs ?? []), document("0100000004", "7.00")];
    await sync(bench);
    bench.setRules(oldRules);
    expect((await mark(bench, oldRules)).moves).toMatchObject([{ to: { project: "TOWER" }, lines: 3, minor: 17_700n }]);
    await sync(bench);
    const { rows } = await state(bench, oldRules);
    expect(told(rows)).toEqual([
      ["BRIDGE 03-100.M", [0n, 0n, 0n, 0n, 0n], {}],
      ["TOWER 03-100.L", [5_000n, 5_000n, 0n, 0n, 5_000n], {}],
      ["TOWER 03-100.M", [17_700n, 17_700n, 0n, 0n, 17_700n], {}],
    ]);
    expect((await costsOf(bench, secondProject)).toSorted()).toEqual([
      "BRIDGE | P-1 M | approved | 7.00",
      "BRIDGE | P-1 M, re-coded | approved | 170.00",
      "BRIDGE | P-1 M, taken back | approved | -177.00",
    ]);
  });

  it("waits where the new place has no budget code, and says so; what SAP changed since is not moved", async () => {
    const elsewhere = [rule("P-1", "E"), rule("P-1", "L", labour)];
    bench.setRules(elsewhere);
    bench.records.costs = (bench.records.costs ?? []).map((each) =>
      each.key.includes("0100000004") ? document("0100000004", "8.00") : each,
    );
    await sync(bench);
    const found = await mark(bench, elsewhere);
    expect([found.lines.length, found.left]).toEqual([
      2,
      [{ why: "cost-changed-after-posting", currency: "USD", lines: 1, minor: 700n }],
    ]);
    const writes = await bench.writes();
    await sync(bench);
    expect(await bench.writes()).toBe(writes);
    const [latest] = await listRecodings(bench.postgres.store, scope);
    expect(latest?.lines).toEqual({ "marked: budget-code-missing: budget code 03-100.E in project TOWER": 2 });
    // The rules change once more: what was shown is not what would happen.
    bench.setRules(newRules);
    await sync(bench);
    expect((await listRecodings(bench.postgres.store, scope))[0]?.lines).toEqual({
      "dropped: the rules lead elsewhere by now": 2,
    });
    expect(await bench.writes()).toBe(writes);
  });
});

describe("a re-coding by halves", () => {
  let bench: Bench;
  afterEach(() => bench.close());

  async function posted(options: Parameters<typeof openBench>[0] = {}) {
    bench = await openBench({ rules: oldRules, ...options });
    bench.records.vendors = [vendorRecord("0000100001")];
    bench.records.costs = [document("0100000001", "200.00")];
    await sync(bench);
    bench.setRules(newRules);
  }

  it("is none: where the part that takes back is refused, the other stays a draft and both are said to wait", async () => {
    await posted();
    await mark(bench, newRules);
    await bench.door("/sandbox/switches", { negativeDirectCosts: false });
    await sync(bench);
    expect(await costs(bench)).toEqual([
      "BRIDGE | P-1 M, re-coded | draft | 200.00",
      "TOWER | P-1 M | approved | 200.00",
      "TOWER | P-1 M, taken back | draft | 0.00",
    ]);
    const { rows } = await state(bench, newRules);
    expect(told(rows)).toEqual([
      ["BRIDGE 03-100.M", [20_000n, 0n, 20_000n, 0n, 0n], { held: 20_000n }],
      ["TOWER 03-100.M", [0n, 20_000n, -20_000n, 0n, 20_000n], { held: -20_000n }],
    ]);
    const [hold] = await listHolds(bench.postgres.store, { tenant: "main", limit: 10 });
    // The refusal's own words, of the record that was refused, and not of the one that waits for it.
    expect(hold).toMatchObject({
      code: "cost-refused",
      key: "1000.0100000001.2026.001",
      detail: expect.stringContaining("greater than or equal to 0"),
    });
    await bench.door("/sandbox/switches", { negativeDirectCosts: true });
    await sync(bench);
    const { rows: after } = await state(bench, newRules);
    expect(told(after)).toEqual([
      ["BRIDGE 03-100.M", [20_000n, 20_000n, 0n, 0n, 20_000n], {}],
      ["TOWER 03-100.M", [0n, 0n, 0n, 0n, 0n], {}],
    ]);
    expect(after.every(({ classes }) => Object.keys(unexplainedOf(classes)).length === 0)).toBe(true);
  });

  it("is finished by the next run where a process ended between the two", async () => {
    let calls = 0;
    let endAt = 0;
    await posted({
      settings: { limits: { settleMs: 50, callTimeoutMs: 1_000, parallelProjects: 1 } },
      faultPoint: (name) => {
        if (name === "apply.answered" && ++calls === endAt) throw new Error("killed");
      },
    });
    await mark(bench, newRules);
    // The headers and lines of both are there; the first of the two approvals was answered, and the process knew nothing of it.
    endAt = calls + 5;
    await bench.sync(["vendors", "costs"]).catch(() => undefined);
    expect(await costs(bench)).toEqual([
      "BRIDGE | P-1 M, re-coded | approved | 200.00",
      "TOWER | P-1 M | approved | 200.00",
      "TOWER | P-1 M, taken back | draft | -200.00",
    ]);
    expect(told((await state(bench, newRules)).rows)).toEqual([
      ["BRIDGE 03-100.M", [20_000n, 0n, 0n, 20_000n, 20_000n], {}],
      ["TOWER 03-100.M", [0n, 20_000n, 0n, -20_000n, 20_000n], { "in-doubt": -20_000n }],
    ]);
    await sync(bench);
    expect(await costs(bench)).toEqual([
      "BRIDGE | P-1 M, re-coded | approved | 200.00",
      "TOWER | P-1 M | approved | 200.00",
      "TOWER | P-1 M, taken back | approved | -200.00",
    ]);
    expect(calls).toBeGreaterThan(endAt);
    const { rows } = await state(bench, newRules);
    expect(rows.every(({ classes }) => Object.keys(classes).length === 0)).toBe(true);
  });

  it("waits together for another person's word, can be withdrawn until then, and is approved together", async () => {
    await posted({ settings: { costs: { costTypes: { L: { class: "labour", type: "payroll" } }, approval: "first-run" } } });
    const { store } = bench.postgres;
    const word = { tenant: "main", connection: "main", note: "", atMs: 2_000 };
    await approve(store, { ...word, actor: "user:ann" });
    await sync(bench);
    await mark(bench, newRules);
    await sync(bench);
    const before = await costs(bench);
    expect(before).toEqual(["TOWER | P-1 M | approved | 200.00"]);
    const { rows } = await state(bench, newRules);
    expect(told(rows)).toEqual([
      ["BRIDGE 03-100.M", [20_000n, 0n, 0n, 20_000n, 0n], { "awaiting-approval": 20_000n }],
      ["TOWER 03-100.M", [0n, 20_000n, 0n, -20_000n, 20_000n], { "awaiting-approval": -20_000n }],
    ]);
    expect(await withdrawRecoding(store, scope, "1", { actor: "user:jo", note: "", atMs: 3_000 })).toBe(0);
    await sync(bench);
    expect(told((await state(bench, newRules)).rows)).toEqual([["TOWER 03-100.M", [20_000n, 20_000n, 0n, 0n, 20_000n], {}]]);
    expect((await listRecodings(store, scope))[0]?.lines).toEqual({ "dropped: withdrawn": 1 });
    await mark(bench, newRules);
    await sync(bench);
    await expect(approve(store, { ...word, actor: "user:jo" })).rejects.toMatchObject({ code: "approval.own-recoding" });
    await approve(store, { ...word, actor: "user:ann", projectId: secondProject });
    await sync(bench);
    expect(await costs(bench)).toEqual([
      "BRIDGE | P-1 M, re-coded | approved | 200.00",
      "TOWER | P-1 M | approved | 200.00",
      "TOWER | P-1 M, taken back | approved | -200.00",
    ]);
  });
});

describe("a re-coding within one group", () => {
  let bench: Bench;
  const toLabour = [rule("P-1", "L")];
  const inStore = <T>(query: ReturnType<typeof sql<T>>) =>
    bench.postgres.store.transact({ tenant: "main" }, (tx) => query.execute(tx));
  beforeAll(async () => {
    const one = { class: "all", type: "expense" };
    bench = await openBench({ rules: [rule("P-1", "M")], settings: { costs: { costTypes: { M: one, L: one } } } });
    bench.records.vendors = [vendorRecord("0000100001")];
    bench.records.costs = [
      documentRecord("0100000001", [lineRecord("001", "60.00"), offsetLine("002", "-60.00", { vendor: "0000100001" })]),
    ];
    await sync(bench);
    bench.setRules(toLabour);
    await mark(bench, toLabour);
    await sync(bench);
  });
  afterAll(() => bench.close());

  it("has two parts more, invoices of the vendor with numbers of their own", async () => {
    type Invoice = { direct_cost_type: string; invoice_number: string; vendor_id: number; amount: string; status: string };
    const found = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)) as Invoice[];
    expect(found.map(({ direct_cost_type: type, amount, status }) => [type, Number(amount), status])).toEqual([
      ["invoice", 60, "approved"],
      ["invoice", -60, "approved"],
      ["invoice", 60, "approved"],
    ]);
    expect(new Set(found.map(({ invoice_number: number }) => number)).size).toBe(3);
    expect(new Set(found.map(({ vendor_id: id }) => id)).size).toBe(1);
    const { rows } = await inStore(
      sql<{
        part: number;
        correction: string | null;
        amount: bigint;
      }>`select part, correction, amount_minor as amount from cost_part order by part`,
    );
    expect(rows.map(({ part, correction, amount }) => [part, correction, amount])).toEqual([
      [1, null, 6_000n],
      [2, "negating", -6_000n],
      [3, "positive", 6_000n],
    ]);
    expect(told((await state(bench, toLabour)).rows)).toEqual([
      ["TOWER 03-100.L", [6_000n, 6_000n, 0n, 0n, 6_000n], {}],
      ["TOWER 03-100.M", [0n, 0n, 0n, 0n, 0n], {}],
    ]);
  });

  it("holds the line where somebody edits a posting that it has left, and moves it no more until that is decided", async () => {
    const edited = sql`insert into procore_edit (tenant, connection, kind, record_origin_id, origin_id, aspect, project_id, procore_id, field, confirmed,
        found, found_at, state)
      select tenant, connection, 'direct-costs', origin_id, origin_id, 'content', project_id, 1, 'description', 'a', 'b', ${new Date(0)}, 'open'
      from cost_part where part = 1`;
    await inStore(edited);
    await sync(bench);
    expect(await listHolds(bench.postgres.store, { tenant: "main", limit: 10 })).toMatchObject([{ code: "edited-in-procore" }]);
    const found = await readRecodable(bench.postgres.store, { ...scope, mapping: compiled([rule("P-1", "M")]), choice: {} });
    expect([found.lines, found.left]).toEqual([[], [{ why: "edited-in-procore", currency: "USD", lines: 1, minor: 6_000n }]]);
    await inStore(sql`update procore_edit set state = 'undone'`);
    await sync(bench);
    expect(await listHolds(bench.postgres.store, { tenant: "main", limit: 10 })).toEqual([]);
    expect((await state(bench, toLabour)).rows.every(({ classes }) => Object.keys(classes).length === 0)).toBe(true);
  });
});
