/**
 * What every reader does with a table, whichever module it drives. Guarantees: a read is complete, or `over` (one row more than allowed
 * came: the overflow witness of sap-rfc 1.8), or failed; a wide row is joined on its full key out of chunks that were seen not to change
 * (`steady-rows.ts`), and a row that did change is read once more and then failed by name (1.9); a cell that lost digits rejects its row
 * alone. It does not page (ROWSKIPS stays 0).
 */
import type { RfcClient } from "../../ports/index.ts";
import { type CellReader, cellReaderOf } from "./abap-values.ts";
import { rowsOfCells } from "./cell-rows.ts";
import type { Dialect, RawRow } from "./dialect.ts";
import { classicDialect } from "./dialect-classic.ts";
import type { Dictionary, DictionaryField, TableDescription } from "./dictionary.ts";
import { ascends } from "./key-order.ts";
import { type RowLines, rowsOfLines } from "./line-rows.ts";
import { buildOptions } from "./options-clause.ts";
import { type Projection, planProjection } from "./projection.ts";
import { type Joined, joinSteady } from "./steady-rows.ts";
import type {
  CountRequest,
  DoubtfulValue,
  ReadFailure,
  ReadOutcome,
  ReadRequest,
  RejectedRow,
  RowKey,
  TableReader,
} from "./table-reader.ts";
import { all, equal, type Where } from "./where.ts";

/** The counters of RFC_READ_TABLE were six digits once (sap-rfc 1.1 [S]). */
export const rowsMaxCeiling = 999_998;
/** Rows that are re-read one by one; more of them is not an accident of timing. */
const rereadsMax = 20;
const timeoutMsDefault = 300_000;
const numberTypes: ReadonlySet<string> = new Set(["P", "b", "s", "I", "8"]);

export type ReadTableOptions = {
  /**
   * Whether a table with a column that classic systems cannot cast is tried all the same. A dump a call is not worth it: `refuse` unless
   * the system was probed.
   */
  uncastableColumns?: "refuse" | "try";
};

/** RFC_READ_TABLE as every system has it, and nothing else. */
export function createReadTable(client: RfcClient, dictionary: Dictionary, options: ReadTableOptions = {}): TableReader {
  const classic = classicDialect();
  const whyRefused = options.uncastableColumns === "try" ? classic.whyRefused : classic.whyDoubtful;
  return createTableReader(client, dictionary, { ...classic, whyRefused });
}

/** One function module for every table. */
export function createTableReader(client: RfcClient, dictionary: Dictionary, dialect: Dialect): TableReader {
  return {
    name: dialect.name,
    async read(request) {
      const described = await dictionary.describe(request.table);
      if (described.kind === "failure") return { kind: "failure", cause: "rfc", failure: described };
      return readWith({ client, dialect, description: described.description }, request);
    },
    async count(request) {
      const described = await dictionary.describe(request.table);
      if (described.kind === "failure") return { kind: "failure", cause: "rfc", failure: described };
      return countWith({ client, dialect, description: described.description }, request);
    },
  };
}

export type Through = { client: RfcClient; dialect: Dialect; description: TableDescription };

export async function readWith(through: Through, request: ReadRequest): Promise<ReadOutcome> {
  const { rowsMax } = request;
  if (rowsMax !== undefined && !(Number.isInteger(rowsMax) && rowsMax >= 1 && rowsMax <= rowsMaxCeiling))
    return refused("rows-max", `${request.table}: at most ${rowsMax} rows is not a number from 1 to ${rowsMaxCeiling}.`);
  const planned = planProjection(through.description, request.fields, through.dialect);
  if (planned.kind === "failure") return planned;
  return readAll({ ...through, projection: planned.projection, request });
}

/** Undefined where the module cannot count. */
export async function countWith({ client, dialect, description }: Through, { where, timeoutMs }: CountRequest) {
  const options = buildOptions(where, description);
  if (options.kind === "refused") return refused("filter-refused", `${options.code}: ${options.detail}`);
  return dialect.count?.(client, { description, options: options.lines, where, timeoutMs: timeoutMs ?? timeoutMsDefault });
}

type Job = Through & { projection: Projection; request: ReadRequest };
type Chunks =
  /** One chunk was enough, and its reader gave lines. */
  | { kind: "lines"; asLines: RowLines; rows: () => readonly RawRow[] }
  /** One chunk was enough, and no key is among its rows twice. */
  | { kind: "unique"; cells: readonly RawRow[] }
  /** `again`: every chunk but the last, read a second time. */
  | { kind: "chunks"; first: readonly (readonly RawRow[])[]; again: readonly (readonly RawRow[])[] }
  | { kind: "over"; fields: readonly DictionaryField[]; rows: readonly RawRow[]; isSorted: boolean }
  | ReadFailure;

function refused(code: "rows-max" | "filter-refused", detail: string): ReadFailure {
  return { kind: "failure", cause: "request", code, detail };
}

async function readAll(job: Job): Promise<ReadOutcome> {
  const { projection, request } = job;
  const read = await readChunks(job, request.where, request.rowsMax);
  if (read.kind === "failure") return read;
  if (read.kind === "over") {
    const rowsSeen = read.rows.map((row) => cellsOf(read.fields, row));
    const numeric = read.fields.filter(({ abapType }) => numberTypes.has(abapType)).map(({ name }) => name);
    return { kind: "over", keysSeen: read.rows.map((row) => keyOf(projection, row)), rowsSeen, isSorted: read.isSorted, numeric };
  }
  const keyLength = projection.keyFields.length;
  if (read.kind === "lines") {
    const found = rowsOfLines(read.asLines, projection, request.informational ?? []);
    if (found !== undefined) return { kind: "complete", ...found };
  }
  if (read.kind === "unique") return { kind: "complete", ...rowsOfCells(read.cells, projection, request.informational ?? []) };
  const { first, again } = partsOf(read);
  if (keyLength === 0)
    return toOutcome(
      job,
      (first[0] ?? []).map((row) => ({ key: row, parts: [row] })),
    );
  const { steady, unsteady } = joinSteady(keyLength, first, again);
  if (unsteady.length > rereadsMax) return unstable(job, unsteady[0], `and ${unsteady.length - 1} more`);
  for (const key of unsteady) {
    const reread = await rereadRow(job, key);
    if (reread.kind === "failure") return reread;
    steady.push(...reread.rows);
  }
  return toOutcome(job, steady);
}

async function readChunks(job: Job, where: Where | undefined, rowsMax: number | undefined): Promise<Chunks> {
  const { client, dialect, description, projection, request } = job;
  const options = buildOptions(where, description);
  if (options.kind === "refused") return refused("filter-refused", `${options.code}: ${options.detail}`);
  const { chunks } = projection;
  const read: (readonly RawRow[])[] = [];
  for (const { fields } of [...chunks, ...chunks.slice(0, -1)]) {
    const outcome = await dialect.readChunk(client, {
      description,
      fields,
      options: options.lines,
      where,
      rowCount: rowsMax === undefined ? 0 : rowsMax + 1,
      timeoutMs: request.timeoutMs ?? timeoutMsDefault,
    });
    if (outcome.kind === "failure") return outcome;
    const { asLines } = outcome;
    const isOver = rowsMax !== undefined && (asLines?.lines.count ?? outcome.rows.length) > rowsMax;
    if (!isOver && asLines !== undefined && chunks.length === 1) return { kind: "lines", asLines, rows: () => outcome.rows };
    const { rows } = outcome;
    if (isOver) return { kind: "over", fields, rows, isSorted: outcome.isSorted && ascends(projection.keyFields, rows) };
    if (outcome.isUnique && chunks.length === 1) return { kind: "unique", cells: rows };
    read.push(rows);
  }
  return { kind: "chunks", first: read.slice(0, chunks.length), again: read.slice(chunks.length) };
}

/** As the careful way takes them. */
function partsOf(
  read: Exclude<Chunks, { kind: "over" | "failure" }>,
): Pick<Extract<Chunks, { kind: "chunks" }>, "first" | "again"> {
  if (read.kind === "chunks") return read;
  return { first: [read.kind === "lines" ? read.rows() : read.cells], again: [] };
}

/** None when the row is gone or no longer meets the filter, one when it held still now; otherwise the read has failed. */
async function rereadRow(job: Job, key: RawRow): Promise<{ kind: "rows"; rows: readonly Joined[] } | ReadFailure> {
  const { projection, request } = job;
  const only = projection.keyFields.map((field, index) => equal(field.name, literalOf(field, key[index] ?? "")));
  const read = await readChunks(job, request.where === undefined ? all(...only) : all(request.where, ...only), undefined);
  if (read.kind === "failure") return read;
  if (read.kind === "over") return unstable(job, key, "");
  const { first, again } = partsOf(read);
  const { steady, unsteady } = joinSteady(projection.keyFields.length, first, again);
  return steady.length <= 1 && unsteady.length === 0 ? { kind: "rows", rows: steady } : unstable(job, key, "");
}

function literalOf(field: DictionaryField, cell: string): string {
  const value = cellReaderOf(field)(cell);
  return value.kind === "text" ? value.text : cell.trim();
}

function unstable({ description, projection }: Job, row: RawRow | undefined, more: string): ReadFailure {
  const key = row === undefined ? "" : Object.entries(keyOf(projection, row)).map(([field, value]) => `${field} ${value}`);
  return {
    kind: "failure",
    cause: "unstable",
    code: "row-unstable",
    detail: `${description.table} ${[key].flat().join(", ")} changed while it was read in parts${more === "" ? "" : `, ${more}`}; it will be read again.`,
  };
}

function keyOf(projection: Projection, cells: RawRow): RowKey {
  return cellsOf(projection.keyFields, cells);
}

function cellsOf(fields: readonly DictionaryField[], cells: RawRow): RowKey {
  return Object.fromEntries(fields.map((field, index) => [field.name, literalOf(field, cells[index] ?? "")]));
}

type Column = { name: string; read: CellReader; chunk: number; cell: number; isInformational: boolean };

function columnsOf(projection: Projection, informational: readonly string[]): Column[] {
  const keyLength = projection.keyFields.length;
  return projection.chunks.flatMap(({ fields }, chunk) =>
    fields.flatMap((field, cell) =>
      chunk > 0 && cell < keyLength
        ? []
        : [{ name: field.name, read: cellReaderOf(field), chunk, cell, isInformational: informational.includes(field.name) }],
    ),
  );
}

function toOutcome({ projection, request }: Job, joined: readonly Joined[]): ReadOutcome {
  const columns = columnsOf(projection, request.informational ?? []);
  const rows: Record<string, string | null>[] = [];
  const rejected: RejectedRow[] = [];
  const doubtful: DoubtfulValue[] = [];
  for (const { key, parts } of joined) {
    const row: Record<string, string | null> = {};
    const broken = readRow(columns, parts, row, (field, value, code) =>
      doubtful.push({ key: keyOf(projection, key), field, value, code }),
    );
    if (broken === undefined) rows.push(row);
    else rejected.push({ rejected: keyOf(projection, key), ...broken });
  }
  return { kind: "complete", rows, rejected, doubtful };
}

/** Fills the row; answers the first cell that cannot be used. */
function readRow(
  columns: readonly Column[],
  parts: readonly (RawRow | undefined)[],
  row: Record<string, string | null>,
  doubt: (field: string, value: string, code: DoubtfulValue["code"]) => void,
): Pick<RejectedRow, "code" | "field"> | undefined {
  for (const { name, read, chunk, cell, isInformational } of columns) {
    const value = read(parts[chunk]?.[cell] ?? "");
    switch (value.kind) {
      case "text":
        row[name] = value.text;
        break;
      case "null":
        row[name] = null;
        break;
      case "doubtful":
        row[name] = value.text;
        doubt(name, value.text, value.code);
        break;
      case "broken":
        if (!isInformational) return { code: value.code, field: name };
        row[name] = null;
        break;
    }
  }
  return undefined;
}
