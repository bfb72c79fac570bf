/**
 * What a call costs its work process, and the two dumps of asking too much (sap-rfc 5.1): TSV_TNEW_PAGE_ALLOC_FAILED where the rows that go
 * out do not fit the roll area, TIME_OUT where the call runs beyond rdisp/max_wprun_time (2.3). Durations are modelled, never measured.
 */
import { definitionOf } from "./dictionary/index.ts";
import { byteOffsets } from "./functions/dictionary.ts";
import type { CallOutput, FunctionModule, Parameter, Row } from "./functions/interface.ts";
import type { Switches } from "./switches.ts";

/** Bytes of a Unicode system, two a character: a row of DATA takes its full 1,024 however short its text (sap-rfc 1.5, 1.8). */
function rowBytes(parameter: Parameter, rows: readonly Row[]): number {
  if (parameter.type.kind === "scalar") return 0;
  const fields = definitionOf(parameter.type.structure)?.fields ?? [];
  const strings = fields.filter((field) => field.dataType === "STRG" || field.dataType === "RSTR");
  const inStrings = (row: Row) => strings.reduce((sum, field) => sum + 2 * (row[field.name]?.length ?? 0), 0);
  const fixed = rows.length * byteOffsets(fields).total;
  return strings.length === 0 ? fixed : rows.reduce((sum, row) => sum + inStrings(row), fixed);
}

function rowsOf(value: CallOutput["exports"][string] | undefined): readonly Row[] {
  return Array.isArray(value) ? (value as readonly Row[]) : [];
}

/** Of all tables that the module filled, those that the caller did not name included. */
export function memoryBytes(module: FunctionModule, output: CallOutput): number {
  return module.parameters.reduce((sum, parameter) => {
    const rows = output.tables[parameter.name] ?? rowsOf(output.exports[parameter.name]);
    return sum + rowBytes(parameter, rows);
  }, 0);
}

export type Work = { rowsScanned: number; waitMs: number };

/** a + b * rows scanned, plus what the module was told to wait. */
export function durationMs(switches: Pick<Switches, "msPerCall" | "usPerRow">, work: Work): number {
  return switches.msPerCall + (switches.usPerRow * work.rowsScanned) / 1000 + work.waitMs;
}
