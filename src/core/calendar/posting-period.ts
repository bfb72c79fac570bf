/**
 * What T001B says of a period (sap-data 4, ruling 28). A posting needs the `+` row and the account type's row open. The table knows open or not;
 * whether a period is still to come, done with, or opened again takes what was seen before, so the state before is part of the question.
 */
import { Fault } from "../errors/index.ts";
import { type FiscalPeriod, parsePeriod } from "../sap-date.ts";

/** Customers, assets, vendors, materials, G/L accounts, contract accounts; `+` stands for all of them. */
export type AccountType = "D" | "A" | "K" | "M" | "S" | "V";
export type PostingState = "future" | "open" | "closing" | "closed" | "re-opened";

export type PostingPeriodRow = { BUKRS: string; MKOAR: string } & Readonly<
  Record<`${"FRYE" | "FRPE" | "TOYE" | "TOPE"}${1 | 2 | 3}`, string>
>;
type Interval = { readonly from: FiscalPeriod; readonly to: FiscalPeriod };
/** One posting-period variant (T001-OPVAR). By MKOAR; several rows of an account type differ by account, and one that is open is enough. */
export type PostingPeriods = { readonly name: string; readonly intervals: ReadonlyMap<string, readonly Interval[]> };

export function comparePeriods(one: FiscalPeriod, other: FiscalPeriod): number {
  return one.year - other.year || one.period - other.period;
}

const isInitial = (text: string) => /^0*$/.test(text.trim());

function readInterval(row: PostingPeriodRow, number: 1 | 2 | 3): Interval | undefined {
  const [fromYear, fromPeriod] = [row[`FRYE${number}`], row[`FRPE${number}`]];
  const [toYear, toPeriod] = [row[`TOYE${number}`], row[`TOPE${number}`]];
  if ([fromYear, fromPeriod, toYear, toPeriod].every(isInitial)) return undefined;
  const from = parsePeriod({ year: fromYear, period: fromPeriod });
  const to = parsePeriod({ year: toYear, period: toPeriod });
  if (from && to) return { from, to };
  const detail = `T001B ${row.MKOAR}, interval ${number}: ${fromYear}/${fromPeriod} to ${toYear}/${toPeriod} are no periods`;
  throw new Fault("calendar.invalid", { place: `posting period variant ${row.BUKRS}`, detail });
}

/** `rows` may hold other variants' rows too. Interval 1 is often only for a group of users (BRGRU), 3 for postings from CO: documents land by each. */
export function compilePostingPeriods(name: string, rows: readonly PostingPeriodRow[]): PostingPeriods {
  const intervals = new Map<string, Interval[]>();
  for (const row of rows.filter(({ BUKRS }) => BUKRS === name)) {
    const read = ([1, 2, 3] as const).flatMap((number) => readInterval(row, number) ?? []);
    intervals.set(row.MKOAR, [...(intervals.get(row.MKOAR) ?? []), ...read]);
  }
  if (intervals.has("+")) return { name, intervals };
  throw new Fault("calendar.invalid", { place: `posting period variant ${name}`, detail: "T001B has no row + of it" });
}

/** Without an account type: whether the period is open at all. A type without a row of its own follows `+`. */
export function isPeriodOpen({ intervals }: PostingPeriods, period: FiscalPeriod, accountType?: AccountType): boolean {
  const opens = (key: string) =>
    intervals.get(key)?.some(({ from, to }) => comparePeriods(from, period) <= 0 && comparePeriods(period, to) <= 0);
  return opens("+") === true && (accountType === undefined || (opens(accountType) ?? true));
}

export type PostingFacts = {
  readonly period: FiscalPeriod;
  /** The ordinary period after it. */
  readonly next: FiscalPeriod;
  /** Undefined when it was never looked at. */
  readonly before: PostingState | undefined;
  /** Its last day is over: tells a period never seen open from one still to come. */
  readonly isOver: boolean;
  readonly accountType?: AccountType;
};

/** The state of a period now. The caller keeps it and gives it as `before` the next time. */
export function postingState(periods: PostingPeriods, { period, next, before, isOver, accountType }: PostingFacts): PostingState {
  const wasShut = before === "closed" || before === "re-opened";
  if (!isPeriodOpen(periods, period, accountType))
    return wasShut || isOver || (before && before !== "future") ? "closed" : "future";
  if (wasShut) return "re-opened";
  return isPeriodOpen(periods, next, accountType) ? "closing" : "open";
}
