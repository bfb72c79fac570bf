// Periods through the whole chain: simulated ECC, agent, hub, store and simulated Procore. T001B's row changes between runs; each company code closes by
// itself, on totals that were read while it was shut; what comes later is posted as a late adjustment, says so in Procore, and is counted to the cent
// by figures that the builder made. One bench: each test goes on where the one before stood.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  addDays,
  compileVariant,
  datesOfPeriod,
  daysBetween,
  periodOf,
  type SapDate,
  type VariantPeriodRow,
  type VariantRow,
} from "../../src/core/index.ts";
import { explain, listPeriods, readSubject, reconcile } from "../../src/hub/index.ts";
import { buildGroup, procoreCompanyId } from "../../src/sandbox/builder/index.ts";
import type { MonthEnd } from "../../src/sandbox/world.ts";
import { type FullBench, openFullBench } from "../support/full-bench.ts";
import { readMonthEnd, scopeOf } from "../support/month-end.ts";

const worldFolder = mkdtempSync(join(tmpdir(), "mlc-periods-"));
const kinds = ["company-code", "fiscal-year-variant", "fiscal-period", "posting-period"];
let bench: FullBench;
let monthEnd: MonthEnd;

beforeAll(async () => {
  const size = { projects: 3, vendors: 40, purchaseOrders: 30, poLines: 60, costLines: 2_000 };
  buildGroup({ worldFolder, seed: 5, asOf: "20261130", ...size, monthEnd: { unmapped: 1, late: 1, reversed: 0.5 } });
  monthEnd = readMonthEnd(worldFolder);
  bench = await openFullBench({
    worldFolder,
    settings: { reference: "after-costs", reconciliation: { controlTotals: "after-costs", close: "with-sap" } },
    sap: { reference: kinds, controlTotals: ["COSP", "GLT0", "FAGLFLEXT"], timeZoneMinutes: -420 },
  });
  await bench.moveClockTo(monthEnd.closeDay);
}, 120_000);
afterAll(async () => {
  await bench.close();
  rmSync(worldFolder, { recursive: true, force: true });
});

it("go by the calendars of the world, whose days the sandbox lays out without a gap", () => {
  const rowsOf = (table: string) =>
    readFileSync(join(worldFolder, "ecc", "tables", `${table}.ndjson`), "utf8")
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [{ XKALE: "", XJABH: "", ...(JSON.parse(line) as Record<string, string>) }]));
  const t009b = rowsOf("T009B") as unknown as VariantPeriodRow[];
  for (const row of rowsOf("T009") as unknown as VariantRow[]) {
    const variant = compileVariant(row, t009b);
    for (let day = "20251001" as SapDate; day < "20271201"; day = addDays(day, 1)) {
      const { first, last } = datesOfPeriod(variant, periodOf(variant, day));
      expect([row.PERIV, first <= day && day <= last]).toEqual([row.PERIV, true]);
      if (row.PERIV === "W4") expect([27, 34, 41]).toContain(daysBetween(first, last));
    }
  }
});

/** As an accountant sets OB52. */
async function openPeriods(companyCode: string, from: number, to: number): Promise<void> {
  const year = String(monthEnd.fiscalYear);
  const three = (period: number) => String(period).padStart(3, "0");
  const key = { RRCTY: "0", BUKRS: companyCode, MKOAR: "+", BKONT: "" };
  await bench.upsert("T001B", [{ ...key, FRYE1: year, FRPE1: three(from), TOYE1: year, TOPE1: three(to) }]);
}

async function sync(mode: "full" | "delta" = "delta") {
  const report = await bench.sync({ flows: mode === "full" ? ["vendors", "costs"] : ["costs"], mode });
  expect([report.state, report.detail ?? "", report.flow]).toEqual(["finished", "", "control-totals"]);
  return report;
}

async function monthOf(companyCode: string) {
  const { periods, looks } = await listPeriods(bench.postgres.store, { tenant: "main", connection: "main" });
  expect(looks.map(({ problem }) => problem)).toEqual(looks.map(() => undefined));
  const text = `${monthEnd.fiscalYear}.${String(monthEnd.period).padStart(3, "0")}`;
  const found = periods.find((each) => each.companyCode === companyCode && each.period === text);
  if (!found) throw new Error(`${companyCode} ${text} is not there`);
  return found;
}

const minorOf = (text: string) => BigInt(text.replace(".", ""));
const textOf = (minor: bigint) => {
  const digits = String(minor < 0n ? -minor : minor).padStart(3, "0");
  return `${minor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
/** Of the builder's figures: what came after the close. */
function lateOf(companyCode: string): bigint {
  return monthEnd.figures
    .filter((figure) => figure.companyCode === companyCode && ["late", "reversed"].includes(figure.class))
    .reduce((sum, figure) => sum + (figure.class === "late" ? minorOf(figure.amount) : -minorOf(figure.amount)), 0n);
}

type Cost = { description: string; origin_data: string; origin_id: string };
async function lateCosts(): Promise<Cost[]> {
  const projects = await bench.list(`/rest/v1.1/projects?company_id=${procoreCompanyId}`);
  const all = await Promise.all(projects.map(({ id }) => bench.list(`/rest/v1.1/projects/${String(id)}/direct_costs`)));
  return (all.flat() as Cost[]).filter(({ description }) => description.includes("late adjustment"));
}

it("are open in SAP at first: no totals are kept", async () => {
  await openPeriods("1000", monthEnd.period, monthEnd.period + 1);
  await openPeriods("1100", monthEnd.period, monthEnd.period + 1);
  await sync("full");
  expect(await monthOf("1000")).toMatchObject({ state: "closing", closed: undefined, late: { lines: 0 } });
  expect(await lateCosts()).toEqual([]);
});

it("of one company code close when SAP shuts it, on the totals of that very run", async () => {
  await openPeriods("1000", monthEnd.period + 1, monthEnd.period + 1);
  const { run } = await sync();
  expect(await monthOf("1000")).toMatchObject({ state: "closed", sinceRun: run, closed: { by: "SAP T001B", run } });
  expect(await monthOf("1100")).toMatchObject({ state: "closing", closed: undefined });
});

it("that are shut take what comes later as late adjustments, which say so in Procore and in the run", async () => {
  const closed = (await monthOf("1000")).closed;
  await bench.moveClockTo(monthEnd.lateDay);
  await bench.upsert("BKPF", monthEnd.late.BKPF as never);
  await bench.upsert("BSEG", monthEnd.late.BSEG as never);
  const report = await sync();
  const late = await monthOf("1000");
  expect(lateOf("1000")).not.toBe(0n);
  expect(late).toMatchObject({ state: "closed", closed });
  expect(late.late.amounts).toEqual({ USD: textOf(lateOf("1000")) });
  expect(report.flows.costs?.lateAdjustments).toMatchObject({ amount: { USD: textOf(lateOf("1000")) } });
  expect((await monthOf("1100")).late.lines).toBe(0);
  const costs = await lateCosts();
  expect(costs.length).toBeGreaterThan(0);
  for (const { description, origin_data } of costs) {
    expect(description).toContain("SAP 1000 ");
    expect(JSON.parse(origin_data)).toMatchObject({ lateAdjustment: true });
  }
  const {
    BUKRS = "",
    BELNR = "",
    GJAHR = "",
  } = monthEnd.late.BKPF.find((row) => row.BUKRS === "1000" && row.CPUDT === monthEnd.lateDay) ?? {};
  const subject = readSubject([BUKRS, BELNR, GJAHR]);
  const found = subject && (await explain(bench.postgres.store, { tenant: "main", subject, asOf: new Date() }));
  expect(found?.atoms.map(({ part }) => part?.isLate)).toContain(true);
});

it("stand in the statement: closed company codes beside the totals of their close, the others beside the latest", async () => {
  const { store } = bench.postgres;
  const scope = scopeOf(bench, monthEnd);
  await bench.hub.listProcore({ connection: "main", period: scope });
  const { rows, control } = await reconcile(store, scope);
  expect(control.closes.map(({ companyCode }) => companyCode)).toEqual(["1000"]);
  const classes = rows.filter(({ companyCode }) => companyCode === "1000").map((row) => row.classes);
  const cutOff = classes.reduce((sum, each) => sum + (each["cut-off"] ?? 0n) + (each.reversed ?? 0n), 0n);
  expect(cutOff).toBe(-lateOf("1000"));
  const totals = async () => {
    const { cells } = await reconcile(store, scope);
    return Object.fromEntries(
      ["1000", "1100"].map((code) => [
        code,
        cells.filter(({ key }) => key.companyCode === code).reduce((sum, cell) => sum + cell.control, 0n),
      ]),
    );
  };
  const before = await totals();
  await store.transact({ tenant: "main" }, (tx) =>
    sql`update control_total set amount_minor = amount_minor + 1 where source = 'COSP' and transaction = 'COIN' and period = ${monthEnd.period}`.execute(
      tx,
    ),
  );
  const after = await totals();
  expect(after["1000"]).toBe(before["1000"]);
  expect(after["1100"]).toBeGreaterThan(before["1100"] ?? 0n);
});

it("that SAP opens again keep their totals; shut again they keep them still", async () => {
  const before = await monthOf("1000");
  await openPeriods("1000", monthEnd.period, monthEnd.period + 1);
  const { run } = await sync();
  expect(await monthOf("1000")).toEqual({ ...before, state: "re-opened", since: expect.any(String), sinceRun: run });
  await openPeriods("1000", monthEnd.period + 1, monthEnd.period + 1);
  const last = await sync();
  expect(await monthOf("1000")).toEqual({ ...before, since: expect.any(String), sinceRun: last.run });
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{
      text: string;
    }>`select actor || ' ' || action as text from audit where action like 'period.%' and subject like ${"1000 %"}
      and subject like ${`%.${String(monthEnd.period).padStart(3, "0")}`} order by id`.execute(tx),
  );
  const said = ["period.closed", "period.closed", "period.re-opened", "period.closed"];
  expect(rows.map(({ text }) => text)).toEqual(said.map((action) => `SAP T001B ${action}`));
});
