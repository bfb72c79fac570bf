import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { worldFolder, worldOf } from "../../../../test/support/ecc-world.ts";
import { openChanges } from "./changes.ts";
import { rowsByKey } from "./find.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function folder(): Promise<string> {
  const world = await worldFolder();
  closers.push(world.remove);
  return world.folder;
}

async function opened(at: string) {
  const world = worldOf();
  const changes = await openChanges(at, world.tables);
  closers.push(() => changes.close());
  return { world, changes };
}

const document = (belnr: string) => [
  { table: "BKPF", upsert: [{ BUKRS: "1000", BELNR: belnr, GJAHR: "2026" }], patch: [], delete: [] },
  { table: "BSEG", upsert: [{ BUKRS: "1000", BELNR: belnr, GJAHR: "2026", BUZEI: "001" }], patch: [], delete: [] },
];
const numbers = (world: ReturnType<typeof worldOf>, table: string) => rowsByKey(world, table, []).map((row) => row["BELNR"]);

describe("changes of several tables together", () => {
  it("are one line, and there after a restart", async () => {
    const at = await folder();
    const { world, changes } = await opened(at);
    await changes.transact(() => document("0100000001"));
    await changes.transact(() => []);
    expect(numbers(world, "BSEG")).toEqual(["0100000001"]);
    expect((await readFile(join(at, "ecc", "changes.ndjson"), "utf8")).split("\n")).toHaveLength(2);
    const next = await opened(at);
    expect([numbers(next.world, "BKPF"), numbers(next.world, "BSEG")]).toEqual([["0100000001"], ["0100000001"]]);
  });

  it("are lost whole when a crash cut the line", async () => {
    const at = await folder();
    const { changes } = await opened(at);
    await changes.transact(() => document("0100000001"));
    await appendFile(join(at, "ecc", "changes.ndjson"), JSON.stringify({ together: document("0100000002") }).slice(0, -20));
    const next = await opened(at);
    expect([numbers(next.world, "BKPF"), numbers(next.world, "BSEG")]).toEqual([["0100000001"], ["0100000001"]]);
  });

  it("are refused whole, and nothing of them is kept", async () => {
    const at = await folder();
    const { world, changes } = await opened(at);
    const missing = { table: "EKKO", upsert: [], patch: [{ EBELN: "4500000001" }], delete: [] };
    await expect(changes.transact(() => [...document("0100000001"), missing])).rejects.toThrow(/no row with the key/);
    expect(numbers(world, "BKPF")).toEqual([]);
    expect(await readFile(join(at, "ecc", "changes.ndjson"), "utf8")).toBe("");
  });

  it("are built when it is their turn: two at once take different numbers", async () => {
    const { world, changes } = await opened(await folder());
    const build = () => document(String(numbers(world, "BKPF").length + 1).padStart(10, "0"));
    await Promise.all([1, 2, 3].map(() => changes.transact(build)));
    expect(numbers(world, "BKPF")).toEqual(["0000000001", "0000000002", "0000000003"]);
  });
});

describe("the list of keys", () => {
  it("stays sorted and complete while rows come and go", () => {
    const world = worldOf({ EKKO: [{ EBELN: "4500000005" }, { EBELN: "4500000001" }] });
    const table = world.tables.get("EKKO");
    const found = () => rowsByKey(world, "EKKO", ["45000000"]).length + rowsByKey(world, "EKKO", []).length;
    expect(rowsByKey(world, "EKKO", ["4500000005"])).toHaveLength(1);
    for (const EBELN of ["4500000003", "4500000009", "4500000000"]) table?.insert({ EBELN });
    expect(table?.remove({ EBELN: "4500000001" })).toBe(true);
    expect(table?.remove({ EBELN: "4500000001" })).toBe(false);
    for (const EBELN of ["4500000000", "4500000003", "4500000005", "4500000009"])
      expect(rowsByKey(world, "EKKO", [EBELN])).toEqual([{ EBELN }]);
    expect(rowsByKey(world, "EKKO", ["4500000001"])).toEqual([]);
    expect(found()).toBe(4);
  });
});
