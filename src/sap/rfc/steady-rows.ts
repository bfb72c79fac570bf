/**
 * Joins the column chunks of one read on the key, and tells rows that held still from rows that did not. Chunks are read in turn and,
 * but for the last, once more: a row whose every cell came the same both times stood as delivered at the moment the last chunk was
 * read (sap-rfc 1.9: a join by key alone mixes two versions of a row). Limit: a chunk that changed and changed back between its two
 * readings goes unseen, for most tables of ECC have no version to ask.
 */
import type { RawRow } from "./dialect.ts";

/** One row of the table: its cells by chunk. */
export type Joined = { key: RawRow; parts: readonly RawRow[] };
type Rows = readonly RawRow[];

/** `unsteady` are the key's cells, as seen; rows that only the second reading saw came too late to belong to this read. */
export function joinSteady(keyLength: number, first: readonly Rows[], again: readonly Rows[]) {
  // Cells of the key have their full width, so that the concatenation is unambiguous.
  const idOf = (cells: RawRow) => (keyLength === 1 ? (cells[0] ?? "") : cells.slice(0, keyLength).join(""));
  const byKey = new Map<string, { key: RawRow; parts: RawRow[]; isSteady: boolean }>();
  first.forEach((rows, chunk) => {
    for (const cells of rows) {
      const id = idOf(cells);
      const row = byKey.get(id) ?? { key: cells, parts: [], isSteady: true };
      byKey.set(id, row);
      // A part that is missing or came twice: the next one does not stand at its place.
      if (row.parts.length !== chunk) row.isSteady = false;
      row.parts.push(cells);
    }
  });
  const seenAgain = again.map((rows) => new Map(rows.map((cells) => [idOf(cells), cells])));
  const steady: Joined[] = [];
  const unsteady: RawRow[] = [];
  for (const [id, { key, parts, isSteady }] of byKey) {
    const isWhole = isSteady && parts.length === first.length;
    if (isWhole && seenAgain.every((rows, chunk) => isSame(parts[chunk], rows.get(id)))) steady.push({ key, parts });
    else unsteady.push(key);
  }
  return { steady, unsteady };
}

function isSame(one: RawRow | undefined, other: RawRow | undefined): boolean {
  return one !== undefined && other !== undefined && one.length === other.length && one.every((cell, at) => cell === other[at]);
}
