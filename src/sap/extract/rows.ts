/** Reading rows for extracts: a fault instead of a failure, key lists cut to what a WHERE clause may hold, and cells as text. */
import { Fault } from "../../core/index.ts";
import { all, oneOf, type RejectedRow, type TableReader, type TableRow, type Where } from "../rfc/index.ts";
import { readFault } from "./faults.ts";

export type RowsRequest = { table: string; fields: readonly string[]; where?: Where; informational?: readonly string[] };
export type Rows = { rows: readonly TableRow[]; rejected: readonly RejectedRow[] };

export async function readRows(reader: TableReader, request: RowsRequest): Promise<Rows> {
  const outcome = await reader.read(request);
  if (outcome.kind === "failure") throw readFault(request.table, outcome);
  if (outcome.kind === "over")
    throw new Fault("sap.protocol", { place: request.table, detail: "more rows than allowed although none were limited" });
  return { rows: outcome.rows, rejected: outcome.rejected };
}

// sap-rfc 1.6.7: 8 KB and 500 literals a clause at most; with ten characters, quotes and blanks 400 values stay well below both.
const valuesPerCall = 400;

/** Rows whose field is one of the values, in as many calls as the clause's limits ask for. */
export async function readByValues(
  reader: TableReader,
  request: RowsRequest & { field: string; values: readonly string[] },
): Promise<Rows> {
  const { field, values: given, ...rest } = request;
  const values = [...new Set(given)];
  const rows: TableRow[] = [];
  const rejected: RejectedRow[] = [];
  for (let start = 0; start < values.length; start += valuesPerCall) {
    const chosen = oneOf(field, values.slice(start, start + valuesPerCall));
    const where = request.where ? all(request.where, chosen) : chosen;
    const read = await readRows(reader, { ...rest, where });
    rows.push(...read.rows);
    rejected.push(...read.rejected);
  }
  return { rows, rejected };
}

/** Null is an empty numeric cell (sap-rfc 1.5): text fields never have it. */
export function cell(row: TableRow, field: string): string {
  return row[field] ?? "";
}

export function isFlag(row: TableRow, field: string): boolean {
  return cell(row, field) !== "";
}

/** NUMC and ALPHA keys of zeros only mean "none" (sap-data 1). */
export function filled(value: string): boolean {
  return value !== "" && !/^0+$/.test(value);
}

export function groupRows(rows: readonly TableRow[], field: string): Map<string, TableRow[]> {
  return Map.groupBy(rows, (row) => cell(row, field));
}
