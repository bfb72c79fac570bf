/** Rows by the leading fields of the primary key, as the modules and the business read them. Initial fields are left out, as on disk. */
import type { Table } from "./table.ts";

export type Raw = Readonly<Record<string, string | undefined>>;
type Tables = { readonly tables: ReadonlyMap<string, Table> };

/** In key order; all rows where no value is given. */
export function rowsByKey({ tables }: Tables, name: string, leading: readonly string[]): Raw[] {
  const table = tables.get(name);
  if (table === undefined) return [];
  const from = leading.map((value, index) => value.padEnd(table.keyFields[index]?.length ?? 0)).join("");
  const rows = table.rows(leading.length === 0 ? undefined : [{ from, to: `${from}\uffff` }]);
  table.sortByKey(rows);
  return rows.map((row) => table.rowAt(row));
}

/** The row of that whole key. */
export function rowByKey(tables: Tables, name: string, key: readonly string[]): Raw | undefined {
  return rowsByKey(tables, name, key)[0];
}
