/**
 * Rows of a read that needs one column chunk only, straight from the lines: the common case and the hot path. The guarantees are those of
 * `read-table.ts`: a key that came twice is unsteady, a cell that lost digits rejects its row alone, a doubtful date is kept and said.
 */
import { lineCellReaderOf } from "./line-cells.ts";
import type { Projection } from "./projection.ts";
import type { Slot } from "./read-chunk.ts";
import { rowShapeOf } from "./row-shape.ts";
import type { DoubtfulValue, RejectedRow, RowKey, TableRow } from "./table-reader.ts";

export type RowLines = { lines: readonly string[]; slots: readonly Slot[] };
export type LineRows = { rows: TableRow[]; rejected: RejectedRow[]; doubtful: DoubtfulValue[] };

/** Undefined where a key came more than once: then the lines are for the careful way. */
export function rowsOfLines(
  { lines, slots }: RowLines,
  projection: Projection,
  informational: readonly string[],
): LineRows | undefined {
  const [chunk] = projection.chunks;
  if (chunk === undefined || !areKeysUnique(lines, slots, projection.keyFields.length)) return undefined;
  const columns = chunk.fields.map((field, index) => ({
    name: field.name,
    read: lineCellReaderOf(field),
    from: slots[index]?.from ?? 0,
    to: slots[index]?.to ?? 0,
    isInformational: informational.includes(field.name),
  }));
  const toRow = rowShapeOf(columns.map(({ name }) => name));
  const keyOf = (line: string): RowKey =>
    Object.fromEntries(
      columns.slice(0, projection.keyFields.length).map(({ name, read, from, to }) => {
        const value = read(line, from, to);
        return [name, typeof value === "string" ? value : line.slice(from, to).trim()];
      }),
    );
  const found: LineRows = { rows: [], rejected: [], doubtful: [] };
  const values: (string | null)[] = columns.map(() => null);
  for (const line of lines) {
    let broken: RejectedRow | undefined;
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      if (column === undefined) break;
      const value = column.read(line, column.from, column.to);
      if (typeof value === "string" || value === null) values[at] = value;
      else if (value.kind === "doubtful") {
        values[at] = value.text;
        found.doubtful.push({ key: keyOf(line), field: column.name, value: value.text, code: value.code });
      } else if (value.kind === "broken" && !column.isInformational) {
        broken = { rejected: keyOf(line), code: value.code, field: column.name };
        break;
      } else values[at] = null;
    }
    if (broken === undefined) found.rows.push(toRow(values));
    else found.rejected.push(broken);
  }
  return found;
}

/** The key's columns stand first and side by side; a short line has lost blanks at its end. */
function areKeysUnique(lines: readonly string[], slots: readonly Slot[], keyLength: number): boolean {
  if (keyLength === 0) return true;
  const from = slots[0]?.from ?? 0;
  const to = slots[keyLength - 1]?.to ?? 0;
  const seen = new Set<string>();
  for (const line of lines) seen.add(line.length >= to ? line.slice(from, to) : line.slice(from).padEnd(to - from));
  return seen.size === lines.length;
}
