/**
 * What a value looks like inside DATA-WA: always exactly LENG characters. The rules are those of sap-rfc 1.5, the loss of leading
 * digits included: a packed number that does not fit arrives with `*`, and no reader can tell what it was.
 */
import type { Field } from "./dictionary/index.ts";

const numericTypes: ReadonlySet<string> = new Set(["P", "b", "s", "I"]);

export function isNumeric(field: Field): boolean {
  return numericTypes.has(field.intType);
}

/** The value of a field nobody filled, as the database keeps it. */
export function initialValue(field: Field): string {
  switch (field.dataType) {
    case "NUMC":
    case "DATS":
    case "TIMS":
      return "0".repeat(field.length);
    case "DEC":
    case "CURR":
    case "QUAN":
    case "INT1":
    case "INT2":
    case "INT4":
    case "FLTP":
      return field.decimals === 0 ? "0" : `0.${"0".repeat(field.decimals)}`;
    case "RAW":
      return "00".repeat(field.length);
    case "CHAR":
    case "CLNT":
    case "CUKY":
    case "UNIT":
    case "LANG":
    case "STRG":
    case "RSTR":
      return "";
  }
}

/** sap-rfc 1.5 [D from C]: `s` is the digits with the point, the sign place stands behind the number. */
function packedText(value: string, length: number): string {
  const isNegative = value.startsWith("-");
  const digits = isNegative ? value.slice(1) : value;
  if (digits.length < length) return (digits + (isNegative ? "-" : " ")).padStart(length);
  if (!isNegative && digits.length === length) return digits;
  const whole = isNegative ? `${digits}-` : digits;
  return length === 1 ? "*" : `*${whole.slice(1 - length)}`;
}

export function cellText(field: Field, value: string): string {
  if (isNumeric(field)) return packedText(value, field.length);
  // sap-rfc 1.5 [C]: LENG of RAW counts bytes, the text is cut to as many characters: half of the digits are lost.
  return value.length > field.length ? value.slice(0, field.length) : value.padEnd(field.length);
}
