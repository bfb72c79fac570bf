/**
 * What the BAPIs do alike: arguments, values as a structure over SOAP writes them, and RETURN. Days are `YYYY-MM-DD`,
 * the sign of a number stands in front (sap-rfc 2.2.2), and amounts are external decimals: TCURX is applied here, not by the caller (3.3).
 */
import { initialValue } from "../../cell.ts";
import { parseScaled, scaledText } from "../../decimals.ts";
import { definitionOf, type Field } from "../../dictionary/index.ts";
import { withoutTrailingBlanks } from "../../options/tokenize.ts";
import { type Raw, rowByKey } from "../../store/find.ts";
import type { EccWorld } from "../../world-state.ts";
import { type CallInput, char, type Parameter, type Row } from "../interface.ts";

export const argumentOf = (input: CallInput, name: string): string => withoutTrailingBlanks(input.imports.get(name) ?? "");

/** An importing parameter that may be left out. */
export const optional = (name: string, length: number, text: string): Parameter => ({
  direction: "import",
  name,
  type: char(length),
  default: "",
  text,
});

const dayText = (day: string): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
const timeText = (time: string): string => `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}`;

function soapValue(field: Field, value: string): string {
  if (field.dataType === "DATS") return dayText(value);
  return field.dataType === "TIMS" ? timeText(value) : value;
}

/** Every field of the structure in its order; what is not given is initial. */
export function structureRow(name: string, values: Raw): Row {
  const fields = definitionOf(name)?.fields ?? [];
  const strange = Object.keys(values).find((key) => !fields.some((field) => field.name === key));
  if (fields.length === 0 || strange !== undefined) throw new Error(`structure ${name} has no field ${strange ?? "at all"}`);
  return Object.fromEntries(fields.map((field) => [field.name, soapValue(field, values[field.name] ?? initialValue(field))]));
}

/** TCURX lists only exceptions to two decimals (sap-data 1); a row's initial CURRDEC is none. */
function decimalsOf(world: EccWorld, currency: string): number {
  const exception = rowByKey(world, "TCURX", [currency]);
  return exception === undefined ? 2 : Number(exception["CURRDEC"] ?? "0");
}

/** Stored with two decimals whatever the currency; outside, `real = raw * 10^(2 - CURRDEC)` with as many decimals as the field has. */
export function externalAmount(world: EccWorld, raw: string | undefined, currency: string, decimals: 4 | 9): string {
  const stored = parseScaled(raw ?? "0.00", 2) ?? 0n;
  const shift = decimals - decimalsOf(world, currency);
  // A currency of five decimals does not fit DEC 23.4: the fifth is lost [K].
  return scaledText(shift < 0 ? stored / 10n ** BigInt(-shift) : stored * 10n ** BigInt(shift), decimals);
}

export type Message = { type: "E" | "I"; id: string; number: string; text: string; variable?: string };

/** BAPIRET2 and BAPIRET1. */
export function returnRow(structure: "BAPIRET2" | "BAPIRET1", message: Message | undefined): Row {
  if (message === undefined) return structureRow(structure, {});
  const { type, id, number, text, variable } = message;
  return structureRow(structure, { TYPE: type, ID: id, NUMBER: number, MESSAGE: text, MESSAGE_V1: variable });
}

/** BAPIRETURN: message class and number in one CODE of five characters, no ID (sap-rfc 3.2). */
export function oldReturnRow(message: Message | undefined): Row {
  if (message === undefined) return structureRow("BAPIRETURN", {});
  const { type, id, number, text, variable } = message;
  return structureRow("BAPIRETURN", { TYPE: type, CODE: `${id}${number}`.slice(0, 5), MESSAGE: text, MESSAGE_V1: variable });
}
