/**
 * Rows of a read that needs one column chunk only, from cells whose reader vouches that no key came twice. The guarantees are those of `read-table.ts`: a
 * cell that lost digits rejects its row alone, a doubtful date is kept and said.
 */
import type { RawRow } from "./dialect.ts";
import { lineCellReaderOf } from "./line-cells.ts";
import type { LineRows } from "./line-rows.ts";
import type { Projection } from "./projection.ts";
import { rowShapeOf } from "./row-shape.ts";
import type { RowKey } from "./table-reader.ts";

export function rowsOfCells(cells: readonly RawRow[], projection: Projection, informational: readonly string[]): LineRows {
  const fields = projection.chunks[0]?.fields ?? [];
  const columns = fields.map((field) => ({
    name: field.name,
    read: lineCellReaderOf(field),
    isInformational: informational.includes(field.name),
  }));
  const keyLength = projection.keyFields.length;
  const toRow = rowShapeOf(columns.map(({ name }) => name));
  const keyOf = (row: RawRow): RowKey =>
    Object.fromEntries(
      columns.slice(0, keyLength).map(({ name, read }, at) => {
        const cell = row[at] ?? "";
        const value = read(cell, 0, cell.length, cell.length);
        return [name, typeof value === "string" ? value : cell.trim()];
      }),
    );
  const found: LineRows = { rows: [], rejected: [], doubtful: [] };
  const values: (string | null)[] = columns.map(() => null);
  const takeRow = (row: RawRow) => {
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      if (column === undefined) break;
      const cell = row[at] ?? "";
      const value = column.read(cell, 0, cell.length, cell.length);
      if (typeof value === "string" || value === null) values[at] = value;
      else if (value.kind === "doubtful") {
        values[at] = value.text;
        found.doubtful.push({ key: keyOf(row), field: column.name, value: value.text, code: value.code });
      } else if (value.kind === "broken" && !column.isInformational)
        return found.rejected.push({ rejected: keyOf(row), code: value.code, field: column.name });
      else values[at] = null;
    }
    return found.rows.push(toRow(values));
  };
  for (const row of cells) takeRow(row);
  return found;
}
