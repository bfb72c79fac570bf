/**
 * Headers, their lines, and the headers again: a document is whole only where its header is what it was before. One that moved is read once
 * more, and rejected by name where it moves again.
 */
import type { SourceRecord } from "../../../core/index.ts";
import type { RejectedRow, RowKey, TableRow } from "../../rfc/index.ts";
import { cell, type Rows } from "../rows.ts";
import type { SourceReader } from "./source-reader.ts";

type Read = { headers: readonly TableRow[]; lines: Rows; moved: readonly TableRow[] };

/** Rows come in any order; which lost line a rejection names must not depend on it, or the document would seem to change. */
function firstByLine(source: SourceReader, rejected: readonly RejectedRow[]): Map<string, RejectedRow> {
  const text = ({ rejected: { BUZEI, DOCLN }, field }: RejectedRow) => `${BUZEI ?? DOCLN ?? ""} ${field}`;
  return new Map(
    rejected.toSorted((left, right) => (text(left) < text(right) ? 1 : -1)).map((row) => [source.idOf(row.rejected), row]),
  );
}

async function readOnce(source: SourceReader, keys: readonly RowKey[]): Promise<Read> {
  const { headerFields, idOf } = source;
  const headers = await source.readHeaders(keys);
  const lines = await source.readLines(keys);
  const after = new Map((await source.readHeaders(keys)).map((row) => [idOf(row), row]));
  const moved = headers.filter((row) => headerFields.some((field) => row[field] !== after.get(idOf(row))?.[field]));
  return { headers, lines, moved };
}

async function recordsOf(source: SourceReader, { headers, lines, moved }: Read): Promise<SourceRecord[]> {
  const { idOf } = source;
  const unsteady = new Set(moved);
  const rows = Map.groupBy(lines.rows, idOf);
  const lost = firstByLine(source, lines.rejected);
  return source.recordsOf(
    headers
      .filter((header) => !unsteady.has(header))
      .map((header) => ({ header, rows: rows.get(idOf(header)) ?? [], lost: lost.get(idOf(header)) })),
  );
}

function keysOf(source: SourceReader, rows: readonly TableRow[]): RowKey[] {
  return rows.map((row) => Object.fromEntries(source.what.keyFields.map((field) => [field, cell(row, field)])));
}

/** Answers the headers too: some of them tell of others to be read. */
export async function readStable(
  source: SourceReader,
  keys: readonly RowKey[],
): Promise<{ headers: readonly TableRow[]; records: SourceRecord[] }> {
  const first = await readOnce(source, keys);
  const records = await recordsOf(source, first);
  if (first.moved.length > 0) {
    const again = await readOnce(source, keysOf(source, first.moved));
    records.push(...(await recordsOf(source, again)));
    const rows = Map.groupBy(again.lines.rows, source.idOf);
    for (const header of again.moved) records.push(...(await source.unstable(header, rows.get(source.idOf(header)) ?? [])));
  }
  return { headers: first.headers, records };
}
