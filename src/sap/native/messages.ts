/**
 * What a native RFC child may say, line by line (docs/native-rfc.md). Read strictly: a line of another shape is undefined, and its writer is not
 * believed any further. Values are text as SOAP-RFC writes it (sap-rfc 2.2.2).
 */
import type { RfcParameters, RfcTableRows, RfcValue } from "../../ports/index.ts";

export const protocolVersion = 1;

/** The library's own facts about a failed call, in node-rfc's words (sap-rfc 2.1.3). */
export type NativeFacts = {
  group: number;
  code: string;
  key: string;
  message: string;
  t100?: { id: string; number: string } | undefined;
};

export type ChildMessage =
  | { type: "ready"; driver: string; library: string }
  | { type: "fatal"; key: string; detail: string }
  | { type: "rows"; id: number; rows: RfcTableRows }
  | { type: "answer"; id: number; values: RfcParameters }
  | { type: "failure"; id: number; facts: NativeFacts; isSessionLost: boolean };

type Given = Readonly<Record<string, unknown>>;

function isGiven(value: unknown): value is Given {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRow(value: unknown): value is Readonly<Record<string, string>> {
  if (!isGiven(value)) return false;
  for (const name in value) if (typeof value[name] !== "string") return false;
  return true;
}

function isRows(value: unknown): value is RfcTableRows {
  return Array.isArray(value) && value.every(isRow);
}

function isValue(value: unknown): value is RfcValue {
  return typeof value === "string" || isRow(value) || isRows(value);
}

function isValues(value: unknown): value is RfcParameters {
  return isGiven(value) && Object.values(value).every(isValue);
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export function readChildLine(line: string): ChildMessage | undefined {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isGiven(given)) return undefined;
  const { type, id, driver, library, key, detail, rows, values, version } = given;
  switch (type) {
    case "ready":
      return version === protocolVersion && isText(driver) && isText(library) ? { type, driver, library } : undefined;
    case "fatal":
      return isText(key) && isText(detail) ? { type, key, detail } : undefined;
    case "rows":
      return isNumber(id) && isRows(rows) ? { type, id, rows } : undefined;
    case "answer":
      return isNumber(id) && isValues(values) ? { type, id, values } : undefined;
    case "failure":
      return isNumber(id) ? readFailure(given, id) : undefined;
    default:
      return undefined;
  }
}

function readFailure(given: Given, id: number): ChildMessage | undefined {
  const { group, code, key, message, t100, isSessionLost } = given;
  if (!isNumber(group) || !isText(code) || !isText(key) || !isText(message) || typeof isSessionLost !== "boolean")
    return undefined;
  const facts = { group, code, key, message };
  if (t100 === undefined || t100 === null) return { type: "failure", id, facts, isSessionLost };
  if (!isGiven(t100) || !isText(t100["id"]) || !isText(t100["number"])) return undefined;
  return { type: "failure", id, facts: { ...facts, t100: { id: t100["id"], number: t100["number"] } }, isSessionLost };
}
