/**
 * The five fields of cron: minute, hour, day of the month, month, day of the week; lists, ranges, steps and English names. As in Vixie's cron, a day
 * fits by either of its two fields when both are restricted. No seconds, no `L`, `W`, `#`: they refuse.
 */
import { weekdayOf } from "../calendar/index.ts";
import { Fault } from "../errors/index.ts";
import type { SapDate } from "../sap-date.ts";

export type Cron = {
  readonly text: string;
  /** Minutes of the day, ascending. */
  readonly minutes: readonly number[];
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  readonly isAnyDay: boolean;
  readonly isAnyWeekday: boolean;
  /** Goes by elapsed time and not by the clock on the wall: a repeated hour counts twice, a skipped one not at all. */
  readonly isHourly: boolean;
};

type Field = { name: string; low: number; high: number; names?: readonly string[] };
const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const fields: readonly Field[] = [
  { name: "minute", low: 0, high: 59 },
  { name: "hour", low: 0, high: 23 },
  { name: "day of the month", low: 1, high: 31 },
  { name: "month", low: 1, high: 12, names: monthNames },
  { name: "day of the week", low: 0, high: 7, names: weekdayNames },
];
const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function readNumber(text: string, { low, names }: Field): number {
  const index = names?.indexOf(text.toUpperCase()) ?? -1;
  if (index >= 0) return low + index;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}

/** Undefined when it is no part: `*`, `5`, `1-5`, each with or without a step such as `/2`. */
function readPart(part: string, field: Field): readonly number[] | undefined {
  const [, range = "", stepText] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  const step = stepText === undefined ? 1 : Number(stepText);
  const [from = "", to, ...more] = range === "*" ? [String(field.low), String(field.high)] : range.split("-");
  const first = readNumber(from, field);
  // `5/10` begins at 5 and goes to the end of the field.
  const last = to === undefined ? (stepText === undefined ? first : field.high) : readNumber(to, field);
  const isFit = more.length === 0 && step > 0 && first >= field.low && last <= field.high && first <= last;
  return isFit ? Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step) : undefined;
}

export function parseCron(text: string): Cron {
  const refuse = (detail: string) => new Fault("schedule.invalid", { place: `cron "${text}"`, detail });
  const given = text.trim().split(/\s+/);
  if (given.length !== fields.length) throw refuse(`${given.length} fields, not ${fields.length}`);
  const [minutes, hours, days, months, weekdays] = fields.map((field, index) => {
    const own = given[index] ?? "";
    const numbers = own.split(",").flatMap((part) => {
      const found = readPart(part, field);
      if (!found)
        throw refuse(`${field.name} "${own}" is none of ${field.low} to ${field.high}, *, lists, ranges and steps of them`);
      return found;
    });
    return new Set(numbers.toSorted((one, other) => one - other));
  }) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  const [isAnyDay, isAnyWeekday] = [given[2]?.startsWith("*") === true, given[4]?.startsWith("*") === true];
  const isEver = [...months].some((month) => [...days].some((each) => each <= (longestMonths[month - 1] ?? 0)));
  if (!isEver && isAnyWeekday) throw refuse("no month has that day");
  return {
    text,
    minutes: [...hours].flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute)),
    days,
    months,
    weekdays: new Set([...weekdays].map((each) => each % 7)),
    isAnyDay,
    isAnyWeekday,
    isHourly: given[1] === "*",
  };
}

export function isCronDay({ days, months, weekdays, isAnyDay, isAnyWeekday }: Cron, date: SapDate): boolean {
  if (!months.has(Number(date.slice(4, 6)))) return false;
  const byDay = days.has(Number(date.slice(6, 8)));
  const byWeekday = weekdays.has(weekdayOf(date) % 7);
  return isAnyDay || isAnyWeekday ? byDay && byWeekday : byDay || byWeekday;
}
