/**
 * Rows of a read that needs one column chunk only, straight from the lines: the common case and the hot path. The guarantees are those of
 * `read-table.ts`: a key that came twice is unsteady, a cell that lost digits rejects its row alone, a doubtful date is kept and said.
 */
import { lineCellReaderOf } from "./line-cells.ts";
import type { Projection } from "./projection.ts";
import type { Slot } from "./read-chunk.ts";
import { rowShapeOf } from "./row-shape.ts";
import type { RowTexts } from "./row-texts.ts";
import type { DoubtfulValue, RejectedRow, RowKey, TableRow } from "./table-reader.ts";
import { areKeysUnique } from "./unique-keys.ts";

export type RowLines = { lines: RowTexts; slots: readonly Slot[] };
export type LineRows = { rows: TableRow[]; rejected: RejectedRow[]; doubtful: DoubtfulValue[] };

/** Undefined where a key came more than once: then the lines are for the careful way. */
export function rowsOfLines(
  { lines, slots }: RowLines,
  projection: Projection,
  informational: readonly string[],
): LineRows | undefined {
  const [chunk] = projection.chunks;
  // The key's columns stand first and side by side.
  const keySlot = { from: slots[0]?.from ?? 0, to: slots[projection.keyFields.length - 1]?.to ?? 0 };
  if (chunk === undefined || (projection.keyFields.length > 0 && !areKeysUnique(lines, keySlot))) return undefined;
  const columns = chunk.fields.map((field, index) => ({
    name: field.name,
    read: lineCellReaderOf(field),
    from: slots[index]?.from ?? 0,
    to: slots[index]?.to ?? 0,
    isInformational: informational.includes(field.name),
  }));
  const toRow = rowShapeOf(columns.map(({ name }) => name));
  const keyOf = (text: string, begin: number, end: number): RowKey =>
    Object.fromEntries(
      columns.slice(0, projection.keyFields.length).map(({ name, read, from, to }) => {
        const value = read(text, begin + from, begin + to, end);
        return [name, typeof value === "string" ? value : text.slice(begin + from, Math.min(begin + to, end)).trim()];
      }),
    );
  const found: LineRows = { rows: [], rejected: [], doubtful: [] };
  const values: (string | null)[] = columns.map(() => null);
  const takeRow = (text: string, begin: number, end: number) => {
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      if (column === undefined) break;
      const value = column.read(text, begin + column.from, begin + column.to, end);
      if (typeof value === "string" || value === null) values[at] = value;
      else if (value.kind === "doubtful") {
        values[at] = value.text;
        found.doubtful.push({ key: keyOf(text, begin, end), field: column.name, value: value.text, code: value.code });
      } else if (value.kind === "broken" && !column.isInformational)
        return found.rejected.push({ rejected: keyOf(text, begin, end), code: value.code, field: column.name });
      else values[at] = null;
    }
    return found.rows.push(toRow(values));
  };
  for (const { text, spans } of lines.blocks)
    for (let at = 0; at < spans.length; at += 2) takeRow(text, spans[at] ?? 0, spans[at + 1] ?? 0);
  return found;
}
