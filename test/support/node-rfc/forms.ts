// Values between the wire and what node-rfc hands to a program (sap-rfc 2.1.2): by type, dates and times through the converters that were given.
import type { Node } from "./xml.ts";

export type Converter = { toABAP(value: unknown): string; fromABAP(text: string): unknown };
type Converters = { date?: Converter; time?: Converter };
type Shape = { kind: string; type: string; fields: ReadonlyMap<string, string> };

const badType = (expected: string, name: string) =>
  Object.assign(new Error(`${expected} expected from NodeJS for the field '${name}'`), { name: "nodeRfcError" });

function scalarIn(value: unknown, type: string, { name, date, time }: Converters & { name: string }): string {
  switch (type) {
    case "I":
    case "b":
    case "s":
      if (!Number.isInteger(value)) throw badType("Integer number", name);
      return String(value);
    case "F":
      if (typeof value !== "number") throw badType("Number", name);
      return String(value);
    case "X":
    case "y":
      if (!Buffer.isBuffer(value)) throw badType("Buffer", name);
      return value.toString("base64");
    case "D":
      return date ? date.toABAP(value) : String(value);
    case "T":
      return time ? time.toABAP(value) : String(value);
    default:
      if (typeof value !== "string") throw badType("Char", name);
      return value;
  }
}

function rowIn(row: object, fields: ReadonlyMap<string, string>, converters: Converters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, scalarIn(value, fields.get(name) ?? "C", { name, ...converters })]),
  );
}

export function inForm(value: unknown, shape: Shape | undefined, converters: Converters & { name: string }): unknown {
  if (shape === undefined) return value;
  if (Array.isArray(value)) return value.map((row: object) => rowIn(row, shape.fields, converters));
  if (typeof value === "object" && value !== null && !Buffer.isBuffer(value)) return rowIn(value, shape.fields, converters);
  return scalarIn(value, shape.type, converters);
}

function scalarOut(text: string, type: string, { date, time }: Converters): unknown {
  switch (type) {
    case "I":
    case "b":
    case "s":
    case "F":
      return Number(text.trim() || "0");
    case "X":
    case "y":
      return Buffer.from(text, "base64");
    case "D": {
      const abap = text.replaceAll("-", "") || "00000000";
      return date ? date.fromABAP(abap) : abap;
    }
    case "T": {
      const abap = text.replaceAll(":", "") || "000000";
      return time ? time.fromABAP(abap) : abap;
    }
    case "g":
      return text;
    default:
      return text.replace(/ +$/, "");
  }
}

export function outForm(node: Node, { kind, type, fields }: Shape, converters: Converters): unknown {
  const rowOf = (item: Node) =>
    Object.fromEntries(item.children.map(({ name, text }) => [name, scalarOut(text, fields.get(name) ?? "C", converters)]));
  const isTable = kind === "T" || node.children.some(({ name }) => name === "item") || type === "h";
  if (isTable) return node.children.map(rowOf);
  return node.children.length > 0 || fields.size > 0 ? rowOf(node) : scalarOut(node.text, type, converters);
}
