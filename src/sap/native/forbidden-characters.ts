/**
 * Characters that XML cannot carry come through native RFC. They are treated as over SOAP, by the same setting, so that a record is the same
 * whichever door it came by.
 */
import type { RfcParameters, RfcTableRows, RfcValue } from "../../ports/index.ts";
import { type ControlCharacters, forbiddenInXml, forbiddenInXmlAll } from "../rfc/index.ts";

/** Where none of this stands in a line of JSON, none of them is in its texts. */
const suspicious = /\\[bfu]|[\ufffe\uffff]|[\ud800-\udfff]/;

type Row = Readonly<Record<string, string>>;
export type Cleaned<T> = { kind: "clean"; value: T } | { kind: "refused" };

function cleanRow(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, text]) => [name, text.replace(forbiddenInXmlAll, "\ufffd")]));
}

function cleanValue(value: RfcValue): RfcValue {
  if (typeof value === "string") return value.replace(forbiddenInXmlAll, "\ufffd");
  return Array.isArray(value) ? (value as RfcTableRows).map(cleanRow) : cleanRow(value as Row);
}

function textsOf(value: RfcValue): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? (value as RfcTableRows).flatMap((row) => Object.values(row)) : Object.values(value as Row);
}

/** `line` is what the values were parsed from. */
export function cleanValues(line: string, values: RfcParameters, mode: ControlCharacters): Cleaned<RfcParameters> {
  if (!suspicious.test(line)) return { kind: "clean", value: values };
  if (mode === "refuse" && Object.values(values).some((value) => textsOf(value).some((text) => forbiddenInXml.test(text))))
    return { kind: "refused" };
  return { kind: "clean", value: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cleanValue(value)])) };
}

export function cleanRows(line: string, rows: RfcTableRows, mode: ControlCharacters): Cleaned<RfcTableRows> {
  const cleaned = cleanValues(line, { rows }, mode);
  return cleaned.kind === "refused" ? cleaned : { kind: "clean", value: cleaned.value["rows"] as RfcTableRows };
}
