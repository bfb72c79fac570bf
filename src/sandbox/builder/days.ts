/**
 * Calendar days as SAP writes them, `YYYYMMDD`, and the fiscal periods of the two variants that the group uses. Pure arithmetic on
 * days in no time zone; text compares in date order.
 */
const dayMs = 86_400_000;

export function isDay(day: string): boolean {
  return /^\d{8}$/.test(day) && addDays(day, 0) === day;
}

export function addDays(day: string, count: number): string {
  const at = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));
  return new Date(at + count * dayMs).toISOString().slice(0, 10).replaceAll("-", "");
}

/** The moment of a local day and time (`HHMMSS`) in the system's zone, in epoch milliseconds. */
export function momentOf(day: string, time: string, zoneMinutes: number): number {
  const part = (text: string, from: number, to: number) => Number(text.slice(from, to));
  const date = Date.UTC(part(day, 0, 4), part(day, 4, 6) - 1, part(day, 6, 8));
  const clock = part(time, 0, 2) * 3600 + part(time, 2, 4) * 60 + part(time, 4, 6);
  return date + clock * 1_000 - zoneMinutes * 60_000;
}

/** Text compares in date order. */
export const earlierOf = (a: string, b: string): string => [a, b].sort()[0] ?? a;

export const isoDay = (day: string): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;

/** First day of the month that lies `count` months from the day's own. */
export function monthStart(day: string, count: number): string {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(4, 6)) - 1 + count;
  return `${String(Math.floor(months / 12)).padStart(4, "0")}${String((months % 12) + 1).padStart(2, "0")}01`;
}

export const monthEnd = (day: string, count: number): string => addDays(monthStart(day, count + 1), -1);

export type FiscalVariant = "K4" | "V3";

/** Delivered variants (sap-data 4): K4 is the calendar year, V3 April to March; the year is named after its first month. */
export function fiscalPeriodOf(day: string, variant: FiscalVariant): { gjahr: string; monat: string } {
  const shift = variant === "V3" ? -3 : 0;
  const shifted = monthStart(day, shift);
  return { gjahr: shifted.slice(0, 4), monat: shifted.slice(4, 6) };
}

/** Last day of the last fiscal year that is over at the given day: where special periods are posted. */
export function lastYearEnd(day: string, variant: FiscalVariant): string {
  const { gjahr } = fiscalPeriodOf(day, variant);
  return variant === "V3" ? `${gjahr}0331` : `${String(Number(gjahr) - 1)}1231`;
}
