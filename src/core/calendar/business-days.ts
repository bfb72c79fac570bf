/** Business days: not of the weekend, not a holiday. Both are settings, since SAP's factory calendar (TFACS) is not among what is read. */
import { addDays, daysBetween, type SapDate } from "../sap-date.ts";

/** 1 is Monday, 7 Sunday (ISO 8601). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;
export type BusinessCalendar = { readonly weekend: ReadonlySet<Weekday>; readonly holidays: ReadonlySet<SapDate> };

const monday = "19700105" as SapDate;

export function weekdayOf(date: SapDate): Weekday {
  const days = daysBetween(monday, date) % 7;
  return ((days < 0 ? days + 7 : days) + 1) as Weekday;
}

export function isBusinessDay({ weekend, holidays }: BusinessCalendar, date: SapDate): boolean {
  return !weekend.has(weekdayOf(date)) && !holidays.has(date);
}

/** The business day that many from a day: 0 is the last one up to it, -2 two before that, 3 the third after it. */
export function businessDayFrom(calendar: BusinessCalendar, from: SapDate, days: number): SapDate {
  const step = days > 0 ? 1 : -1;
  let date = days > 0 ? addDays(from, 1) : from;
  for (let left = days > 0 ? days - 1 : -days; ; date = addDays(date, step)) {
    if (!isBusinessDay(calendar, date)) continue;
    if (left === 0) return date;
    left -= 1;
  }
}

/** How many business days lie from `first` to `last`, both included; 0 when `last` comes before. */
export function countBusinessDays(calendar: BusinessCalendar, first: SapDate, last: SapDate): number {
  let count = 0;
  for (let date = first; date <= last; date = addDays(date, 1)) if (isBusinessDay(calendar, date)) count++;
  return count;
}
