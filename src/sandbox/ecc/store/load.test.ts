import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { worldFolder } from "../../../../test/support/ecc-world.ts";
import { openChanges } from "./changes.ts";
import { loadEcc } from "./load.ts";
import type { Table } from "./table.ts";

const good = { EBELN: "4500000001", EBELP: "00010", NETWR: "12.50", AEDAT: "20260101", MEINS: "EA" };

async function refusal(rows: Record<string, readonly unknown[]>): Promise<string> {
  const world = await worldFolder(rows as Record<string, readonly Record<string, string>[]>);
  try {
    await loadEcc(world.folder);
    return "none";
  } catch (error) {
    return String(error).replaceAll(world.folder, "");
  } finally {
    await world.remove();
  }
}

describe("loading a world", () => {
  it.each([
    [{ ...good, NOFIELD: "1" }, /EKPO\.ndjson:2: field NOFIELD, value "1": table EKPO has no such field/],
    [{ ...good, TXZ01: "x".repeat(41) }, /:2: field TXZ01, value "x+": is longer than its 40 characters/],
    [{ ...good, TXZ01: "x " }, /TXZ01.*trailing blanks/],
    [{ ...good, EBELP: "10" }, /field EBELP, value "10": must be exactly 5 digits/],
    [{ ...good, EBELP: "0001A" }, /EBELP.*5 digits/],
    [{ ...good, AEDAT: "2026-01-01" }, /AEDAT.*8 digits/],
    [{ ...good, NETWR: "12.5" }, /NETWR, value "12.5": must be a number with 2 decimals/],
    [{ ...good, NETWR: "12.50-" }, /NETWR/],
    [{ ...good, NETWR: "1e5" }, /NETWR/],
    [{ ...good, NETWR: "123456789012.00" }, /more than 13 digits/],
    [{ ...good, NETWR: 12.5 }, /NETWR, value 12.5: must be text in quotes/],
    [{ ...good, LOEKZ: null }, /LOEKZ, value null: must be text/],
    [{ ...good, MANDT: "100" }, /MANDT.*leave the client out/],
    [good, /a row with the key EBELN=4500000001, EBELP=00010 is there already/],
    ["text", /not a JSON object/],
  ])("refuses %j by place, field and value", async (row, message) => {
    expect(await refusal({ EKPO: [good, row] })).toMatch(message);
  });

  it("refuses a table the dictionary does not have, and a folder without a system", async () => {
    expect(await refusal({ ZTABLE: [{ A: "1" }] })).toMatch(/ZTABLE\.ndjson: the dictionary has no such table/);
    await expect(loadEcc("/nowhere")).rejects.toThrow(/system\.json: cannot be read/);
  });

  it("refuses a system file by field", async () => {
    const world = await worldFolder({}, { client: "1" });
    await expect(loadEcc(world.folder)).rejects.toThrow(/system\.json: client: three digits/);
    await world.remove();
  });

  it("reads lines that straddle chunks, and characters that do", async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => ({ LIFNR: `V${index}`, NAME1: `Bäcker ☃ ${index}` }));
    const world = await worldFolder({ LFA1: rows });
    const { tables } = await loadEcc(world.folder);
    const table = tables.get("LFA1");
    expect(table?.rowCount).toBe(30_000);
    expect(table?.rows().map((row) => table.rowAt(row))).toEqual(rows);
    await world.remove();
  });
});

describe("changes", () => {
  const contents = (table: Table | undefined) => (table === undefined ? [] : table.rows().map((row) => table.rowAt(row)));
  async function opened(folder: string) {
    const { tables } = await loadEcc(folder);
    const table = tables.get("EKPO");
    if (table === undefined) throw new Error("no EKPO");
    return { table, changes: await openChanges(folder, tables) };
  }
  const none = { upsert: [], patch: [], delete: [] };

  it("are replayed at the next start: rows replaced, patched, added and gone", async () => {
    const world = await worldFolder({ EKPO: [good, { ...good, EBELP: "00020" }, { ...good, EBELP: "00030" }] });
    const before = await opened(world.folder);
    const counts = await before.changes.apply(before.table, {
      upsert: [
        { EBELN: "4500000001", EBELP: "00010", NETWR: "1.00" },
        { EBELN: "4500000009", EBELP: "00010" },
      ],
      patch: [{ EBELN: "4500000001", EBELP: "00020", LOEKZ: "L" }],
      delete: [
        { EBELN: "4500000001", EBELP: "00030" },
        { EBELN: "nothing", EBELP: "00000" },
      ],
    });
    expect(counts).toEqual({ upserted: 2, patched: 1, deleted: 1 });
    const wanted = [
      { EBELN: "4500000001", EBELP: "00010", NETWR: "1.00" },
      { ...good, EBELP: "00020", LOEKZ: "L" },
      { EBELN: "4500000009", EBELP: "00010" },
    ];
    expect(contents(before.table)).toHaveLength(3);
    expect(contents(before.table)).toEqual(expect.arrayContaining(wanted));
    await before.changes.close();
    const after = await opened(world.folder);
    expect(contents(after.table)).toEqual(expect.arrayContaining(wanted));
    expect(contents(after.table)).toHaveLength(3);
    await after.changes.close();
    await world.remove();
  });

  it("change nothing, in memory or on disk, when one row of them is refused", async () => {
    const world = await worldFolder({ EKPO: [good] });
    const { table, changes } = await opened(world.folder);
    const bad = {
      ...none,
      upsert: [
        { ...good, NETWR: "9.00" },
        { ...good, EBELP: "10" },
      ],
    };
    await expect(changes.apply(table, bad)).rejects.toThrow(/EBELP/);
    await expect(changes.apply(table, { ...none, patch: [{ EBELN: "4500000002", EBELP: "00010" }] })).rejects.toThrow(
      /send it as upsert/,
    );
    expect(contents(table)).toEqual([good]);
    expect(await readFile(join(world.folder, "ecc", "changes.ndjson"), "utf8")).toBe("");
    await changes.close();
    await world.remove();
  });

  it("lose only a line that a crash cut, which nobody was told of", async () => {
    const world = await worldFolder({ EKPO: [good] });
    const first = await opened(world.folder);
    await first.changes.apply(first.table, { ...none, patch: [{ EBELN: "4500000001", EBELP: "00010", LOEKZ: "L" }] });
    await first.changes.close();
    await appendFile(join(world.folder, "ecc", "changes.ndjson"), '{"table":"EKPO","upsert":[{"EB');
    const second = await opened(world.folder);
    expect(contents(second.table)).toEqual([{ ...good, LOEKZ: "L" }]);
    await second.changes.apply(second.table, { ...none, patch: [{ EBELN: "4500000001", EBELP: "00010", LOEKZ: "S" }] });
    await second.changes.close();
    const third = await opened(world.folder);
    expect(contents(third.table)).toEqual([{ ...good, LOEKZ: "S" }]);
    await third.changes.close();
    await world.remove();
  });

  it("refuse to start on a line that does not fit the dictionary", async () => {
    const world = await worldFolder({ EKPO: [good] });
    await mkdir(join(world.folder, "ecc"), { recursive: true });
    await writeFile(join(world.folder, "ecc", "changes.ndjson"), '{"table":"EKPO","upsert":[{"EBELN":"1","X":"1"}]}\n');
    await expect(opened(world.folder)).rejects.toThrow(/changes\.ndjson:1: cannot be replayed: field X/);
    await world.remove();
  });
});
