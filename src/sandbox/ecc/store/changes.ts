/**
 * Changes that came through the control door, kept in `<world>/ecc/changes.ndjson` and replayed at start, so that the system outlives
 * its process. One line is one change of one table, on disk before it is acknowledged; a line cut by a crash was never acknowledged
 * and is dropped.
 */
import { open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { WorldRefused } from "./load.ts";
import { RowRefused, type Table } from "./table.ts";

const row = z.record(z.string(), z.string());
export const tableChangeShape = z.strictObject({
  /** Whole rows: a field that is not named becomes initial. */
  upsert: z.array(row).default([]),
  /** Keys and the fields to set; the rows must be there, other fields stay. */
  patch: z.array(row).default([]),
  /** Keys. */
  delete: z.array(row).default([]),
});
const lineShape = tableChangeShape.extend({ table: z.string() });

type TableChange = z.infer<typeof tableChangeShape>;
type ChangeCounts = { upserted: number; patched: number; deleted: number };

export type Changes = {
  /** Throws RowRefused, and then nothing has changed. */
  apply(table: Table, change: TableChange): Promise<ChangeCounts>;
  close(): Promise<void>;
};

function checkAll(table: Table, change: TableChange): void {
  for (const each of [...change.upsert, ...change.patch, ...change.delete]) table.check(each);
  const upserted = new Set(change.upsert.map((each) => table.keyOf(each)));
  for (const each of change.patch) {
    if (!table.has(each) && !upserted.has(table.keyOf(each)))
      throw new RowRefused(
        `${table.definition.name}: no row with the key of the patch ${JSON.stringify(each).slice(0, 200)}; send it as upsert`,
      );
  }
}

function applyToTable(table: Table, change: TableChange): ChangeCounts {
  for (const each of change.upsert) table.upsert(each);
  for (const each of change.patch) table.patch(each);
  const deleted = change.delete.filter((each) => table.remove(each)).length;
  return { upserted: change.upsert.length, patched: change.patch.length, deleted };
}

async function readKept(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

function replayLine(line: string, place: string, tables: ReadonlyMap<string, Table>): void {
  try {
    const change = lineShape.parse(JSON.parse(line));
    const table = tables.get(change.table);
    if (table === undefined) throw new RowRefused(`the dictionary has no table ${change.table}`);
    checkAll(table, change);
    applyToTable(table, change);
  } catch (error) {
    throw new WorldRefused(`${place}: cannot be replayed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export async function openChanges(worldFolder: string, tables: ReadonlyMap<string, Table>): Promise<Changes> {
  const path = join(worldFolder, "ecc", "changes.ndjson");
  const kept = await readKept(path);
  const whole = kept.slice(0, kept.lastIndexOf("\n") + 1);
  if (whole.length < kept.length) await truncate(path, Buffer.byteLength(whole));
  for (const [index, line] of whole.split("\n").entries()) {
    if (line !== "") replayLine(line, `${path}:${index + 1}`, tables);
  }
  const file = await open(path, "a");
  let last: Promise<unknown> = Promise.resolve();
  return {
    apply(table, change) {
      const turn = last.then(async () => {
        checkAll(table, change);
        await file.appendFile(`${JSON.stringify({ table: table.definition.name, ...change })}\n`);
        await file.datasync();
        return applyToTable(table, change);
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await last;
      await file.close();
    },
  };
}
