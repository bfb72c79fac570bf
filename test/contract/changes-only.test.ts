// Runs of changes only through the whole chain: simulated ECC, agent, hub and store. What SAP's change documents, stamps and history name is
// read and lands; what left no trace waits for the sweep; and a sweep is right after whatever the runs between did. The rows that SAP would write
// beside a change are written here, since the simulated tables are changed from outside.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyOfFlows } from "../../src/agent/index.ts";
import type { Flow } from "../../src/core/index.ts";
import type { RunReport } from "../../src/hub/index.ts";
import { buildGroup } from "../../src/sandbox/builder/index.ts";
import { type FullBench, openFullBench } from "../support/full-bench.ts";

type Row = Readonly<Record<string, string>>;

const flows: readonly Flow[] = ["vendors", "purchase-orders"];
const sweepRarely = { delta: { sweepDays: { vendors: 35, purchaseOrders: 35 } } };
let worldFolder: string;

beforeAll(() => {
  worldFolder = mkdtempSync(join(tmpdir(), "mlc-changes-"));
  const scale = { projects: 3, vendors: 1_100, purchaseOrders: 450, poLines: 600, costLines: 50 };
  buildGroup({ worldFolder, seed: 17, asOf: "20261031", ...scale });
}, 60_000);
afterAll(() => rmSync(worldFolder, { recursive: true, force: true }));

function rowsOf(table: string): Row[] {
  const text = readFileSync(join(worldFolder, "ecc", "tables", `${table}.ndjson`), "utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Row]));
}

const query = async <T>(bench: FullBench, text: ReturnType<typeof sql<T>>): Promise<T[]> =>
  (await bench.postgres.store.transact({ tenant: "main" }, (tx) => text.execute(tx))).rows;
const changedIn = async (bench: FullBench, { run }: RunReport) =>
  (await query(bench, sql<{ key: string }>`select key from source_record where changed_run = ${run}::bigint order by key`)).map(
    ({ key }) => key,
  );
const contentOf = async (bench: FullBench, key: string) =>
  (await query(bench, sql<{ content: Record<string, unknown> }>`select content from source_record where key = ${key}`))[0]
    ?.content;
const leavesOf = (bench: FullBench) =>
  query(bench, sql<Row>`select flow, kind, label, digest, run::text as run from leaf order by flow, kind, label`);
const marksOf = (bench: FullBench) => query(bench, sql<Row>`select flow, value from watermark order by flow`);
const howOf = ({ readings }: RunReport) => flows.map((flow) => readings[flow]?.how);

describe("runs of changes only", () => {
  let bench: FullBench;
  let isGarbled = false;
  let full: RunReport;
  let changes = 0;
  const orders = () => rowsOf("EKPO").filter((row) => (row.LOEKZ ?? "") === "" && row.EBELP === "00010");
  /** Far enough apart that each is in a slice of its own. */
  const item = (at: number): Row => orders()[at * 70] ?? {};
  const vendor = (at: number): Row => rowsOf("LFA1")[at * 11] ?? {};
  const patch = (table: string, row: Row, to: Row) => bench.door(`tables/${table}`, { patch: [{ ...row, ...to }] });
  const document = (OBJECTCLAS: string, OBJECTID: string, UDATE: string) => {
    changes += 1;
    return bench.upsert("CDHDR", [{ OBJECTCLAS, OBJECTID, CHANGENR: `09${String(changes).padStart(8, "0")}`, UDATE }]);
  };
  const sync = async (day: string, mode: "full" | "delta" = "delta") => {
    await bench.moveClockTo(day);
    return bench.sync({ flows, mode });
  };

  beforeAll(async () => {
    const garbles = ({ body }: { body?: string | Uint8Array }) => isGarbled && String(body).includes(">EKKN<");
    bench = await openFullBench({ worldFolder, sap: sweepRarely, garbles });
    full = await sync("20261120", "full");
  }, 240_000);
  afterAll(() => bench.close(), 60_000);

  it("begin after a sweep", async () => {
    expect([full.detail ?? "", full.state]).toEqual(["", "finished"]);
    expect(full.readings).toEqual({
      vendors: { how: "sweep", why: "asked for in full" },
      "purchase-orders": { how: "sweep", why: "asked for in full" },
    });
    expect((await changedIn(bench, full)).length).toBe(1_550);
    expect((await leavesOf(bench)).length).toBeGreaterThan(6);
  });

  it("read next to nothing where nothing was touched, and leave the leaf plan as it is", async () => {
    const leaves = await leavesOf(bench);
    const quiet = await sync("20261121");
    expect(quiet.readings).toEqual({
      vendors: { how: "changes", why: "0 touched, 2026-11-18 to 2026-11-21; last sweep 2026-11-20" },
      "purchase-orders": { how: "changes", why: "0 touched, 2026-11-18 to 2026-11-21; last sweep 2026-11-20" },
    });
    expect([quiet.state, quiet.sap.slices, await changedIn(bench, quiet)]).toEqual(["finished", 0, []]);
    expect(quiet.sap.rows).toBeLessThan(full.sap.rows / 100);
    expect(quiet.sap.calls).toBeLessThan(20);
    expect(await leavesOf(bench)).toEqual(leaves);
  });

  it("land what a trace leads to, and nothing else, in few rows", async () => {
    // A price in ME22N, a receipt that completes an item, a change of five days ago that was committed only now.
    await patch("EKPO", item(0), { TXZ01: "PRICED ANEW", AEDAT: "20261122" });
    await document("EINKBELEG", item(0).EBELN ?? "", "20261122");
    await patch("EKPO", item(1), { ELIKZ: item(1).ELIKZ === "X" ? "" : "X" });
    const receipt = { EBELN: item(1).EBELN ?? "", EBELP: item(1).EBELP ?? "", ZEKKN: "00", VGABE: "1", GJAHR: "2026" };
    await bench.upsert("EKBE", [
      { ...receipt, BELNR: "5009999999", BUZEI: "0001", MENGE: "1.000", WRBTR: "1.00", SHKZG: "S", CPUDT: "20261122" },
    ]);
    await patch("EKPO", item(2), { TXZ01: "COMMITTED LATE" });
    await document("EINKBELEG", item(2).EBELN ?? "", "20261119");
    // A block, and a move that shows at the address only.
    await patch("LFA1", vendor(0), { SPERR: "X" });
    await document("KRED", vendor(0).LIFNR ?? "", "20261122");
    const address = rowsOf("ADRC").find((row) => row.ADDRNUMBER === vendor(1).ADRNR && (row.NATION ?? "") === "") ?? {};
    await patch("ADRC", address, { CITY1: "NEWTOWN", DATE_TO: "99991231" });
    await document("ADRESSE", `BP  ${vendor(1).ADRNR}`, "20261122");
    // No trace at all.
    await patch("EKPO", item(3), { TXZ01: "DIRECTLY" });
    await patch("LFA1", vendor(2), { NAME2: "DIRECTLY" });

    const run = await sync("20261122");
    expect([run.detail ?? "", run.state, howOf(run)]).toEqual(["", "finished", ["changes", "changes"]]);
    const touched = [item(0).EBELN, item(1).EBELN, item(2).EBELN, vendor(0).LIFNR, vendor(1).LIFNR];
    expect(await changedIn(bench, run)).toEqual(touched.sort());
    expect(JSON.stringify(await contentOf(bench, item(0).EBELN ?? ""))).toContain("PRICED ANEW");
    expect(JSON.stringify(await contentOf(bench, item(2).EBELN ?? ""))).toContain("COMMITTED LATE");
    expect(await contentOf(bench, vendor(0).LIFNR ?? "")).toMatchObject({ isBlocked: true });
    expect(await contentOf(bench, vendor(1).LIFNR ?? "")).toMatchObject({ address: { city: "NEWTOWN" } });
    expect(run.sap.rows).toBeLessThan(full.sap.rows / 20);
  });

  it("leave what has no trace to the sweep, which is due with the month, and sees too what was turned back meanwhile", async () => {
    const before = await contentOf(bench, item(0).EBELN ?? "");
    // What was touched is read again for two days, and is the same.
    const again = await sync("20261125");
    expect(again.readings["purchase-orders"]?.why).toContain("2 touched");
    expect(await changedIn(bench, again)).toEqual([]);
    // As it was at the last sweep, without a trace: the slice comes to the digest that it had then.
    await patch("EKPO", item(0), { TXZ01: item(0).TXZ01 ?? "", AEDAT: item(0).AEDAT ?? "" });
    const still = await sync("20261130");
    expect(howOf(still)).toEqual(["changes", "changes"]);
    expect(await changedIn(bench, still)).toEqual([]);

    const run = await sync("20261201");
    expect(run.readings["purchase-orders"]).toEqual({
      how: "sweep",
      why: "the last sweep was at 2026-11-20, in another month",
    });
    expect(run.state).toBe("finished");
    expect(await changedIn(bench, run)).toEqual([item(0).EBELN, item(3).EBELN, vendor(2).LIFNR].sort());
    expect(JSON.stringify(before)).toContain("PRICED ANEW");
    expect(JSON.stringify(await contentOf(bench, item(0).EBELN ?? ""))).not.toContain("PRICED ANEW");
    expect(await contentOf(bench, vendor(2).LIFNR ?? "")).toMatchObject({ names: expect.arrayContaining(["DIRECTLY"]) });
  });

  it("find their slices the same in the next sweep, but for none", async () => {
    const run = await sync("20261201", "full");
    expect(run.sap.sameSlices).toBe(run.sap.slices);
    expect(run.sap.slices).toBeGreaterThan(2);
  });

  it("keep the watermark where it is until they are done", async () => {
    await patch("EKPO", item(4), { TXZ01: "HALF WAY" });
    await document("EINKBELEG", item(4).EBELN ?? "", "20261202");
    const marks = await marksOf(bench);
    isGarbled = true;
    const halted = await sync("20261202");
    isGarbled = false;
    expect([halted.state, halted.code, halted.flow]).toEqual(["paused", "sap.protocol", "purchase-orders"]);
    const held = await marksOf(bench);
    expect(held.filter(({ flow }) => flow === "purchase-orders")).toEqual(marks.filter(({ flow }) => flow === "purchase-orders"));
    // Days later: it goes on as it began, and the next run looks back to the day it began.
    const resumed = await sync("20261210");
    expect([resumed.run, resumed.state]).toEqual([halted.run, "finished"]);
    expect(await changedIn(bench, resumed)).toEqual([item(4).EBELN]);
    const [mark] = (await marksOf(bench)).filter(({ flow }) => flow === "purchase-orders");
    expect(JSON.parse(mark?.value ?? "")).toMatchObject({ day: "20261202", swept: "20261201" });
    const next = await sync("20261210");
    expect(next.readings["purchase-orders"]?.why).toContain("2026-11-30 to 2026-12-10");
  });
});

describe("where the policy keeps change documents away", () => {
  it("every run sweeps and says why", async () => {
    const { CDHDR: _, ...tables } = policyOfFlows.tables;
    const bench = await openFullBench({ worldFolder, policy: { ...policyOfFlows, tables } });
    await bench.moveClockTo("20261120");
    const first = await bench.sync({ flows: ["purchase-orders"], mode: "delta" });
    expect(first.readings["purchase-orders"]).toEqual({ how: "sweep", why: "it was never read whole before" });
    const [order = {}] = rowsOf("EKPO");
    await bench.door("tables/EKPO", { patch: [{ ...order, TXZ01: "DIRECTLY" }] });
    const second = await bench.sync({ flows: ["purchase-orders"], mode: "delta" });
    expect(second.readings["purchase-orders"]?.how).toBe("sweep");
    expect(second.readings["purchase-orders"]?.why).toMatch(/^what was touched cannot be read: CDHDR .*\[sap\.policy\]/);
    expect([second.state, await changedIn(bench, second)]).toEqual(["finished", [order.EBELN]]);
    await bench.close();
  }, 240_000);
});

describe("business that goes on while runs read", () => {
  it("is all there in the end: a sweep after runs of changes only finds no order that they missed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mlc-business-"));
    const scale = { projects: 3, vendors: 60, purchaseOrders: 300, poLines: 450, costLines: 200 };
    buildGroup({ worldFolder: folder, seed: 23, asOf: "20261031", ...scale });
    const bench = await openFullBench({ worldFolder: folder, sap: sweepRarely });
    const sync = async (day: string, mode: "full" | "delta" = "delta") => {
      await bench.moveClockTo(day);
      return bench.sync({ flows: ["purchase-orders"], mode });
    };
    await bench.moveClockTo("20261109");
    await bench.door("switches", { businessEventsPerCall: 2 });
    const runs = [await sync("20261109", "full"), await sync("20261109"), await sync("20261110"), await sync("20261113")];
    await bench.door("switches", { businessEventsPerCall: 0 });
    runs.push(await sync("20261113"));
    expect(runs.map(({ state, readings }) => `${state} ${readings["purchase-orders"]?.how}`)).toEqual([
      "finished sweep",
      ...runs.slice(1).map(() => "finished changes"),
    ]);
    const landed = await Promise.all(runs.slice(1).map((run) => changedIn(bench, run)));
    expect(new Set(landed.flat()).size).toBeGreaterThan(40);
    const sweep = await sync("20261113", "full");
    expect([sweep.state, await changedIn(bench, sweep)]).toEqual(["finished", []]);
    await bench.close();
    rmSync(folder, { recursive: true, force: true });
  }, 240_000);
});
