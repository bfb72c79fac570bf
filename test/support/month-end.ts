// A builder's month end, played and compared: the books are closed, late documents and reversals follow, and what `reconcile` says is set beside the
// builder's own figures, class by class and both ways. Shares no code with the statement: amounts are added here from text.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StatementRow } from "../../src/core/index.ts";
import { closePeriod, type Reconciliation, reconcile } from "../../src/hub/index.ts";
import type { MonthEnd } from "../../src/sandbox/world.ts";
import type { FullBench } from "./full-bench.ts";

export const monthEndSettings = {
  settings: { reconciliation: { controlTotals: "after-costs" } },
  sap: { controlTotals: ["COSP", "GLT0", "FAGLFLEXT"], timeZoneMinutes: -420 },
};

export function readMonthEnd(worldFolder: string): MonthEnd {
  return JSON.parse(readFileSync(join(worldFolder, "month-end.json"), "utf8")) as MonthEnd;
}

export const scopeOf = ({ mapping, system }: FullBench, { fiscalYear: year, period }: MonthEnd) => ({
  tenant: "main",
  connection: "main",
  year,
  period,
  client: { systemId: system.systemId, client: system.client },
  mapping,
});

async function send(bench: FullBench, table: string, change: object): Promise<void> {
  await bench.door(`tables/${table}`, change);
}

/** Rows that the reader's authorisation does not show; SAP's totals have them nevertheless. */
export async function hide(bench: FullBench, worldFolder: string, { hideable }: MonthEnd): Promise<void> {
  await send(bench, "BKPF", { delete: hideable });
  const keys = new Set(hideable.map((key) => `${key.BUKRS} ${key.BELNR} ${key.GJAHR}`));
  const lines = readFileSync(join(worldFolder, "ecc", "tables", "BSEG.ndjson"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, string>)
    .filter((row) => keys.has(`${row.BUKRS} ${row.BELNR} ${row.GJAHR}`));
  await send(bench, "BSEG", { delete: lines.map(({ BUKRS, BELNR, GJAHR, BUZEI }) => ({ BUKRS, BELNR, GJAHR, BUZEI })) });
}

export type Played = { reconciliation: Reconciliation; seconds: Record<string, number> };

export async function playMonthEnd(bench: FullBench, monthEnd: MonthEnd): Promise<Played> {
  const seconds: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = performance.now();
    const done = await work();
    seconds[name] = (performance.now() - before) / 1000;
    return done;
  };
  const sync = async (name: string, ask: Parameters<FullBench["sync"]>[0]) => {
    const report = await timed(name, () => bench.sync(ask));
    if (report.state !== "finished") throw new Error(`${name}: ${report.state} ${report.code ?? ""} ${report.detail ?? ""}`);
  };
  const scope = scopeOf(bench, monthEnd);
  const { store } = bench.postgres;
  await bench.moveClockTo(monthEnd.closeDay);
  await sync("first sync", { mode: "full" });
  await timed("close", () =>
    store.transact({ tenant: "main" }, (tx) => closePeriod(tx, scope, { actor: "user:bench", atMs: Date.UTC(2026, 10, 30) })),
  );
  await bench.moveClockTo(monthEnd.lateDay);
  await send(bench, "BKPF", { upsert: monthEnd.late.BKPF });
  await send(bench, "BSEG", { upsert: monthEnd.late.BSEG });
  await sync("late sync", { flows: ["costs"], mode: "delta" });
  await timed("listing Procore", () => bench.hub.listProcore({ connection: "main", period: scope }));
  const reconciliation = await timed("statement", () => reconcile(store, scope));
  return { reconciliation, seconds };
}

type Sums = Map<string, bigint>;
function add(sums: Sums, key: string, minor: bigint): void {
  const sum = (sums.get(key) ?? 0n) + minor;
  if (sum === 0n) sums.delete(key);
  else sums.set(key, sum);
}

/** Digits of the currency's own decimals, sign and all. */
const minorOf = (text: string) => BigInt(text.replace(".", ""));

/** By place where the cost leads to one; what leads nowhere, and what is left out, by company code. */
export function expectedClasses({ figures }: MonthEnd, isHidden: boolean): Sums {
  const sums: Sums = new Map();
  for (const { class: name, companyCode, project, costCode, currency, amount } of figures) {
    const minor = minorOf(amount);
    const at = `${companyCode} ${project} ${costCode} ${currency}`;
    const whole = `${companyCode} ${currency}`;
    if (name === "posted") add(sums, `posted ${at}`, minor);
    if (["unmapped", "currency", "held", "commitment"].includes(name)) add(sums, `${name} ${whole}`, minor);
    if (name === "late") {
      add(sums, `posted ${at}`, minor);
      add(sums, `cut-off ${at}`, -minor);
    }
    if (name === "reversed") {
      add(sums, `posted ${at}`, -minor);
      add(sums, `reversed ${at}`, minor);
    }
    if (name === "hideable" && isHidden) {
      add(sums, `posted ${at}`, -minor);
      add(sums, `not-read ${at}`, minor);
    }
  }
  return sums;
}

const byCompany = new Set(["unmapped", "currency", "held"]);

export function foundClasses(rows: readonly StatementRow[]): Sums {
  const sums: Sums = new Map();
  for (const { companyCode, project, costCode, currency, posted, classes, excludedBy } of rows) {
    const at = `${companyCode} ${project} ${costCode} ${currency}`;
    const whole = `${companyCode} ${currency}`;
    add(sums, `posted ${at}`, posted);
    add(sums, `commitment ${whole}`, excludedBy["cost-commitment"] ?? 0n);
    for (const [name, minor] of Object.entries(classes)) add(sums, `${name} ${byCompany.has(name) ? whole : at}`, minor);
  }
  return sums;
}

/** Nothing where both say the same; else what was missed and what is a false alarm. */
export function differences(expected: Sums, found: Sums): string[] {
  const keys = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return keys
    .filter((key) => expected.get(key) !== found.get(key))
    .map((key) => `${key}: the builder says ${expected.get(key) ?? "nothing"}, reconcile ${found.get(key) ?? "nothing"}`);
}
