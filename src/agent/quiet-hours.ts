/**
 * Hours in which SAP is left alone: windows of a week in the time zone of the SAP system, also across midnight and across the week's end.
 * Pure. The zone is a fixed number of minutes, as everywhere in the agent's settings: a change to summer time is the owner's to follow.
 */
export const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof weekdays)[number];
/** `to` is not included; at or before `from` it is of the next day, so that equal ends are a whole day. */
export type QuietHours = { days: readonly Weekday[]; from: string; to: string };

const dayMinutes = 1_440;
const weekMinutes = 7 * dayMinutes;
const minuteMs = 60_000;
/** 1 January 1970 was a Thursday. */
const epochWeekday = 4;

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The end of the quiet hours that hold now, in epoch milliseconds; undefined where none do. Windows that touch are one. */
export function quietUntil(hours: readonly QuietHours[], zoneMinutes: number, nowMs: number): number | undefined {
  const windows = hours.flatMap(({ days, from, to }) =>
    days.map((day) => ({
      begin: weekdays.indexOf(day) * dayMinutes + minutesOf(from),
      length: (minutesOf(to) - minutesOf(from) + dayMinutes) % dayMinutes || dayMinutes,
    })),
  );
  const local = Math.floor(nowMs / minuteMs) + zoneMinutes + epochWeekday * dayMinutes;
  let until = local;
  // A week that is quiet throughout never ends; a week from now is soon enough to look again.
  while (until < local + weekMinutes) {
    const left = windows.map(({ begin, length }) => length - positiveRest(until - begin, weekMinutes));
    const longest = Math.max(0, ...left);
    if (longest === 0) break;
    until += longest;
  }
  return until === local ? undefined : (until - zoneMinutes - epochWeekday * dayMinutes) * minuteMs;
}

function positiveRest(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/** The day of the SAP system as a number of days since 1970, and when it ends. */
export function sapDay(zoneMinutes: number, nowMs: number): { day: string; endsMs: number } {
  const day = Math.floor((nowMs / minuteMs + zoneMinutes) / dayMinutes);
  return { day: String(day), endsMs: ((day + 1) * dayMinutes - zoneMinutes) * minuteMs };
}
