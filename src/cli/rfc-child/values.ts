/**
 * Between the protocol's values, which are text as SOAP-RFC writes it (sap-rfc 2.2.2), and those of node-rfc (2.1.2): numbers for INT and FLOAT, buffers for RAW,
 * dates and times through converters.
 */
export class BadValue extends Error {}

/** `YYYY-MM-DD`, initial `0000-00-00`, from ABAP's eight characters. */
export function dateText(abap: unknown): string {
  const text = String(abap).trim() || "00000000";
  return /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : text;
}

export function abapDate(text: unknown): string {
  const given = String(text).trim();
  if (given === "") return "00000000";
  if (!/^(?:\d{4}-\d{2}-\d{2}|\d{8})$/.test(given)) throw new BadValue(`"${given.slice(0, 20)}" is no date`);
  return given.replaceAll("-", "");
}

export function timeText(abap: unknown): string {
  const text = String(abap).trim() || "000000";
  return /^\d{6}$/.test(text) ? `${text.slice(0, 2)}:${text.slice(2, 4)}:${text.slice(4)}` : text;
}

export function abapTime(text: unknown): string {
  const given = String(text).trim();
  if (given === "") return "000000";
  if (!/^(?:\d{2}:\d{2}:\d{2}|\d{6})$/.test(given)) throw new BadValue(`"${given.slice(0, 20)}" is no time`);
  return given.replaceAll(":", "");
}

/** What one scalar is to the library, by its ABAP type letter (EXID, INTTYPE). */
export function toLibrary(type: string, name: string, text: string): string | number | Buffer {
  switch (type) {
    case "I":
    case "b":
    case "s":
      return wholeNumber(name, text);
    case "F":
      return decimalNumber(name, text);
    case "P":
    case "a":
    case "e":
      return decimalText(name, text);
    case "X":
    case "y":
      return Buffer.from(text, "base64");
    default:
      return text;
  }
}

function wholeNumber(name: string, text: string): number {
  const given = text.trim();
  if (given === "") return 0;
  if (!/^-?\d{1,10}$/.test(given)) throw new BadValue(`field '${name}': "${given.slice(0, 20)}" is no whole number`);
  return Number(given);
}

const decimal = /^-?\d+(?:\.\d+)?$/;

function decimalText(name: string, text: string): string {
  const given = text.trim() || "0";
  if (!decimal.test(given)) throw new BadValue(`field '${name}': "${given.slice(0, 40)}" is no decimal number`);
  return given;
}

function decimalNumber(name: string, text: string): number {
  return Number(decimalText(name, text));
}

type Row = Record<string, string>;

/** Undefined for what has no place in the protocol: a table or structure within a row. */
export function fromLibrary(value: unknown): string | Row | Row[] | undefined {
  if (Array.isArray(value)) {
    const rows = value.map(rowOf);
    return rows.every((row) => row !== undefined) ? rows : undefined;
  }
  return scalarText(value) ?? rowOf(value);
}

function rowOf(value: unknown): Row | undefined {
  const alone = scalarText(value);
  // A table of a built-in type has one column without a name.
  if (alone !== undefined) return alone === "" ? {} : { "": alone };
  if (typeof value !== "object" || value === null) return undefined;
  const row: Row = {};
  for (const [name, field] of Object.entries(value)) {
    const text = scalarText(field);
    if (text === undefined) return undefined;
    row[name] = text;
  }
  return row;
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return plainNumber(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value === null || value === undefined ? "" : undefined;
}

/** Without an exponent, in as many digits as tell the float from its neighbours. */
export function plainNumber(value: number): string {
  const text = String(value);
  const [, sign = "", whole = "", fraction = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const digits = `${whole}${fraction}`;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, "0")}${point < digits.length ? `.${digits.slice(point)}` : ""}`;
}
