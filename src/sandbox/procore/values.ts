/**
 * Reads what clients send, as forgivingly as Rails and no more: numbers as text and text as numbers where Procore would, dates that do
 * not parse become null without an error (procore 3 [A]), amounts from the raw text of the JSON number, never through a float.
 */
import { type Decimal, parseDecimal, roundTo, showDecimal } from "./decimal.ts";
import type { Fields } from "./records.ts";
import { invalid, malformed } from "./refusal.ts";

export type Row = Readonly<Record<string, unknown>>;

const exactKeys =
  /^(?:amount|manual_amount|original_budget_amount|quantity|unit_cost|subcontractor_claimed_amount|(?:work|materials|new|stored)_\w+)$/;

/** Where `parseBody` puts a body that is a list: only the bulk of triggers is one (procore 7.19). */
export const bareList = "(list)";

/** JSON whose money and quantities arrive as the text the client wrote. */
export function parseBody(text: string, mayBeList = false): Row {
  if (text.trim() === "") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, (key: string, value: unknown, context?: { source?: string }) =>
      typeof value === "number" && exactKeys.test(key) ? (context?.source ?? String(value)) : value,
    );
  } catch {
    throw malformed("The request body is not valid JSON", "error");
  }
  if (mayBeList && Array.isArray(parsed)) return { [bareList]: parsed };
  if (!isRow(parsed)) throw malformed("The request body must be a JSON object", "error");
  return parsed;
}

export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The wrapper key that creates and updates demand; without it Rails answers 400. */
export function wrapped(body: Row, key: string): Row {
  const inner = body[key];
  if (!isRow(inner)) throw malformed(`param is missing or the value is empty: ${key}`);
  return inner;
}

export function integerOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === "string" && /^\d{1,16}$/.test(value)) return Number(value);
  return undefined;
}

export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** Undefined when the key is not sent, so that an update leaves it alone. */
export function textIn(row: Row, key: string): string | null | undefined {
  return Object.hasOwn(row, key) ? textOf(row[key]) : undefined;
}

export function idIn(row: Row, key: string): number | null | undefined {
  if (!Object.hasOwn(row, key)) return undefined;
  const value = row[key];
  if (value === null || value === "") return null;
  const id = integerOf(value);
  if (id === undefined) throw invalid(key, "is not a number");
  return id;
}

export function choiceIn<T extends string>(row: Row, key: string, choices: readonly T[]): T | undefined {
  const value = row[key];
  if (value === undefined || value === null) return undefined;
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw invalid(key, "is not included in the list");
  return choice;
}

export function decimalIn(row: Row, key: string): Decimal | null | undefined {
  const value = row[key];
  if (value === undefined) return undefined;
  if (value === null || value === "") return null;
  const parsed = typeof value === "string" ? parseDecimal(value) : undefined;
  if (parsed === undefined) throw invalid(key, "is not a number");
  return parsed;
}

export function showRounded(value: Decimal, decimals: number): string {
  return showDecimal(roundTo(value, decimals));
}

/** procore 3 [A date_time]: a malformed date can be stored as null without an error. */
export function dateOf(value: unknown): string | null {
  const match = typeof value === "string" ? /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/.exec(value) : null;
  if (match === null) return null;
  const [, year, month, day] = match.map(Number);
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day));
  const text = date.toISOString().slice(0, 10);
  return text === match[0].slice(0, 10) ? text : null;
}

export type FieldKind = "text" | "date" | "boolean" | "integer";

/** The attributes of a record that no rule looks at, by kind. */
export function readFields(row: Row, kinds: Readonly<Record<string, FieldKind>>): Fields {
  const read: Record<string, string | boolean | number | null> = {};
  for (const [key, kind] of Object.entries(kinds)) {
    if (Object.hasOwn(row, key)) read[key] = readField(row[key], kind);
  }
  return read;
}

function readField(value: unknown, kind: FieldKind): string | boolean | number | null {
  switch (kind) {
    case "text":
      return textOf(value);
    case "date":
      return dateOf(value);
    case "boolean":
      return value === null ? null : value === true || value === "true";
    case "integer":
      return integerOf(value) ?? null;
  }
}

export const nulls = (...keys: readonly string[]): Readonly<Record<string, null>> =>
  Object.fromEntries(keys.map((key) => [key, null]));
