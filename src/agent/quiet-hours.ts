/**
 * Hours in which SAP is left alone, and the day by which its rows are counted: windows of a week by the clock on the wall of the SAP system, also
 * across midnight and across the week's end. Pure. Where that clock is put back, an hour is quiet twice; where it is put forward, a
 * window that would end in the hour that is skipped ends there.
 */
import { localMinutes, type TimeZone, whenOver } from "../core/index.ts";

export const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof weekdays)[number];
/** `to` is not included; at or before `from` it is of the next day, so that equal ends are a whole day. */
export type QuietHours = { days: readonly Weekday[]; from: string; to: string };

const dayMinutes = 1_440;
const weekMinutes = 7 * dayMinutes;
/** 1 January 1970 was a Thursday. */
const epochWeekday = 4;

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The end of the quiet hours that hold now, in epoch milliseconds; undefined where none do. Windows that touch are one. */
export function quietUntil(hours: readonly QuietHours[], zone: TimeZone, nowMs: number): number | undefined {
  if (hours.length === 0) return undefined;
  const windows = hours.flatMap(({ days, from, to }) =>
    days.map((day) => ({
      begin: (weekdays.indexOf(day) - epochWeekday) * dayMinutes + minutesOf(from),
      length: (minutesOf(to) - minutesOf(from) + dayMinutes) % dayMinutes || dayMinutes,
    })),
  );
  // A week that is quiet throughout never ends; a week from now is soon enough to look again.
  const horizon = localMinutes(zone, nowMs) + weekMinutes;
  const until = whenOver(zone, nowMs, (local) =>
    local >= horizon ? 0 : Math.max(...windows.map(({ begin, length }) => length - positiveRest(local - begin, weekMinutes))),
  );
  return until > nowMs ? until : undefined;
}

function positiveRest(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/** The day of the SAP system as a number of days since 1970, and when it ends. */
export function sapDay(zone: TimeZone, nowMs: number): { day: string; endsMs: number } {
  const day = Math.floor(localMinutes(zone, nowMs) / dayMinutes);
  return { day: String(day), endsMs: whenOver(zone, nowMs, (local) => (day + 1) * dayMinutes - local) };
}
