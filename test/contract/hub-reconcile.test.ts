// A period's three columns from three origins (ruling 31) through hub, store and simulated Procore: what a person did in Procore, what no rule leads
// anywhere, what was never read, and what came after the close each come out under their own name, to the cent. One bench: each test goes on where
// the one before stood.
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileMapping, type StatementRow, unexplainedOf } from "../../src/core/index.ts";
import { closePeriod, drillDown, listPeriods, noteCertificate, reconcile } from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule } from "../support/hub-bench.ts";
import { documentRecord, lineRecord, offsetLine, totalRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
const rules = [rule("P-1", "M"), rule("P-1", "L", "0000500000")];
const compiled = compileMapping(rules);
if (!compiled.ok) throw new Error("the rules are right");
const scope = {
  tenant: "main",
  connection: "main",
  year: 2026,
  period: 10,
  client: { systemId: "S01", client: "100" },
  mapping: compiled.value,
};

const material = "0000400000";
const labour = "0000500000";
const nobody = { kind: "wbs", key: "P-9" } as const;
const document = (number: string, amount: string, change: Parameters<typeof documentRecord>[2] = {}, account = material) =>
  documentRecord(number, [lineRecord("001", amount, { account }), offsetLine("002", `-${amount}`.replace("--", ""))], change);
/** SAP's totals of both kinds: by object, and by account of the ledger. */
const totals = (byAccount: Record<string, string>, unmapped: string, offset: string) => [
  ...Object.entries(byAccount).map(([account, amount]) => totalRecord(account, [[10, amount]])),
  totalRecord(material, [[10, unmapped]], { object: "PR00000009", costObject: nobody }),
  // What CO itself posts is none of the lines that FI has.
  totalRecord(material, [[10, "77.00"]], { object: "PR00000001/RKU1", transaction: "RKU1" }),
  ...Object.entries({ ...byAccount, "0000160000": offset }).map(([account, amount]) =>
    totalRecord(account, [[10, amount]], { source: "GLT0", object: "", costObject: undefined, transaction: "" }),
  ),
];

const state = () => reconcile(bench.postgres.store, scope);
const list = () => bench.hub.listProcore({ connection: "main", period: scope });
const told = (rows: readonly StatementRow[]) =>
  rows.map(({ project: name, costCode, control, read, posted, held, procore, classes }) => [
    `${name} ${costCode}`,
    [control, read, posted, held, procore],
    classes,
  ]);

beforeAll(async () => {
  bench = await openBench({ rules, settings: { reconciliation: { controlTotals: "after-costs" } } });
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records.costs = [
    document("0100000001", "200.00"),
    document("0100000002", "50.00", {}, labour),
    documentRecord("0100000003", [lineRecord("001", "12.00", { object: nobody }), offsetLine("002", "-12.00")]),
  ];
});
afterAll(() => bench.close());

describe("a statement", () => {
  it("cannot be made of totals that were never read, nor can a period be closed on them", async () => {
    expect(await bench.sync(["vendors", "costs"])).toMatchObject({ state: "finished" });
    // A first reading that did not finish is none.
    const inStore = (query: ReturnType<typeof sql>) =>
      bench.postgres.store.transact({ tenant: "main" }, (tx) => query.execute(tx));
    await inStore(sql`insert into control_total values ('main', 'main', 'COSP', 'k', '1000', '1000', 'wbs', 'P-1', ${material}, 'COIN', 2026, 10,
      'USD', 5, 'a slice', 1)`);
    const { rows, control } = await state();
    expect([control.run, rows[0]?.control]).toEqual([0n, undefined]);
    await inStore(sql`delete from control_total`);
    const close = bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      closePeriod(tx, scope, { actor: "user:jo", atMs: 0 }),
    );
    await expect(close).rejects.toMatchObject({ code: "reconcile.no-controls" });
  });

  it("shows what was posted as not listed until Procore was listed, and then to tie but for what has no rule", async () => {
    bench.records["control-totals"] = totals({ [material]: "200.00", [labour]: "50.00" }, "12.00", "-262.00");
    await bench.sync(["costs"]);
    const before = await state();
    expect(before.rows.map(({ classes }) => classes)).toEqual([
      { unmapped: 1200n },
      { "not-listed": 5000n },
      { "not-listed": 20000n },
    ]);
    expect(await list()).toMatchObject({ projects: 1, credible: 1 });
    const { rows } = await state();
    expect(told(rows)).toEqual([
      [" ", [1200n, 1200n, 0n, 1200n, 0n], { unmapped: 1200n }],
      ["TOWER 03-100.L", [5000n, 5000n, 5000n, 0n, 5000n], {}],
      ["TOWER 03-100.M", [20000n, 20000n, 20000n, 0n, 20000n], {}],
    ]);
    expect(rows.every(({ classes }) => Object.keys(unexplainedOf(classes)).length === 0)).toBe(true);
  });

  it("finds in both of SAP's totals what was never read", async () => {
    // The ledger's totals so far lack the 12.00 without a rule, which is on the account of material, too.
    const { ledger } = await state();
    expect(ledger.differing.map(({ key, notRead }) => [key.account, notRead])).toEqual([[material, -1200n]]);
    bench.records["control-totals"] = [
      ...totals({ [material]: "231.50", [labour]: "50.00" }, "12.00", "-293.50").filter(
        ({ key }) => !key.startsWith(`GLT0:/${material}`),
      ),
      totalRecord(material, [[10, "243.50"]], { source: "GLT0", object: "", costObject: undefined, transaction: "" }),
    ];
    await bench.sync(["costs"]);
    const { rows, ledger: second } = await state();
    expect(rows.at(-1)?.classes).toEqual({ "not-read": 3150n });
    expect(second.differing.map(({ key, notRead }) => [key.account, notRead])).toEqual([
      ["0000160000", -3150n],
      [material, 3150n],
    ]);
  });

  it("counts what comes after the close as late, a reversal under its own name, and leaves the close as it was", async () => {
    bench.records["control-totals"] = [
      ...totals({ [material]: "200.00", [labour]: "50.00" }, "12.00", "-262.00").filter(
        ({ key }) => !key.startsWith(`GLT0:/${material}`),
      ),
      totalRecord(material, [[10, "212.00"]], { source: "GLT0", object: "", costObject: undefined, transaction: "" }),
    ];
    await bench.sync(["costs"]);
    expect((await state()).ledger.differing).toEqual([]);
    const close = () =>
      bench.postgres.store.transact({ tenant: "main" }, (tx) =>
        closePeriod(tx, scope, { actor: "user:jo", atMs: Date.UTC(2026, 10, 24) }),
      );
    const halfRead = (runs: number) =>
      bench.postgres.store.transact({ tenant: "main" }, (tx) =>
        sql`update control_total set changed_run = changed_run + ${runs} where source = 'GLT0'`.execute(tx),
      );
    await halfRead(100);
    await expect(close()).rejects.toMatchObject({ code: "reconcile.controls-unfinished" });
    await halfRead(-100);
    const closed = await close();
    bench.records.costs = [
      ...(bench.records.costs ?? []),
      document("0100000004", "7.00", { entryDate: "20261125" }),
      document("0100000005", "-50.00", { entryDate: "20261125", reversalOf: "0100000002.2026" }, labour),
    ];
    bench.records["control-totals"] = totals({ [material]: "207.00", [labour]: "0.00" }, "12.00", "-219.00");
    await bench.sync(["costs"]);
    // Something was sent since Procore was listed: that listing says nothing any more.
    expect((await state()).rows.at(-1)?.classes).toEqual({ "not-listed": 20700n, "cut-off": -700n });
    await list();
    const { rows, control, ledger } = await state();
    expect([control.run, control.day, control.closedAt]).toEqual([closed.run, "20261124", closed.closedAt]);
    expect(told(rows).slice(1)).toEqual([
      ["TOWER 03-100.L", [5000n, 0n, 0n, 0n, 0n], { reversed: 5000n }],
      ["TOWER 03-100.M", [20000n, 20700n, 20700n, 0n, 20700n], { "cut-off": -700n }],
    ]);
    expect(ledger.differing.every(({ notRead }) => notRead === 0n)).toBe(true);
    // A close of all is one of each: no company code closes again, and each shows it with what came later.
    const ofOne = bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      closePeriod(tx, { ...scope, companyCode: "1000" }, { actor: "user:al", atMs: 0 }),
    );
    expect(await ofOne).toEqual(closed);
    const { periods } = await listPeriods(bench.postgres.store, scope);
    expect(periods).toMatchObject([
      {
        companyCode: "1000",
        period: "2026.010",
        state: undefined,
        closed: { by: "user:jo" },
        late: { lines: 2, posted: 2, amounts: { USD: "-43.00" } },
      },
    ]);
  });

  it("names what a person changed and deleted in Procore, down to the lines of both", async () => {
    const lines = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs/line_items`)) as {
      id: number;
      amount: string;
      holder: { id: number };
    }[];
    const [first, second] = lines.filter(({ amount }) => ["200.0", "7.0"].includes(String(amount)));
    await bench.patch(`/rest/v1.0/projects/${project}/direct_costs/line_items/sync`, {
      updates: [{ id: first?.id, amount: 180.25, extended_type: "manual" }],
    });
    const cost = second?.holder.id;
    await bench.remove(`/rest/v1.1/projects/${project}/direct_costs/${cost}`).catch(() => undefined);
    await list();
    const reconciliation = await state();
    expect(reconciliation.rows.at(-1)?.classes).toEqual({ "cut-off": -700n, edited: 1975n, deleted: 700n });
    const found = [];
    for await (const line of drillDown(bench.postgres.store, scope, reconciliation, { project: "TOWER", costCode: "03-100.M" }))
      found.push([line.document, line.line, line.disposition, line.isLate, line.finding, line.procoreLineId !== ""]);
    expect(found).toEqual([
      ["0100000001", "001", "posted", false, "edited", true],
      ["0100000004", "001", "posted", true, "deleted", false],
    ]);
  });

  it("leaves its closes and certificates in the audit trail, with who made them", async () => {
    const { store } = bench.postgres;
    const note = { actor: "user:al", atMs: 0, sha256: "00", key: "k", isTied: false, period: "2026.010" };
    await noteCertificate(store, { tenant: "main", connection: "main", ...note });
    const { rows } = await store.transact({ tenant: "main" }, (tx) =>
      sql<{
        text: string;
      }>`select actor || ' ' || action || ' ' || subject as text from audit where action like 'period.%' order by id`.execute(tx),
    );
    expect(rows.map(({ text }) => text)).toEqual(["user:jo period.closed 2026.010", "user:al period.certified 2026.010"]);
  });
});
