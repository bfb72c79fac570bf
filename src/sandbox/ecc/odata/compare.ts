/**
 * A literal of the URL against stored values. By default it is compared with what the table keeps, because the framework converts nothing
 * in the URL (sap-data 5.3): a stripped key finds nothing, and an amount means the two decimals of the table.
 */
import { parseScaled } from "../decimals.ts";
import type { EntitySet, Property } from "./bind.ts";
import { hasExit, padded } from "./convert.ts";
import type { EdmType } from "./definition.ts";
import type { Literal } from "./literal.ts";
import { badUri } from "./refused.ts";

/** What is compared: less than, equal to or more than zero. */
export type Comparer = (value: string) => number;

const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function decimalOrder(left: string, right: string): number {
  const decimals = Math.max(left.split(".")[1]?.length ?? 0, right.split(".")[1]?.length ?? 0);
  const [first, second] = [parseScaled(left, decimals) ?? 0n, parseScaled(right, decimals) ?? 0n];
  return first < second ? -1 : first > second ? 1 : 0;
}

const literalKinds: Readonly<Record<EdmType, readonly Literal["kind"][]>> = {
  String: ["string"],
  Decimal: ["number"],
  Byte: ["number"],
  Int16: ["number"],
  Int32: ["number"],
  Int64: ["number"],
  Double: ["number"],
  Boolean: ["boolean"],
  DateTime: ["datetime"],
  DateTimeOffset: ["datetimeoffset", "datetime"],
  Time: ["time"],
  Guid: ["guid"],
  Binary: ["binary"],
};

/** `2024-05-01T00:00:00`, seconds and fractions as they come: the digits in ABAP's order, at the width of the stored value. */
function instantDigits(text: string, width: number): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]00:00)?$/.exec(text);
  if (match === null) throw badUri(`Invalid URI: ${text} is no date and time`);
  return match
    .slice(1, 7)
    .map((part) => part ?? "00")
    .join("")
    .slice(0, width);
}

function timeDigits(text: string): string {
  const match = /^PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:\.\d+)?S)?$/.exec(text);
  if (match === null) throw badUri(`Invalid URI: ${text} is no time`);
  return match
    .slice(1, 4)
    .map((part) => (part ?? "").padStart(2, "0"))
    .join("");
}

/** The literal as ABAP would hold it in a field of that type. */
export function abapText(property: Property, literal: Literal, isUrlConverted: boolean): string {
  const { edm, field } = property;
  if (literal.kind === "null") return edm === "DateTime" && field.dataType === "DATS" ? "00000000" : "";
  if (!literalKinds[edm].includes(literal.kind)) throw badUri(`Invalid parametertype used at property '${property.name}'`);
  switch (edm) {
    case "DateTime":
    case "DateTimeOffset":
      return instantDigits(literal.text, field.dataType === "DATS" ? 8 : 14);
    case "Time":
      return timeDigits(literal.text);
    case "Boolean":
      return literal.text === "true" ? "X" : "";
    case "Guid":
      return literal.text.replaceAll("-", "").toUpperCase();
    case "String":
      // ABAP compares without trailing blanks.
      return isUrlConverted && hasExit(field) ? padded(literal.text, field.length) : literal.text.trimEnd();
    default:
      return literal.text;
  }
}

const isDecimal = ({ edm }: Property) => ["Decimal", "Byte", "Int16", "Int32", "Int64", "Double"].includes(edm);

export function comparerTo(property: Property, literal: Literal, isUrlConverted: boolean): Comparer {
  const wanted = abapText(property, literal, isUrlConverted);
  if (isDecimal(property)) return (value) => decimalOrder(value, wanted === "" ? "0" : wanted);
  // A time stamp in a packed number may have lost leading zeros.
  if (property.field.dataType === "DEC") return (value) => order(value.padStart(14, "0"), wanted.padStart(14, "0"));
  return (value) => order(value, wanted);
}

/** Whether the URL's literals are compared with the value as it leaves. Conversion exits are undone on the literal instead. */
export function comparesConverted(set: EntitySet, property: Property): boolean {
  return set.isUrlConverted && !hasExit(property.field);
}
