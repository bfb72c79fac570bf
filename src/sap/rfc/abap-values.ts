/**
 * Reads the cells of RFC_READ_TABLE by their ABAP type (sap-rfc 1.5). Guarantees: numbers become exact decimal text with the field's
 * decimals and never pass through a float; a cell with `*` has lost digits (0.5 [C]) and is an overflow, never a number; dates stay
 * eight characters and say whether they are real. Currency scale (TCURX) is not applied here.
 */
import type { DictionaryField } from "./dictionary.ts";

export type Cell =
  | { kind: "text"; text: string }
  /** An empty numeric cell: it happens, and is not zero (sap-rfc 1.5). */
  | { kind: "null" }
  /** A date or time that does not exist; real tables hold such. */
  | { kind: "doubtful"; text: string; code: "date-invalid" | "time-invalid" }
  | { kind: "broken"; code: "amount-overflow" | "number-unreadable" };

export type CellReader = (cell: string) => Cell;

const nothing: Cell = { kind: "null" };
const overflow: Cell = { kind: "broken", code: "amount-overflow" };
const unreadable: Cell = { kind: "broken", code: "number-unreadable" };

/** Why a field of this type cannot be read through fixed-width rows, or undefined when it can. */
export function whyUnreadable(field: DictionaryField): string | undefined {
  switch (field.abapType) {
    case "C":
    case "N":
    case "D":
    case "T":
    case "P":
    case "b":
    case "s":
    case "I":
    case "8":
      return undefined;
    case "X":
      return "raw bytes come back cut to half";
    case "F":
      return "floating point comes back cut";
    case "g":
    case "y":
      return "strings do not fit a fixed-width row";
    default:
      return `its ABAP type ${JSON.stringify(field.abapType)} is not known here`;
  }
}

export function cellReaderOf(field: DictionaryField): CellReader {
  switch (field.abapType) {
    case "N":
      return (cell) => ({ kind: "text", text: cell.trim() });
    case "D":
      return readDate;
    case "T":
      return readTime;
    case "P":
    case "b":
    case "s":
    case "I":
    case "8":
      return (cell) => readNumber(cell, field.decimals);
    default:
      return (cell) => ({ kind: "text", text: trimRight(cell) });
  }
}

/** Only blanks: a tab or line end that stands in the table is data. */
export function trimRight(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

function readDate(cell: string): Cell {
  const text = cell.trim();
  if (text === "") return { kind: "text", text: "00000000" };
  return text === "00000000" || isCalendarDate(text) ? { kind: "text", text } : { kind: "doubtful", text, code: "date-invalid" };
}

function readTime(cell: string): Cell {
  const text = cell.trim();
  if (text === "") return { kind: "text", text: "000000" };
  return isClockTime(text) ? { kind: "text", text } : { kind: "doubtful", text, code: "time-invalid" };
}

/** `240000` is possible [K]. */
export function isClockTime(text: string): boolean {
  return /^(?:(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]|240000)$/.test(text);
}

export function isCalendarDate(text: string): boolean {
  if (!/^[0-9]{8}$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6, 8));
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The sign stands behind (RFC_READ_TABLE) or in front (ET_DATA, Z readers). Written without a regular expression: it is the hot path. */
export function readNumber(cell: string, decimals: number): Cell {
  let from = 0;
  let to = cell.length;
  while (from < to && cell.charCodeAt(from) === 32) from += 1;
  while (to > from && cell.charCodeAt(to - 1) === 32) to -= 1;
  if (from === to) return nothing;
  if (cell.indexOf("*") >= 0) return overflow;
  let isNegative = false;
  if (cell.charCodeAt(to - 1) === 45) {
    isNegative = true;
    to -= 1;
  } else if (cell.charCodeAt(from) === 45) {
    isNegative = true;
    from += 1;
  }
  while (from < to && cell.charCodeAt(from) === 32) from += 1;
  return toDecimalText(cell.slice(from, to), isNegative, decimals);
}

function toDecimalText(digits: string, isNegative: boolean, decimals: number): Cell {
  let point = -1;
  let isZero = true;
  for (let at = 0; at < digits.length; at += 1) {
    const code = digits.charCodeAt(at);
    if (code === 46 && point < 0) point = at;
    else if (code < 48 || code > 57) return unreadable;
    else if (code !== 48) isZero = false;
  }
  const whole = point < 0 ? digits : digits.slice(0, point);
  const fraction = point < 0 ? "" : digits.slice(point + 1);
  // Other decimals than the dictionary's would shift the amount: better no number than a wrong one.
  if ((whole === "" && fraction === "") || fraction.length !== decimals) return unreadable;
  const shown = `${withoutLeadingZeros(whole)}${decimals === 0 ? "" : `.${fraction}`}`;
  return { kind: "text", text: isNegative && !isZero ? `-${shown}` : shown };
}

function withoutLeadingZeros(digits: string): string {
  let at = 0;
  while (at < digits.length - 1 && digits.charCodeAt(at) === 48) at += 1;
  const rest = digits.slice(at);
  return rest === "" ? "0" : rest;
}
