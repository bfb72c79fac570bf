/**
 * Which window is due, and which come next. However many were missed, one is due: the latest; the others count as missed. In quiet hours none is,
 * and what opened in them is due at their end, by the same rule.
 */
import { addDays, sapDateOf } from "../sap-date.ts";
import { localMinutes, whenOver } from "../time-zone.ts";
import { type Schedule, windowsOfDay } from "./schedule.ts";

/** Further back nothing is looked for: a hub that was away so long has one window to catch up either way. */
const lookBackMs = 400 * 86_400_000;
/** 29 February comes after eight years at the longest. */
const lookAheadDays = 2_930;

const dayMinutes = 1_440;

function quietLeft({ quiet }: Schedule, local: number): number {
  if (!quiet) return 0;
  const sinceStart = (local - quiet.from + dayMinutes) % dayMinutes;
  const length = (quiet.to - quiet.from + dayMinutes) % dayMinutes;
  return sinceStart < length ? length - sinceStart : 0;
}

export function isQuiet(schedule: Schedule, nowMs: number): boolean {
  return quietLeft(schedule, localMinutes(schedule.zone, nowMs)) > 0;
}

/** The moment itself, or the end of the quiet hours that it lies in. */
export function afterQuiet(schedule: Schedule, atMs: number): number {
  return isQuiet(schedule, atMs) ? whenOver(schedule.zone, atMs, (local) => quietLeft(schedule, local)) : atMs;
}

export type DueWindow = { readonly atMs: number; readonly missed: number };

/** `doneMs` is the last window that was done, or when the schedule was first seen: what lies before it is never due. */
export function dueWindow(schedule: Schedule, { doneMs, nowMs }: { doneMs: number; nowMs: number }): DueWindow | undefined {
  if (isQuiet(schedule, nowMs)) return undefined;
  const today = sapDateOf(nowMs, schedule.zone);
  const since = sapDateOf(Math.max(doneMs, nowMs - lookBackMs), schedule.zone);
  const open: number[] = [];
  for (let date = since; date <= today; date = addDays(date, 1))
    open.push(...windowsOfDay(schedule, date).filter((atMs) => atMs > doneMs && atMs <= nowMs));
  const latest = open.at(-1);
  return latest === undefined ? undefined : { atMs: latest, missed: open.length - 1 };
}

/** The windows after a moment, `count` at most; fewer where the schedule has no more. */
export function nextWindows(schedule: Schedule, afterMs: number, count: number): readonly number[] {
  const found: number[] = [];
  const isUnforeseen = schedule.when.kind === "manual" || schedule.when.kind === "moments";
  if (isUnforeseen && !schedule.closing) return found;
  const first = sapDateOf(afterMs, schedule.zone);
  for (let ahead = 0; ahead < lookAheadDays && found.length < count; ahead++)
    found.push(...windowsOfDay(schedule, addDays(first, ahead)).filter((atMs) => atMs > afterMs));
  return found.slice(0, count);
}
