/**
 * Changes that came through the control door, kept in `<world>/ecc/changes.ndjson` and replayed at start, so that the system outlives
 * its process. One line is one change of one table, or of several tables together, on disk before it is acknowledged; a line cut by
 * a crash was never acknowledged and is dropped whole.
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
const namedShape = tableChangeShape.extend({ table: z.string() });
const lineShape = z.union([namedShape, z.strictObject({ together: z.array(namedShape).min(1) })]);

type TableChange = z.infer<typeof tableChangeShape>;
export type NamedChange = z.infer<typeof namedShape>;
type ChangeCounts = { upserted: number; patched: number; deleted: number };

export type Changes = {
  /** Throws RowRefused, and then nothing has changed. */
  apply(table: Table, change: TableChange): Promise<ChangeCounts>;
  /** All or nothing. `build` sees the tables as no other change can find them until its own are in; without changes nothing happens. */
  transact(build: () => readonly NamedChange[]): Promise<void>;
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

function tableOf(tables: ReadonlyMap<string, Table>, name: string): Table {
  const table = tables.get(name);
  if (table === undefined) throw new RowRefused(`the dictionary has no table ${name}`);
  return table;
}

function checkTogether(tables: ReadonlyMap<string, Table>, changes: readonly NamedChange[]): void {
  for (const change of changes) checkAll(tableOf(tables, change.table), change);
}

/** Throws RowRefused, and then nothing has changed. At most one change a table. */
export function applyTogether(tables: ReadonlyMap<string, Table>, changes: readonly NamedChange[]): void {
  checkTogether(tables, changes);
  for (const change of changes) applyToTable(tableOf(tables, change.table), change);
}

async function readKept(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

function replayLine(line: string, place: string, tables: ReadonlyMap<string, Table>): void {
  try {
    const kept = lineShape.parse(JSON.parse(line));
    applyTogether(tables, "together" in kept ? kept.together : [kept]);
  } catch (error) {
    throw new WorldRefused(`${place}: cannot be replayed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const pathOf = (worldFolder: string) => join(worldFolder, "ecc", "changes.ndjson");

/** Of a world that another process may be serving: nothing on disk is touched. The lines that were whole come back. */
export async function replayChanges(
  worldFolder: string,
  tables: ReadonlyMap<string, Table>,
): Promise<{ whole: string; isCut: boolean }> {
  const path = pathOf(worldFolder);
  const kept = await readKept(path);
  const whole = kept.slice(0, kept.lastIndexOf("\n") + 1);
  for (const [index, line] of whole.split("\n").entries()) {
    if (line !== "") replayLine(line, `${path}:${index + 1}`, tables);
  }
  return { whole, isCut: whole.length < kept.length };
}

export async function openChanges(worldFolder: string, tables: ReadonlyMap<string, Table>): Promise<Changes> {
  const path = pathOf(worldFolder);
  const { whole, isCut } = await replayChanges(worldFolder, tables);
  if (isCut) await truncate(path, Buffer.byteLength(whole));
  const file = await open(path, "a");
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const keep = async (line: z.input<typeof lineShape>) => {
    await file.appendFile(`${JSON.stringify(line)}\n`);
    await file.datasync();
  };
  return {
    apply: (table, change) =>
      inTurn(async () => {
        checkAll(table, change);
        await keep({ table: table.definition.name, ...change });
        return applyToTable(table, change);
      }),
    transact: (build) =>
      inTurn(async () => {
        const together = [...build()];
        if (together.length === 0) return;
        checkTogether(tables, together);
        await keep({ together });
        applyTogether(tables, together);
      }),
    async close() {
      await last;
      await file.close();
    },
  };
}
