/**
 * Edm types and how their values are written (sap-data 5.2). A value comes in as the table keeps it, or as a conversion made it, and
 * leaves as a JSON fragment and as the text of an Atom element; `null` is null in both.
 */
import type { Field } from "../dictionary/index.ts";
import type { EdmType } from "./definition.ts";

/** A stored value that its Edm type cannot say; Gateway answers SY/530. */
export class ValueUnsayable extends Error {
  override readonly name = "ValueUnsayable";
}

export function edmOf(field: Field): EdmType {
  switch (field.dataType) {
    case "CHAR":
    case "CLNT":
    case "CUKY":
    case "UNIT":
    case "LANG":
    case "NUMC":
    case "STRG":
      return "String";
    case "DEC":
    case "CURR":
    case "QUAN":
      return "Decimal";
    case "INT1":
      return "Byte";
    case "INT2":
      return "Int16";
    case "INT4":
      return "Int32";
    case "FLTP":
      return "Double";
    case "DATS":
      return "DateTime";
    case "TIMS":
      return "Time";
    case "RAW":
    case "RSTR":
      return "Binary";
  }
}

export type Written = { json: string; atom: string | null };
const nothing = (): Written => ({ json: "null", atom: null });

/** Milliseconds of a UTC day and time, or undefined where the calendar has no such day. Years begin at 1, which Date.UTC takes for 1901. */
function instantOf(day: string, time: string): number | undefined {
  const iso = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}.000Z`;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) || new Date(ms).toISOString() !== iso ? undefined : ms;
}

/** `YYYYMMDD` of a DATS, or `YYYYMMDDhhmmss` of a TIMESTAMP in a packed number. */
function writeInstant(edm: "DateTime" | "DateTimeOffset", value: string): Written {
  if (/^0*$/.test(value)) return nothing();
  if (!/^\d{8,14}$/.test(value)) throw new ValueUnsayable(`${value} is no date`);
  const digits = value.length === 8 ? `${value}000000` : value.padStart(14, "0");
  const ms = instantOf(digits.slice(0, 8), digits.slice(8));
  if (ms === undefined) throw new ValueUnsayable(`${value} is no day of the calendar`);
  const iso = new Date(ms).toISOString().slice(0, 19);
  return edm === "DateTime" ? { json: `"\\/Date(${ms})\\/"`, atom: iso } : { json: `"\\/Date(${ms}+0000)\\/"`, atom: `${iso}Z` };
}

function writeTime(value: string): Written {
  if (!/^\d{6}$/.test(value)) throw new ValueUnsayable(`${value} is no time`);
  const text = `PT${value.slice(0, 2)}H${value.slice(2, 4)}M${value.slice(4, 6)}S`;
  return { json: `"${text}"`, atom: text };
}

function writeGuid(hex: string): Written {
  if (!/^[0-9A-F]{32}$/.test(hex)) throw new ValueUnsayable(`${hex} is no GUID`);
  const text = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-").toLowerCase();
  return { json: `"${text}"`, atom: text };
}

/** sap-data 5.2: Decimal and Int64 are texts in JSON, smaller integers are numbers. */
function writeNumber(value: string, shape: RegExp, quote: string): Written {
  if (!shape.test(value)) throw new ValueUnsayable(`${value} is no number of this type`);
  return { json: quote + value + quote, atom: value };
}

export function write(edm: EdmType, value: string): Written {
  switch (edm) {
    case "String":
      return { json: JSON.stringify(value), atom: value };
    case "Double":
      return { json: JSON.stringify(value), atom: value };
    case "Decimal":
      return writeNumber(value, /^-?\d+(?:\.\d+)?$/, '"');
    case "Int64":
      return writeNumber(value, /^-?\d+$/, '"');
    case "Byte":
    case "Int16":
    case "Int32":
      return writeNumber(value, /^-?\d+$/, "");
    case "Boolean":
      return value === "" ? { json: "false", atom: "false" } : { json: "true", atom: "true" };
    case "DateTime":
    case "DateTimeOffset":
      return writeInstant(edm, value);
    case "Time":
      return writeTime(value);
    case "Guid":
      return writeGuid(value);
    case "Binary": {
      const text = Buffer.from(value, "hex").toString("base64");
      return { json: JSON.stringify(text), atom: text };
    }
  }
}

/** The facets of a property's type in `$metadata`. SEGW gives a CURR one digit and one decimal more than the table has. */
export function facetsOf(edm: EdmType, field: Field): Readonly<Record<string, string>> {
  const more = field.dataType === "CURR" ? 1 : 0;
  if (edm === "String") return field.length > 0 ? { MaxLength: String(field.length) } : {};
  if (edm === "Binary") return field.length > 0 ? { MaxLength: String(field.length) } : {};
  if (edm === "Decimal") return { Precision: String(field.length + more), Scale: String(field.decimals + more) };
  if (edm === "DateTime" && field.dataType === "DATS") return { Precision: "0" };
  if (edm === "DateTime" || edm === "DateTimeOffset") return { Precision: "7" };
  return edm === "Time" ? { Precision: "0" } : {};
}
