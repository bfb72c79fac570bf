/** Schedules and calendars by what the store knows now: a year that is added in SAP, and a billing period in Procore, count from the next look on. */
import { sql, type Transaction } from "kysely";
import { calendarRowsOf, type FiscalVariant, type SapDate, type Schedule } from "../../core/index.ts";
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

/** Throws a fault where what the schedule goes by is not known. */
export async function scheduleNow(tx: Tx, scope: Scope, { schedule }: NamedSchedule): Promise<Schedule> {
  if (typeof schedule !== "function") return schedule;
  return schedule({ rows: await readRows(tx, scope), billingEnds: await readBillingEnds(tx, scope) });
}

/** The same; throws where the rows have no such calendar. */
export async function calendarNow(store: Store, scope: Scope, source: CalendarSource): Promise<FiscalVariant> {
  if (typeof source !== "function") return source;
  return source(await store.transact({ tenant: scope.tenant }, (tx) => readRows(tx, scope)));
}
