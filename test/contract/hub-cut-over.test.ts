// A project that people kept by hand before, through the hub and the simulated Procore: nothing older than its date is created, nothing is doubled, and the
// opening balance stands for what was left out (rulings 4 and 5).
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CutOverDates, compileMapping, unexplainedOf } from "../../src/core/index.ts";
import { type Reconciliation, type RunReport, reconcile } from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule } from "../support/hub-bench.ts";
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

let bench: Bench;

async function finished(): Promise<RunReport> {
  const report = await bench.sync();
  expect([report.state, report.detail ?? ""]).toEqual(["finished", ""]);
  return report;
}

const fates = async (flow: string) => {
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{ key: string; became: string }>`select key, disposition || coalesce(' ' || reason, '') as became from atom
      where flow = ${flow} order by key`.execute(tx),
  );
  return Object.fromEntries(rows.map(({ key, became }) => [key, became]));
};

const costs = async () => {
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{ key: string; became: string }>`select document_number || '.' || line as key,
      concat_ws(' ', disposition, reason, project, budget_code) as became from cost_line join cost_document using (document)
      where object is not null
      order by document_number, line`.execute(tx),
  );
  return Object.fromEntries(rows.map(({ key, became }) => [key, became]));
};

const document = (number: string, amount: string, day: string, purchaseOrder = "") =>
  documentRecord(
    number,
    [
      lineRecord("001", amount, {
        purchaseOrder,
        purchaseOrderItem: purchaseOrder && "00010",
        assignment: purchaseOrder && "01",
      }),
      offsetLine("002", amount.startsWith("-") ? amount.slice(1) : `-${amount}`),
    ],
    { postingDate: day, period: Number(day.slice(4, 6)) },
  );

const order = (key: string, documentDate: string, amount = "100.00") =>
  orderRecord(key, [itemRecord("00010", amount)], { documentDate });

/** A direct cost of a person's. Answers its id. */
async function keyCost(amount: string, change: Record<string, unknown> = {}): Promise<number> {
  const made = (await bench.post(`/rest/v1.1/projects/${project}/direct_costs`, {
    direct_cost: {
      direct_cost_type: "expense",
      status: "approved",
      direct_cost_date: "2026-09-20",
      line_items: [{ wbs_code_id: 33001, manual_amount: Number(amount) }],
      ...change,
    },
  })) as { id: number };
  if (!Number.isSafeInteger(made.id)) throw new Error(JSON.stringify(made));
  return made.id;
}

const rules = [rule("P-1", "M"), rule("P-2", "M", undefined, "BRIDGE")];
const cutOver: CutOverDates = {
  projects: {
    TOWER: { date: "2026-10-01", invoices: "2026-10-10" },
    BRIDGE: { systemOfRecord: { purchaseOrders: "procore", costs: "procore" } },
  },
};

/** A period's, after Procore was listed for it. */
async function statement(period: number): Promise<Reconciliation> {
  const mapping = compileMapping(rules);
  if (!mapping.ok) throw new Error("the rules are right");
  const scope = { tenant: "main", connection: "main", year: 2026, period, client: { systemId: "S01", client: "100" } };
  await bench.hub.listProcore({ connection: "main", period: scope });
  return reconcile(bench.postgres.store, { ...scope, mapping: mapping.value, cutOver });
}
const told = ({ rows }: Reconciliation) =>
  rows.map(({ project: name, costCode, read, posted, opening, excluded, procore }) => [
    `${name} ${costCode}`,
    [read, posted, opening, excluded, procore],
  ]);

describe("a project with a date, and one that people keep", () => {
  beforeAll(async () => {
    bench = await openBench({
      rules,
      settings: {
        cutOver,
        invoices: { retainage: "none" },
      },
    });
    await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, {
      billing_period: { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-10-31", status: "open" },
    });
    const inBridge = { kind: "wbs" as const, key: "P-2" };
    const bridgeItem = itemRecord("00010", "5.00");
    bench.records.vendors = [vendorRecord("0000100001")];
    bench.records["purchase-orders"] = [
      order("4500000001", "20260930"),
      order("4500000002", "20261001"),
      orderRecord("4500000003", [
        { ...bridgeItem, assignments: bridgeItem.assignments.map((each) => ({ ...each, object: inBridge })) },
      ]),
    ];
    const billed = (number: string, purchaseOrder: string, postingDate: string) =>
      invoiceRecord(number, [invoiceLineRecord("000001", "10.00", { purchaseOrder })], { postingDate });
    bench.records.invoices = [
      billed("5100000001", "4500000002", "20261009"),
      billed("5100000002", "4500000002", "20261010"),
      billed("5100000003", "4500000001", "20261020"),
      billed("5100000004", "4500000003", "20261020"),
    ];
    bench.records.costs = [
      document("0000000001", "70.00", "20260930"),
      document("0000000002", "7.00", "20261001"),
      document("0000000003", "-70.00", "20261002"),
      document("0000000004", "11.00", "20260930", "4500000002"),
      document("0000000005", "13.00", "20261002", "4500000001"),
      document("0000000006", "17.00", "20261002", "4500000003"),
      documentRecord("0000000007", [lineRecord("001", "19.00", { object: inBridge }), offsetLine("002", "-19.00")]),
    ];
    await finished();
  });
  afterAll(() => bench.close());

  it("creates nothing older, and nothing of what people keep", async () => {
    expect(await fates("purchase-orders")).toEqual({
      "4500000001.00010.01": "excluded before-cut-over",
      "4500000002.00010.01": "posted",
      "4500000003.00010.01": "excluded kept-in-procore",
    });
    expect(await fates("invoices")).toEqual({
      "5100000001.2026.000001.01": "excluded before-cut-over",
      "5100000002.2026.000001.01": "posted",
      "5100000003.2026.000001.01": "excluded invoice-no-contract",
      "5100000004.2026.000001.01": "excluded commitment-by-hand",
    });
    expect(await costs()).toEqual({
      "0000000001.1": "excluded before-cut-over TOWER 03-100.M",
      "0000000002.1": "posted TOWER 03-100.M",
      // A late reversal goes its own way: the opening balance holds the original.
      "0000000003.1": "posted TOWER 03-100.M",
      "0000000004.1": "excluded before-cut-over TOWER 03-100.M",
      // No contract stands for it: what is spent on it from now on is a direct cost (ruling 21).
      "0000000005.1": "posted TOWER 03-100.M",
      "0000000006.1": "excluded commitment-by-hand",
      "0000000007.1": "excluded kept-in-procore",
    });
    expect(await bench.get("/rest/v1.0/purchase_order_contracts?project_id=811")).toEqual([]);
  });

  it("states the opening balance beside what people keyed, and ties once a person confirmed those very figures", async () => {
    const connection = "main";
    await keyCost("69.00");
    await keyCost("1.50", { status: "draft" });
    const state = () => bench.hub.stateOpeningBalance({ connection, project: "TOWER" });
    const stated = await state();
    expect(stated).toMatchObject({ date: "20261001", isTied: false, word: undefined, contracts: [] });
    expect(stated.invoicedBefore).toEqual([{ currency: "USD", minor: 1000n }]);
    const sums = {
      costs: 7000n,
      orderCosts: 1100n,
      costsByHand: 6900n,
      billedByHand: 0n,
      posted: -5000n,
      ours: -5000n,
      commitments: 1700n,
    };
    expect(stated.rows).toMatchObject([{ budgetCode: "03-100.M", ...sums, sapToDate: 4800n, state: "unconfirmed" }]);
    const word = { connection, project: "TOWER", actor: "user:jane", note: "per trial balance", atMs: Date.UTC(2026, 9, 2) };
    const refused = { code: "cut-over.refused" };
    await expect(bench.hub.confirmOpeningBalance({ ...word, figures: "others" })).rejects.toMatchObject(refused);
    await expect(bench.hub.stateOpeningBalance({ connection, project: "NOWHERE" })).rejects.toMatchObject(refused);
    expect((await state()).word).toBeUndefined();
    const confirmed = await bench.hub.confirmOpeningBalance({ ...word, figures: stated.hash });
    expect(confirmed).toMatchObject({ isTied: true, word: { actor: "user:jane", hash: stated.hash } });
    const { rows: noted } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`select actor, subject, detail ->> 'hash' as hash from audit where action = 'cut-over.confirmed'`.execute(tx),
    );
    expect(noted).toEqual([{ actor: "user:jane", subject: "TOWER", hash: stated.hash }]);
    await expect(bench.hub.confirmOpeningBalance({ ...word, project: "BRIDGE", figures: stated.hash })).rejects.toMatchObject(
      refused,
    );
  });

  it("shows in a period what the opening balance stands for, and to date what cut-over says, cent for cent", async () => {
    const september = await statement(9);
    expect(told(september)).toEqual([["TOWER 03-100.M", [8100n, 0n, 8100n, 0n, 0n]]]);
    expect(told(await statement(10)).find(([place]) => place === "TOWER 03-100.M")).toEqual([
      "TOWER 03-100.M",
      [-3300n, -5000n, 0n, 1700n, -5000n],
    ]);
    for (const period of [9, 10])
      for (const { classes } of (await statement(period)).rows) expect(unexplainedOf(classes)).toEqual({});
    // One truth: what a statement says to date are the figures that were confirmed, and its periods add up to them.
    const cut = await bench.hub.stateOpeningBalance({ connection: "main", project: "TOWER" });
    const [opening, ...others] = september.openings;
    expect(others).toEqual([]);
    expect(opening).toMatchObject({ project: "TOWER", date: "20261001", word: { actor: "user:jane", hash: cut.word?.hash } });
    expect(opening?.rows).toMatchObject(
      cut.rows.map(({ budgetCode, confirmed, sapToDate, difference }) => ({
        budgetCode,
        confirmed,
        sapToDate,
        difference,
        state: "tied",
      })),
    );
    const read = (await Promise.all([8, 9, 10, 11].map(statement))).flatMap(({ rows }) => rows);
    const ofTower = read.filter(({ project: name }) => name === "TOWER");
    const total = (name: "read" | "opening") => ofTower.reduce((sum, row) => sum + row[name], 0n);
    expect([total("opening"), total("read")]).toEqual([opening?.rows[0]?.confirmed, opening?.rows[0]?.sapToDate]);
  });

  it("ties no more when SAP dates something back, or somebody keys a cost by hand afterwards", async () => {
    const read = bench.records.costs ?? [];
    bench.records.costs = [...read, document("0000000008", "0.50", "20260915")];
    await finished();
    const state = async () => (await bench.hub.stateOpeningBalance({ connection: "main", project: "TOWER" })).rows[0];
    expect(await state()).toMatchObject({ state: "changed-in-sap", difference: 50n });
    // Nothing of it is a variance of its period, which is why the statement says so to date.
    expect(told(await statement(9))).toEqual([["TOWER 03-100.M", [8150n, 0n, 8150n, 0n, 0n]]]);
    expect((await statement(10)).openings[0]?.rows).toMatchObject([
      { state: "changed-in-sap", confirmed: 8100n, difference: 50n },
    ]);
    bench.records.costs = [...read, document("0000000008", "0.50", "20260915"), document("0000000009", "-0.50", "20260916")];
    await finished();
    expect(await state()).toMatchObject({ state: "tied" });
    const id = await keyCost("3.00");
    expect(await state()).toMatchObject({ state: "changed-in-procore", procoreDifference: 300n });
    await bench.remove(`/rest/v1.1/projects/${project}/direct_costs/${id}`);
    expect(await state()).toMatchObject({ state: "tied" });
  });

  it("is not stated from half a listing", async () => {
    await bench.door("/sandbox/weather", { on: { path: "/direct_costs/line_items$", method: "GET" }, times: 9, how: "500" });
    await expect(bench.hub.stateOpeningBalance({ connection: "main", project: "TOWER" })).rejects.toMatchObject({
      code: "cut-over.not-listed",
    });
    await bench.clearWeather();
  });

  it("writes nothing more, and keeps the budget code of what was left out when rules change", async () => {
    const before = await bench.writes();
    bench.setRules([rule("P-1", "L"), rule("P-2", "M", undefined, "BRIDGE")]);
    await finished();
    expect(await bench.writes()).toBe(before);
    expect((await costs())["0000000001.1"]).toBe("excluded before-cut-over TOWER 03-100.M");
  });

  it("decides anew what was left out once the settings are others", async () => {
    await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`update cut_over_state set settings_hash = 'of other settings'`.execute(tx),
    );
    const before = await bench.writes();
    await finished();
    expect((await costs())["0000000001.1"]).toBe("excluded before-cut-over TOWER 03-100.L");
    expect((await fates("purchase-orders"))["4500000001.00010.01"]).toBe("excluded before-cut-over");
    expect(await bench.writes()).toBe(before);
  });

  it("states what waits without a budget code in the project that rules lead it to now, and in no other", async () => {
    bench.records.costs = [
      ...(bench.records.costs ?? []),
      documentRecord("0000000010", [
        lineRecord("001", "23.00", { object: { kind: "wbs", key: "P-3" } }),
        offsetLine("002", "-23.00"),
      ]),
    ];
    const others = [rule("P-1", "L"), rule("P-2", "M", undefined, "BRIDGE")];
    bench.setRules([...others, rule("P-3", "X")]);
    await finished();
    expect((await costs())["0000000010.1"]).toBe("held budget-code-missing TOWER");
    const held = async (name: string) =>
      (await bench.hub.stateOpeningBalance({ connection: "main", project: name })).rows.reduce((sum, row) => sum + row.held, 0n);
    expect([await held("TOWER"), await held("BRIDGE")]).toEqual([2300n, 0n]);
    bench.setRules([...others, rule("P-3", "X", undefined, "BRIDGE")]);
    expect([await held("TOWER"), await held("BRIDGE")]).toEqual([0n, 2300n]);
  });
});
