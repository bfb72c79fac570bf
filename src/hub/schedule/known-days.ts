/** Schedules and calendars by what the store knows now: a year that is added in SAP, a billing period in Procore, an IDoc count from the next look on. */
import { sql, type Transaction } from "kysely";
import { calendarRowsOf, type FiscalVariant, type Flow, type SapDate, type Schedule } from "../../core/index.ts";
import type { Database, Store } from "../../store/index.ts";
import { readReference } from "../reference/read-reference.ts";
import type { CalendarSource, KnownDays, NamedSchedule } from "./compile.ts";

type Tx = Transaction<Database>;
type Scope = { readonly tenant: string; readonly connection: string };

const readRows = async (tx: Tx, scope: Scope): Promise<KnownDays["rows"]> =>
  calendarRowsOf(await readReference(tx, scope, ["fiscal-year-variant", "fiscal-period"]));

async function readBillingEnds(tx: Tx, { tenant, connection }: Scope): Promise<SapDate[]> {
  const { rows } = await sql<{ end_date: SapDate }>`select distinct end_date from billing_period where tenant = ${tenant}
    and connection = ${connection} order by end_date`.execute(tx);
  return rows.map(({ end_date }) => end_date);
}

/** The latest alone: one run takes up all that wait. What a run has taken already is no reason for another. */
async function readTold(tx: Tx, { tenant, connection }: Scope, flows: readonly Flow[]): Promise<number[]> {
  const { rows } = await sql<{ told_at: Date | null }>`select max(told_at) as told_at from idoc_touched where tenant = ${tenant}
    and connection = ${connection} and flow = any (${[...flows]}::text[]) and not is_done and taken_run is null`.execute(tx);
  return rows.flatMap(({ told_at }) => told_at?.getTime() ?? []);
}

/** Throws a fault where what the schedule goes by is not known. */
export async function scheduleNow(tx: Tx, scope: Scope, { schedule, flows }: NamedSchedule): Promise<Schedule> {
  if (typeof schedule !== "function") return schedule;
  const [rows, billingEnds] = [await readRows(tx, scope), await readBillingEnds(tx, scope)];
  return schedule({ rows, billingEnds, toldMs: await readTold(tx, scope, flows) });
}

/** As long as nothing was stored. */
export function scheduleUnread({ schedule }: NamedSchedule): Schedule {
  const nothing: KnownDays = { rows: { t009: [], t009b: [] }, billingEnds: [], toldMs: [] };
  return typeof schedule === "function" ? schedule(nothing) : schedule;
}

/** Throws a fault where the rows have no such calendar. */
export async function calendarNow(store: Store, scope: Scope, source: CalendarSource): Promise<FiscalVariant> {
  if (typeof source !== "function") return source;
  return source(await store.transact({ tenant: scope.tenant }, (tx) => readRows(tx, scope)));
}
