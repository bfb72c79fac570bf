/**
 * The clock on the wall of a time zone: a fixed one, or one of the IANA database with its changes to summer time and back, as Node carries it.
 * Pure: a moment comes in and minutes come out. Local minutes count from 1970-01-01 00:00 of the zone itself; an hour that is repeated has the
 * same ones twice, an hour that is skipped has none (sap-data 0.8: SAP stamps in its system's zone, whose autumn hour repeats).
 */

/** Minutes east of UTC, or the name of a zone such as `Europe/Berlin`. */
export type TimeZone = number | string;

const minuteMs = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(name: string): Intl.DateTimeFormat {
  const known = formats.get(name) ?? new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  formats.set(name, known);
  return known;
}

/** By region and city, or UTC. Short names such as EST are none: with SAP they have a summer time, with IANA some have not. */
export function isTimeZoneName(text: string): boolean {
  if (text !== "UTC" && !/^[A-Z][A-Za-z]+\/[A-Za-z]/.test(text)) return false;
  try {
    return formatOf(text).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** East of UTC is positive. */
export function offsetMinutes(zone: TimeZone, epochMs: number): number {
  if (typeof zone === "number") return zone;
  const text = formatOf(zone)
    .formatToParts(epochMs)
    .find(({ type }) => type === "timeZoneName")?.value;
  // "GMT+02:00"; "GMT" alone is none.
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(text ?? "") ?? [];
  const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === "-" ? -offset : offset;
}

export function localMinutes(zone: TimeZone, epochMs: number): number {
  return Math.floor(epochMs / minuteMs) + offsetMinutes(zone, epochMs);
}

/** The first moment after `fromMs`, up to `untilMs`, at which the zone's clock is put forward or back. Between them lies one change at most. */
function changeBetween(zone: TimeZone, fromMs: number, untilMs: number): number | undefined {
  const before = offsetMinutes(zone, fromMs);
  if (offsetMinutes(zone, untilMs) === before) return undefined;
  let [low, high] = [Math.floor(fromMs / minuteMs), Math.ceil(untilMs / minuteMs)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMinutes(zone, middle * minuteMs) === before) low = middle;
    else high = middle;
  }
  return high * minuteMs;
}

/**
 * The first moment from the minute of `fromMs` on at which nothing is left: `left` says of a local minute how many more follow that are of its
 * kind, itself included. Where the clock is put forward or back in between, it is asked again.
 */
export function whenOver(zone: TimeZone, fromMs: number, left: (local: number) => number): number {
  let at = Math.floor(fromMs / minuteMs) * minuteMs;
  for (;;) {
    const more = left(localMinutes(zone, at));
    if (more <= 0) return at;
    const end = at + more * minuteMs;
    at = changeBetween(zone, at, end) ?? end;
  }
}

const dayMs = 86_400_000;

/** When the zone's clock shows a local minute: once, twice where an hour is repeated, never where it is skipped; then `gapEnd` is when it goes on. */
export function momentsAt(zone: TimeZone, local: number): { readonly moments: readonly number[]; readonly gapEnd?: number } {
  const near = local * minuteMs;
  const offsets = new Set([offsetMinutes(zone, near - dayMs), offsetMinutes(zone, near + dayMs)]);
  const moments = [...offsets]
    .map((offset) => (local - offset) * minuteMs)
    .filter((moment) => localMinutes(zone, moment) === local)
    .sort((one, other) => one - other);
  if (moments.length > 0) return { moments };
  const gapEnd = changeBetween(zone, near - dayMs, near + dayMs);
  return gapEnd === undefined ? { moments } : { moments, gapEnd };
}
