/**
 * Whether a literal may be compared with a field, and how the two compare. Text compares at the field's width, blank-padded, so a
 * NUMC key without its leading zeros finds nothing; numbers compare by value. A literal that the field cannot take is a dump.
 */
import { ShortDump } from "../abap-errors.ts";
import { isNumeric } from "../cell.ts";
import { digitsOf, parseScaled } from "../decimals.ts";
import type { Field } from "../dictionary/index.ts";
import { withoutTrailingBlanks } from "./tokenize.ts";

/** What stands for a value in comparisons: padded text or the scaled number. */
export type Comparable = string | bigint;

function dataLoss(field: Field): ShortDump {
  return new ShortDump(
    "SAPSQL_DATA_LOSS",
    `Data was lost while copying a value. (field ${field.name}, ${field.dataType} ${field.length})`,
  );
}

/** The Gregorian calendar, from the digits: 8 digits, year 1 to 9999. */
export function isCalendarDate(text: string): boolean {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return year >= 1 && day >= 1 && day <= days;
}

function numberOf(field: Field, literal: string): bigint {
  const text = literal.trim();
  const scaled = parseScaled(text, field.decimals);
  if (scaled === undefined) {
    if (/^-?\d+\.\d+$/.test(text)) throw dataLoss(field);
    throw new ShortDump("SAPSQL_WHERE_ILLEGAL_VALUE", `The value for field ${field.name} is no number.`);
  }
  if (digitsOf(scaled) > field.length) throw dataLoss(field);
  return scaled;
}

export function comparableLiteral(field: Field, literal: string): Comparable {
  if (isNumeric(field)) return numberOf(field, literal);
  const width = field.dataType === "RAW" ? field.length * 2 : field.length;
  const text = withoutTrailingBlanks(literal);
  if (text.length > width) throw dataLoss(field);
  // sap-rfc 1.3 [L]: an impossible date such as '20240231' dumps; the two initial forms are legal.
  if (field.dataType === "DATS" && text !== "" && text !== "00000000" && !isCalendarDate(text)) throw dataLoss(field);
  return text.padEnd(width);
}

export function comparableValue(field: Field, value: string): Comparable {
  if (isNumeric(field)) return parseScaled(value, field.decimals) ?? 0n;
  return value.padEnd(field.dataType === "RAW" ? field.length * 2 : field.length);
}

/** LIKE as Open SQL has it: case counts, `%` any run, `_` one character, trailing blanks of the pattern do not count. */
export function likeMatcher(field: Field, pattern: string, escapeChar: string | undefined): (value: string) => boolean {
  if (isNumeric(field))
    throw new ShortDump("SAPSQL_WHERE_ILLEGAL_VALUE", `LIKE is not possible for the numeric field ${field.name}.`);
  if (escapeChar !== undefined && escapeChar.length !== 1)
    throw new ShortDump("SAPSQL_PARSE_ERROR", "ESCAPE needs one character.");
  const text = withoutTrailingBlanks(pattern);
  if (text.length > field.length * 2) throw dataLoss(field);
  const parts: { kind: "run" | "one" | "char"; char: string }[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] ?? "";
    if (char === escapeChar) {
      index += 1;
      const escaped = text[index];
      if (escaped === undefined) throw new ShortDump("SAPSQL_PARSE_ERROR", "ESCAPE stands at the end of the pattern.");
      parts.push({ kind: "char", char: escaped });
    } else parts.push({ kind: char === "%" ? "run" : char === "_" ? "one" : "char", char });
  }
  return (value) => matchesParts(parts, value);
}

/** Linear two-pointer matching: a pattern of many `%` must not take exponential time. */
function matchesParts(parts: readonly { kind: "run" | "one" | "char"; char: string }[], value: string): boolean {
  let part = 0;
  let position = 0;
  let retryPart = -1;
  let retryPosition = 0;
  while (position < value.length) {
    const current = parts[part];
    if (current?.kind === "run") {
      retryPart = part;
      retryPosition = position;
      part += 1;
    } else if (current !== undefined && (current.kind === "one" || current.char === value[position])) {
      part += 1;
      position += 1;
    } else if (retryPart >= 0) {
      retryPosition += 1;
      position = retryPosition;
      part = retryPart + 1;
    } else return false;
  }
  while (parts[part]?.kind === "run") part += 1;
  return part === parts.length;
}
