/**
 * SAP dates and fiscal periods as text, never as `Date`: a DATS value has no time zone, `00000000` is "none", `99991231` is "open", and
 * junk such as `20201364` exists in real tables (sap-rfc 1.5). A period is read from the document, not derived (rulings 27, sap-data 0.12).
 */
import { localMinutes, type TimeZone } from "./time-zone.ts";

declare const sapDateBrand: unique symbol;
/** Eight digits, a day that exists. */
export type SapDate = string & { readonly [sapDateBrand]: true };

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** The date, or undefined for an initial, blank or impossible one. */
export function parseSapDate(text: string): SapDate | undefined {
  if (!/^\d{8}$/.test(text)) return undefined;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6, 8));
  const last = month === 2 && isLeapYear(year) ? 29 : (monthDays[month - 1] ?? 0);
  return year > 0 && day >= 1 && day <= last ? (text as SapDate) : undefined;
}

/** `2026-11-24`. */
export function formatIsoDate(date: SapDate): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;
}

export function parseIsoDate(text: string): SapDate | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseSapDate(text.replaceAll("-", "")) : undefined;
}

/** Days are counted on the proleptic Gregorian calendar (algorithm of days from civil, epoch 1970-01-01). */
function dayNumber(date: SapDate): number {
  const month = Number(date.slice(4, 6));
  const year = Number(date.slice(0, 4)) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + Number(date.slice(6, 8)) - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

function fromDayNumber(days: number): SapDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}` as SapDate;
}

export function addDays(date: SapDate, days: number): SapDate {
  return fromDayNumber(dayNumber(date) + days);
}

export function daysBetween(from: SapDate, to: SapDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** The calendar day of an instant in a zone: how ECC stamps CPUDT in its system time zone. */
export function sapDateOf(epochMs: number, zone: TimeZone): SapDate {
  return fromDayNumber(Math.floor(localMinutes(zone, epochMs) / 1_440));
}

/** Fiscal year and posting period; special periods 13 to 16 keep their number (ruling 27). */
export type FiscalPeriod = { readonly year: number; readonly period: number };

export function formatPeriod(period: FiscalPeriod): string {
  return `${period.year}.${String(period.period).padStart(3, "0")}`;
}

export function parsePeriod(fields: { year: string; period: string }): FiscalPeriod | undefined {
  if (!/^\d{4}$/.test(fields.year) || !/^\d{1,3}$/.test(fields.period)) return undefined;
  const period = Number(fields.period);
  return period >= 1 && period <= 16 ? { year: Number(fields.year), period } : undefined;
}
