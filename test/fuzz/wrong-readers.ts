/**
 * Readers and splits that are wrong on purpose, each in one way that a reading program has been wrong before (sap-rfc 1.8, 1.9, 1.5): the
 * completeness property must notice every one.
 */
import type { Slice } from "../../src/sap/extract/slice.ts";
import { all, compare, type ReadOutcome, type ReadRequest, type RowKey, type TableReader } from "../../src/sap/rfc/index.ts";
import { soundPieces } from "./whole-read.ts";

type Read = (request: ReadRequest) => Promise<ReadOutcome>;
const reading = (reader: TableReader, read: Read): TableReader => ({ ...reader, read });
const complete = (rows: Extract<ReadOutcome, { kind: "complete" }>["rows"]): ReadOutcome => ({
  kind: "complete",
  rows,
  rejected: [],
  doubtful: [],
});

/** Takes what came for all there is. */
export const withoutWitness = (reader: TableReader): TableReader =>
  reading(reader, async (request) => {
    const outcome = await reader.read(request);
    return outcome.kind === "over" ? complete(outcome.rowsSeen.slice(0, request.rowsMax)) : outcome;
  });

/** The next page begins behind the last row that came, as if rows came in order. */
export const pagingByLastKey = (reader: TableReader): TableReader =>
  reading(reader, async (request) => {
    const rows: RowKey[] = [];
    let { where } = request;
    for (let page = 0; page < 50; page += 1) {
      const outcome = await reader.read({ ...request, ...(where === undefined ? {} : { where }) });
      if (outcome.kind !== "over") return outcome.kind === "complete" ? complete([...rows, ...outcome.rows]) : outcome;
      const seen = outcome.rowsSeen.slice(0, request.rowsMax);
      rows.push(...seen);
      const last = Object.entries(seen.at(-1) ?? {})[0] ?? ["", ""];
      const behind = compare(last[0], ">", last[1]);
      where = request.where === undefined ? behind : all(request.where, behind);
    }
    return complete(rows);
  });

/** Every column in a call of its own, put together by key (erpl's design, without its check). */
export const joiningBlindly = (reader: TableReader): TableReader =>
  reading(reader, async (request) => {
    if (request.rowsMax !== undefined && request.fields.length === 0) return reader.read(request);
    const joined = new Map<string, Record<string, string | null>>();
    for (const field of request.fields) {
      const outcome = await reader.read({ ...request, fields: [field] });
      if (outcome.kind !== "complete") return outcome;
      for (const row of outcome.rows) {
        const id = JSON.stringify(Object.entries(row).filter(([name]) => name.startsWith("K")));
        joined.set(id, { ...joined.get(id), ...row });
      }
    }
    return complete([...joined.values()].filter((row) => request.fields.every((field) => row[field] !== undefined)));
  });

/** A cell that lost digits becomes a number again. */
export const mendingOverflow = (reader: TableReader): TableReader =>
  reading(reader, async (request) => {
    const outcome = await reader.read({ ...request, informational: request.fields });
    if (outcome.kind !== "complete") return outcome;
    return complete(
      outcome.rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? "0"]))),
    );
  });

/** A closed range where a half-open one belongs: the key at the cut is in both. */
export function overlapping(slice: Slice, seen: readonly RowKey[]): Slice[] {
  return soundPieces.split(slice, seen).map((piece) => ({
    ...piece,
    ranges: piece.ranges.map(({ below, ...range }) => (below === undefined ? range : { ...range, below: `${below}0` })),
  }));
}
