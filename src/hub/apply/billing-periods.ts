/**
 * The billing period of a requisition is the open one (ADR 0011). Where none is open, opening one is a policy of the project (ruling 2): then it is made
 * for the fiscal period, or the month, of the billing date. It has no origin id: its natural key (project, start, end) is read anew before it is
 * written, and after doubt once it can no longer land. Two that overlap are never made, and a closed one is never opened.
 */
import {
  addDays,
  datesOfPeriod,
  err,
  Fault,
  type FiscalVariant,
  formatIsoDate,
  ok,
  parseIsoDate,
  periodOf,
  type Result,
} from "../../core/index.ts";
import type { BillingPeriod, NewBillingPeriod, ProcoreFault } from "../../procore/index.ts";
import type { Connection } from "../context.ts";
import type { CallScope } from "./handler.ts";

export type PeriodTrouble =
  /** There is none, and none was made. */
  { kind: "none"; detail: string } | { kind: "failed"; fault: ProcoreFault; waitMs?: number };
type Found = Result<BillingPeriod, PeriodTrouble>;
type Wanted = Pick<NewBillingPeriod, "start_date" | "end_date">;

const none = (detail: string): Found => err({ kind: "none", detail });

/** Where people have opened several, the one that holds the billing date, else the last. */
export function choosePeriod(periods: readonly BillingPeriod[], billingDate: string | undefined): BillingPeriod | undefined {
  const open = periods
    .filter(({ status }) => status === "open")
    .sort((left, right) => ((left.endDate ?? "") < (right.endDate ?? "") ? -1 : 1));
  const holds = ({ startDate, endDate }: BillingPeriod) =>
    billingDate !== undefined && (startDate ?? "") <= billingDate && billingDate <= (endDate ?? "");
  return open.find(holds) ?? open.at(-1);
}

/** The days of the fiscal period that the billing date lies in; of the month, where the calendar is by months. */
export function wantedPeriod(calendar: FiscalVariant, billingDate: string): Wanted | undefined {
  const date = parseIsoDate(billingDate);
  if (!date) return undefined;
  const { first, last } = datesOfPeriod(calendar, periodOf(calendar, date));
  return { start_date: formatIsoDate(first), end_date: formatIsoDate(last) };
}

/** What stands in the way of making it, if anything does; an open one will do whichever it is. */
export function standsInTheWay(periods: readonly BillingPeriod[], wanted: Wanted): Found | undefined {
  const open = choosePeriod(periods, wanted.start_date);
  if (open) return ok(open);
  const days = `${wanted.start_date} to ${wanted.end_date}`;
  const other = periods.find(
    // One without dates may be any.
    ({ startDate, endDate }) => !startDate || !endDate || (startDate <= wanted.end_date && wanted.start_date <= endDate),
  );
  if (!other) return undefined;
  const isSame = other.startDate === wanted.start_date && other.endDate === wanted.end_date;
  const theirs = `${other.startDate ?? "?"} to ${other.endDate ?? "?"}`;
  return none(isSame ? `the billing period ${days} is closed` : `${days} overlaps the closed billing period ${theirs}`);
}

async function readPeriods({ connection, projectId }: CallScope): Promise<Result<readonly BillingPeriod[], PeriodTrouble>> {
  const read = await connection.procore.billingPeriods.list(projectId).all();
  return read.ok ? read : err({ kind: "failed", fault: read.error });
}

async function lookAgain(scope: CallScope, wanted: Wanted, fault: ProcoreFault): Promise<Found> {
  await scope.settle();
  const read = await readPeriods(scope);
  if (!read.ok) return read;
  return standsInTheWay(read.value, wanted) ?? err({ kind: "failed", fault });
}

function dueDate(end: string, days: number): string {
  const date = parseIsoDate(end);
  return date ? formatIsoDate(addDays(date, days)) : end;
}

async function openPeriod(scope: CallScope, wanted: Wanted): Promise<Found> {
  const { connection, projectId, options } = scope;
  const read = await readPeriods(scope);
  if (!read.ok) return read;
  const known = standsInTheWay(read.value, wanted);
  if (known) return known;
  const { dueDays } = connection.settings.invoices.billingPeriods;
  const body: NewBillingPeriod = { ...wanted, due_date: dueDate(wanted.end_date, dueDays), status: "open" };
  const outcome = await connection.procore.billingPeriods.create(projectId, body, options);
  switch (outcome.kind) {
    case "answered":
      return ok(outcome.body);
    case "unknown":
      return lookAgain(scope, wanted, outcome.fault);
    case "refused":
      return none(`Procore does not open ${wanted.start_date} to ${wanted.end_date}: ${outcome.fault.detail}`);
    case "throttled":
      return err({ kind: "failed", fault: outcome.fault, waitMs: outcome.waitMs });
    case "notSent":
      return err({ kind: "failed", fault: outcome.fault });
  }
}

/** A calendar that lacks the day keeps one requisition waiting, not the run. Text says why. */
async function findWanted(connection: Connection, billingDate: string): Promise<Wanted | string> {
  try {
    return wantedPeriod(await connection.calendar(), billingDate) ?? `${billingDate} is no day`;
  } catch (error) {
    if (error instanceof Fault) return `${error.place}: ${error.detail}`;
    throw error;
  }
}

/** One that was opened serves all that follows in the project. */
export async function findPeriod(scope: CallScope, billingDate: string | undefined): Promise<Found> {
  const { connection, projectId, once } = scope;
  const read = await once(`billing periods of ${projectId}`, () => readPeriods(scope));
  if (!read.ok) return read;
  const open = choosePeriod(read.value, billingDate);
  if (open) return ok(open);
  const { policy, projects } = connection.settings.invoices.billingPeriods;
  const isHeld = (projects[String(projectId)] ?? policy) === "hold";
  if (isHeld || billingDate === undefined) return none(`project ${projectId} has no open billing period`);
  const wanted = await findWanted(connection, billingDate);
  if (typeof wanted === "string") return none(`project ${projectId} has no open billing period, and none is opened: ${wanted}`);
  return once(`opened billing period of ${projectId}`, () => openPeriod(scope, wanted));
}
