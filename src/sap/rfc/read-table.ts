/**
 * What every reader does with a table, whichever module it drives. Guarantees: a read is complete, or `over` (one row more than allowed
 * came: the overflow witness of sap-rfc 1.8), or failed; a wide row is joined on its full key, and a row that is in some column chunks
 * only is read once more and then failed by name (1.9); a cell that lost digits rejects its row alone. It does not page (ROWSKIPS stays 0),
 * and does not see a change of a row between two chunks: the object read's check of the parent is there for that.
 */
import type { RfcClient } from "../../ports/index.ts";
import { type CellReader, cellReaderOf } from "./abap-values.ts";
import type { Dialect, RawRow } from "./dialect.ts";
import { classicDialect } from "./dialect-classic.ts";
import type { Dictionary, DictionaryField, TableDescription } from "./dictionary.ts";
import { ascends } from "./key-order.ts";
import { buildOptions } from "./options-clause.ts";
import { type Projection, planProjection } from "./projection.ts";
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
/** One row of the table: its cells by chunk. */
type Joined = { key: RawRow; parts: (RawRow | undefined)[]; isDoubled: boolean };
type Chunks =
  | { kind: "chunks"; chunks: readonly (readonly RawRow[])[] }
  | { kind: "over"; rows: readonly RawRow[]; isSorted: boolean }
  | ReadFailure;

function refused(code: "rows-max" | "filter-refused", detail: string): ReadFailure {
  return { kind: "failure", cause: "request", code, detail };
}

async function readAll(job: Job): Promise<ReadOutcome> {
  const { projection, request } = job;
  const read = await readChunks(job, request.where, request.rowsMax);
  if (read.kind === "failure") return read;
  if (read.kind === "over") {
    const fields = projection.chunks[0]?.fields ?? projection.keyFields;
    const rowsSeen = read.rows.map((row) => cellsOf(fields, row));
    return { kind: "over", keysSeen: read.rows.map((row) => keyOf(projection, row)), rowsSeen, isSorted: read.isSorted };
  }
  if (projection.keyFields.length === 0)
    return toOutcome(
      job,
      (read.chunks[0] ?? []).map((row) => ({ key: row, parts: [row], isDoubled: false })),
    );
  const joined = join(projection, read.chunks);
  const isWhole = (row: Joined) => !row.isDoubled && row.parts.every((part) => part !== undefined);
  const broken = joined.filter((row) => !isWhole(row));
  if (broken.length > rereadsMax) return unstable(job, broken[0], `and ${broken.length - 1} more`);
  const whole = broken.length === 0 ? joined : joined.filter(isWhole);
  for (const row of broken) {
    const again = await rereadRow(job, row);
    if (again.kind === "failure") return again;
    whole.push(...again.rows);
  }
  return toOutcome(job, whole);
}

async function readChunks(job: Job, where: Where | undefined, rowsMax: number | undefined): Promise<Chunks> {
  const { client, dialect, description, projection, request } = job;
  const options = buildOptions(where, description);
  if (options.kind === "refused") return refused("filter-refused", `${options.code}: ${options.detail}`);
  const chunks: (readonly RawRow[])[] = [];
  for (const { fields } of projection.chunks) {
    const outcome = await dialect.readChunk(client, {
      description,
      fields,
      options: options.lines,
      where,
      rowCount: rowsMax === undefined ? 0 : rowsMax + 1,
      timeoutMs: request.timeoutMs ?? timeoutMsDefault,
    });
    if (outcome.kind === "failure") return outcome;
    const { rows } = outcome;
    if (rowsMax !== undefined && rows.length > rowsMax)
      return { kind: "over", rows, isSorted: outcome.isSorted && ascends(projection.keyFields, rows) };
    chunks.push(rows);
  }
  return { kind: "chunks", chunks };
}

function join(projection: Projection, chunks: readonly (readonly RawRow[])[]): Joined[] {
  const keyLength = projection.keyFields.length;
  const byKey = new Map<string, Joined>();
  chunks.forEach((rows, index) => {
    for (const cells of rows) {
      // Cells of the key have their full width, so that the concatenation is unambiguous.
      const id = keyLength === 1 ? (cells[0] ?? "") : cells.slice(0, keyLength).join("");
      let row = byKey.get(id);
      if (row === undefined) {
        row = { key: cells, parts: chunks.map((): RawRow | undefined => undefined), isDoubled: false };
        byKey.set(id, row);
      }
      if (row.parts[index] !== undefined) row.isDoubled = true;
      row.parts[index] = cells;
    }
  });
  return [...byKey.values()];
}

/** None when the row is gone or no longer meets the filter, one when it is whole now; otherwise the read has failed. */
async function rereadRow(job: Job, row: Joined): Promise<{ kind: "rows"; rows: Joined[] } | ReadFailure> {
  const { projection, request } = job;
  const key = projection.keyFields.map((field, index) => equal(field.name, literalOf(field, row.key[index] ?? "")));
  const read = await readChunks(job, request.where === undefined ? all(...key) : all(request.where, ...key), undefined);
  if (read.kind === "failure") return read;
  if (read.kind === "over") return unstable(job, row, "");
  const rows = join(projection, read.chunks);
  const isWhole = rows.length <= 1 && rows.every((each) => !each.isDoubled && each.parts.every((part) => part !== undefined));
  return isWhole ? { kind: "rows", rows } : unstable(job, row, "");
}

function literalOf(field: DictionaryField, cell: string): string {
  const value = cellReaderOf(field)(cell);
  return value.kind === "text" ? value.text : cell.trim();
}

function unstable({ description, projection }: Job, row: Joined | undefined, more: string): ReadFailure {
  const key = row === undefined ? "" : Object.entries(keyOf(projection, row.key)).map(([field, value]) => `${field} ${value}`);
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
