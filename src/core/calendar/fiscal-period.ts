/**
 * Which period a day lies in, and which days a period has (sap-data 4). For schedules and what people are shown: the period of a document is read
 * from the document, never taken from here (ruling 27), since special periods and ledgers with variants of their own differ.
 */
import { Fault } from "../errors/index.ts";
import { addDays, type FiscalPeriod, formatIsoDate, formatPeriod, parseSapDate, type SapDate } from "../sap-date.ts";
import type { FiscalVariant, YearSlice } from "./variant.ts";

export type DateRange = { readonly first: SapDate; readonly last: SapDate };
type Slice = DateRange & FiscalPeriod;

const gap = (variant: FiscalVariant, detail: string) =>
  new Fault("calendar.gap", { place: `fiscal year variant ${variant.name}`, detail });

/** A day that the month has not, such as 0229 or 0431, is its last one. */
function dayOf(year: number, monthDay: string): SapDate {
  for (let day = Number(monthDay.slice(2)); day > 27; day--) {
    const found = parseSapDate(`${String(year).padStart(4, "0")}${monthDay.slice(0, 2)}${day}`);
    if (found) return found;
  }
  return `${String(year).padStart(4, "0")}${monthDay}` as SapDate;
}

const calendarMonths: readonly YearSlice[] = Array.from({ length: 12 }, (_, index) => ({
  last: `${String(index + 1).padStart(2, "0")}31`,
  period: index + 1,
  yearShift: 0,
}));

/** A calendar year cut into slices, from 1 January on. Days after the last of them have none. Empty: the table lacks the year. */
function slicesOf(variant: FiscalVariant, year: number): readonly Slice[] {
  const key = variant.isYearDependent ? String(year).padStart(4, "0") : "0000";
  const rows = variant.isCalendarYear ? calendarMonths : (variant.slices.get(key) ?? []);
  const slices: Slice[] = [];
  let first = dayOf(year, "0101");
  for (const { last: monthDay, period, yearShift } of rows) {
    const last = dayOf(year, monthDay);
    // 0228 and 0229 are one day in a common year: the row that comes first has it.
    if (last < first) continue;
    slices.push({ first, last, period, year: year + yearShift });
    first = addDays(last, 1);
  }
  return slices;
}

export function periodOf(variant: FiscalVariant, date: SapDate): FiscalPeriod {
  const found = slicesOf(variant, Number(date.slice(0, 4))).find(({ last }) => date <= last);
  if (!found) throw gap(variant, `no period has the day ${formatIsoDate(date)}`);
  return { year: found.year, period: found.period };
}

/** A special period's days are those of the last ordinary one; its own number stays with the document (ruling 27). */
export function ordinaryPeriod(variant: FiscalVariant, { year, period }: FiscalPeriod): FiscalPeriod {
  if (period < 1 || period > variant.periods + variant.specialPeriods)
    throw gap(variant, `there is no period ${formatPeriod({ year, period })}`);
  return { year, period: Math.min(period, variant.periods) };
}

/** One day further, the period must be another: else the table ends within it, and its end is not known. */
function assertKnown(variant: FiscalVariant, period: FiscalPeriod, { first, last }: DateRange): void {
  for (const beside of [addDays(first, -1), addDays(last, 1)]) {
    const other = periodOf(variant, beside);
    if (other.year === period.year && other.period === period.period)
      throw gap(variant, `the days of period ${formatPeriod(period)} do not follow one another`);
  }
}

/** First and last day. Refuses where the table ends before the period does. */
export function datesOfPeriod(variant: FiscalVariant, asked: FiscalPeriod): DateRange {
  const period = ordinaryPeriod(variant, asked);
  const own = [period.year - 1, period.year, period.year + 1]
    .flatMap((year) => slicesOf(variant, year))
    .filter((slice) => slice.year === period.year && slice.period === period.period);
  const [start, end] = [own.at(0), own.at(-1)];
  if (!start || !end) throw gap(variant, `the table has no days for period ${formatPeriod(asked)}`);
  const isWhole = own.every(({ first }, index) => index === 0 || addDays(own[index - 1]?.last ?? first, 1) === first);
  if (!isWhole) throw gap(variant, `the days of period ${formatPeriod(period)} do not follow one another`);
  const range = { first: start.first, last: end.last };
  assertKnown(variant, period, range);
  return range;
}

/** The ordinary period after or before this one, over the end of the year. */
export function neighbourPeriod(variant: FiscalVariant, asked: FiscalPeriod, step: 1 | -1): FiscalPeriod {
  const { first, last } = datesOfPeriod(variant, asked);
  return periodOf(variant, step === 1 ? addDays(last, 1) : addDays(first, -1));
}
