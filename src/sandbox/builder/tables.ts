/**
 * The tables of a world in memory, and their files. Rows keep the order in which they were added, so that one seed gives the same
 * bytes. Nothing is validated here: the simulator refuses what its dictionary does not know.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EccRow } from "../world.ts";

export type Tables = {
  add(table: string, row: EccRow): void;
  rows(table: string): readonly EccRow[];
  /** Puts a changed row in place of an earlier one of the same table. */
  replace(table: string, row: EccRow, changed: EccRow): void;
  /** Changes rows of a table one by one, in their order. */
  rewrite(table: string, change: (row: EccRow) => EccRow): void;
  names(): readonly string[];
};

export function createTables(): Tables {
  const byName = new Map<string, EccRow[]>();
  return {
    add: (table, row) => {
      const rows = byName.get(table);
      if (rows === undefined) byName.set(table, [row]);
      else rows.push(row);
    },
    rows: (table) => byName.get(table) ?? [],
    replace: (table, row, changed) => {
      const rows = byName.get(table) ?? [];
      const index = rows.lastIndexOf(row);
      if (index < 0) throw new Error(`${table} holds no such row`);
      rows[index] = changed;
    },
    rewrite: (table, change) => {
      const rows = byName.get(table);
      if (rows !== undefined) byName.set(table, rows.map(change));
    },
    names: () => [...byName.keys()].sort(),
  };
}

/** A text at a field's width; what ends in blanks there is stored without them. */
export const cut = (text: string, width: number): string => text.slice(0, width).trimEnd();

export function writeTables(tables: Tables, worldFolder: string): void {
  const folder = join(worldFolder, "ecc", "tables");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of tables.names()) {
    const text = tables.rows(name).map((row) => `${JSON.stringify(row)}\n`);
    writeFileSync(join(folder, `${name}.ndjson`), text.join(""));
  }
}
