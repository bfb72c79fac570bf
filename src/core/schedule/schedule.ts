/**
 * When a schedule's windows open. A window is a moment; the days it may lie on are taken one by one, so that each kind is one question to a day.
 * Local times go by the zone's clock: one that is skipped in spring opens when the clock goes on, one that is repeated in autumn opens once.
 */
import {
  type BusinessCalendar,
  countBusinessDays,
  type DateRange,
  datesOfPeriod,
  type FiscalVariant,
  isBusinessDay,
  periodOf,
} from "../calendar/index.ts";
import { unreachable } from "../result.ts";
import { addDays, daysBetween, parseSapDate, type SapDate, sapDateOf } from "../sap-date.ts";
import { momentsAt, type TimeZone } from "../time-zone.ts";
import { type Cron, isCronDay } from "./cron.ts";

/** Business days from a span's end: 0 is the last one in it, -2 two before that, 3 the third after the end. */
type FromEnd = { readonly business: BusinessCalendar; readonly businessDays: number; readonly atMinute: number };

export type When =
  | { readonly kind: "cron"; readonly cron: Cron }
  | ({ readonly kind: "fiscal"; readonly variant: FiscalVariant } & FromEnd)
  /** On the first day of a period and each seventh after it: 4, 4 and 5 times in 4-4-5. */
  | { readonly kind: "fiscal-week"; readonly variant: FiscalVariant; readonly atMinute: number }
  /** Billing periods that end on this day of each month, 31 for its last, as Procore's monthly ones do (procore 4.8). */
  | ({ readonly kind: "billing-cycle"; readonly endDay: number } & FromEnd)
  /** On days that were worked out already. */
  | { readonly kind: "days"; readonly days: ReadonlySet<SapDate>; readonly atMinute: number }
  /** At moments that somebody else set. */
  | { readonly kind: "moments"; readonly moments: readonly number[] }
  | { readonly kind: "manual" };

/** Around a period's end it opens by a second cron too: on its last `before` business days and up to the next one's `after`th. */
export type ClosingDays = {
  readonly variant: FiscalVariant;
  readonly business: BusinessCalendar;
  readonly before: number;
  readonly after: number;
  readonly cron: Cron;
};

export type Schedule = {
  readonly zone: TimeZone;
  readonly when: When;
  readonly closing?: ClosingDays;
  /** Minutes of the local day, `to` excluded; over midnight where `to` is the lesser. Never equal. */
  readonly quiet?: { readonly from: number; readonly to: number };
};

type LocalTime = { minute: number; isHourly: boolean };
const epoch = "19700101" as SapDate;

const monthOf = (date: SapDate, endDay: number): SapDate => {
  for (let day = endDay; ; day--) {
    const found = parseSapDate(`${date.slice(0, 6)}${String(day).padStart(2, "0")}`);
    if (found) return found;
  }
};

function billingCycle(endDay: number, date: SapDate): DateRange {
  const end = monthOf(date, endDay);
  const firstOfMonth = monthOf(date, 1);
  if (date <= end) return { first: addDays(monthOf(addDays(firstOfMonth, -1), endDay), 1), last: end };
  return { first: addDays(end, 1), last: monthOf(addDays(firstOfMonth, 31), endDay) };
}

const fiscalSpan = (variant: FiscalVariant, date: SapDate) => datesOfPeriod(variant, periodOf(variant, date));

function isDayFromEnd({ business, businessDays }: FromEnd, { first, last }: DateRange, date: SapDate): boolean {
  if (!isBusinessDay(business, date)) return false;
  return businessDays > 0
    ? countBusinessDays(business, first, date) === businessDays
    : countBusinessDays(business, addDays(date, 1), last) === -businessDays;
}

const cronTimes = (cron: Cron, date: SapDate): LocalTime[] =>
  isCronDay(cron, date) ? cron.minutes.map((minute) => ({ minute, isHourly: cron.isHourly })) : [];

function timesOf(when: When, date: SapDate): LocalTime[] {
  const once = (atMinute: number, isItsDay: boolean) => (isItsDay ? [{ minute: atMinute, isHourly: false }] : []);
  switch (when.kind) {
    case "cron":
      return cronTimes(when.cron, date);
    case "fiscal":
      return once(when.atMinute, isDayFromEnd(when, fiscalSpan(when.variant, date), date));
    case "fiscal-week":
      return once(when.atMinute, daysBetween(fiscalSpan(when.variant, date).first, date) % 7 === 0);
    case "billing-cycle":
      return once(when.atMinute, isDayFromEnd(when, billingCycle(when.endDay, date), date));
    case "days":
      return once(when.atMinute, when.days.has(date));
    case "moments":
    case "manual":
      return [];
    default:
      return unreachable(when);
  }
}

function isClosingDay({ variant, business, before, after }: ClosingDays, date: SapDate): boolean {
  const { first, last } = fiscalSpan(variant, date);
  const isNearEnd = countBusinessDays(business, addDays(date, 1), last) < before;
  return isNearEnd || countBusinessDays(business, first, addDays(date, -1)) < after;
}

function placeTime(zone: TimeZone, date: SapDate, { minute, isHourly }: LocalTime): readonly number[] {
  const { moments, gapEnd } = momentsAt(zone, daysBetween(epoch, date) * 1_440 + minute);
  if (isHourly) return moments;
  const first = moments[0] ?? gapEnd;
  return first === undefined ? [] : [first];
}

/** The windows of a local day, ascending, each once. */
export function windowsOfDay({ zone, when, closing }: Schedule, date: SapDate): readonly number[] {
  const denser = closing && isClosingDay(closing, date) ? cronTimes(closing.cron, date) : [];
  const moments = [...timesOf(when, date), ...denser].flatMap((time) => placeTime(zone, date, time));
  if (when.kind === "moments") moments.push(...when.moments.filter((atMs) => sapDateOf(atMs, zone) === date));
  return [...new Set(moments)].sort((one, other) => one - other);
}
