// Reference data through the whole chain: simulated ECC, agent, hub and store, set against the world's own tables. It comes after the costs, is in no
// plan, and is right after readings by stamps, after what left none, and after what SAP deleted. One bench: each test goes on where the one before stood.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ReferenceKind } from "../../src/core/index.ts";
import { readReference, readReferenceState } from "../../src/hub/index.ts";
import { buildGroup } from "../../src/sandbox/builder/index.ts";
import { type FullBench, openFullBench } from "../support/full-bench.ts";

type Row = Readonly<Record<string, string>>;

const kinds: ReferenceKind[] = ["cost-center", "cost-element", "wbs-element", "posting-period", "fiscal-period"];
let worldFolder: string;
let bench: FullBench;

beforeAll(async () => {
  worldFolder = mkdtempSync(join(tmpdir(), "mlc-reference-"));
  const scale = { projects: 3, vendors: 10, purchaseOrders: 4, poLines: 6, costLines: 40 };
  buildGroup({ worldFolder, seed: 23, asOf: "20261031", ...scale });
  bench = await openFullBench({ worldFolder, settings: { reference: "after-costs" }, sap: { reference: kinds } });
}, 120_000);
afterAll(async () => {
  await bench.close();
  rmSync(worldFolder, { recursive: true, force: true });
});

function rowsOf(table: string): Row[] {
  const text = readFileSync(join(worldFolder, "ecc", "tables", `${table}.ndjson`), "utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Row]));
}

const kept = async (of: ReferenceKind) =>
  new Map(
    (
      await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
        readReference(tx, { tenant: "main", connection: "main" }, [of]),
      )
    ).map((record) => [record.key, record]),
  );

const wbsKey = (row: Row | undefined) => `wbs-element:${row?.PSPNR}`;

async function syncAt(day: string, mode: "full" | "delta" = "delta") {
  await bench.moveClockTo(day);
  const report = await bench.sync({ flows: ["costs"], mode });
  expect([report.state, report.detail ?? "", report.flow]).toEqual(["finished", "", "reference"]);
  return report;
}

it("comes after the costs, every row of every kind that the agent reads", async () => {
  const report = await syncAt("20261103", "full");
  const tables = {
    "cost-center": "CSKS",
    "cost-element": "CSKB",
    "wbs-element": "PRPS",
    "posting-period": "T001B",
    "fiscal-period": "T009B",
  } as const;
  const counts = await Promise.all(kinds.map(async (kind) => [kind, (await kept(kind)).size]));
  expect(counts).toEqual(kinds.map((kind) => [kind, rowsOf(tables[kind as keyof typeof tables]).length]));
  const [element] = rowsOf("PRPS");
  expect((await kept("wbs-element")).get(wbsKey(element))).toMatchObject({
    text: element?.POST1,
    attributes: { id: element?.POSID },
  });
  expect((await kept("project")).size).toBe(0);
  const state = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    readReferenceState(tx, { tenant: "main", connection: "main" }),
  );
  expect(state.map(({ kind, run, rows }) => [kind, run === BigInt(report.run), rows]).sort()).toEqual(
    counts.map(([kind, rows]) => [kind, true, rows]).sort(),
  );
  expect(report.flows).not.toHaveProperty("reference");
});

it("follows stamps where there are some, and reads whole what has none", async () => {
  const [first, second] = rowsOf("PRPS");
  await bench.door("tables/PRPS", {
    patch: [
      { ...first, POST1: "Stamped", AEDAT: "20261103" },
      { ...second, POST1: "Without a stamp" },
    ],
  });
  const [center] = rowsOf("CSKT").filter((row) => row.SPRAS === "E");
  await bench.door("tables/CSKT", { patch: [{ ...center, KTEXT: "Renamed" }] });
  const report = await syncAt("20261104");
  expect(report.readings.reference?.how).toBe("window");
  const elements = await kept("wbs-element");
  expect([elements.get(wbsKey(first))?.text, elements.get(wbsKey(second))?.text]).toEqual(["Stamped", second?.POST1]);
  expect([...(await kept("cost-center")).values()].filter(({ text }) => text === "Renamed").length).toBe(1);
  expect(elements.size).toBe(rowsOf("PRPS").length);
});

it("is right after a sweep: what was turned back, what left no stamp, and what SAP deleted", async () => {
  const [first, second, third] = rowsOf("PRPS");
  // As it was at the first sweep, whose digest would hold again.
  await bench.door("tables/PRPS", { patch: [{ ...first, AEDAT: "20261104" }], delete: [third] });
  const report = await syncAt("20261112");
  expect(report.readings.reference).toMatchObject({ how: "sweep", why: expect.stringContaining("every 7 days") });
  const elements = await kept("wbs-element");
  expect(elements.get(wbsKey(first))?.text).toBe(first?.POST1);
  expect(elements.get(wbsKey(second))?.text).toBe("Without a stamp");
  expect(elements.has(wbsKey(third))).toBe(false);
  expect(elements.size).toBe(rowsOf("PRPS").length - 1);
});

it("is read anew where a run that broke off had landed something else", async () => {
  const [center] = [...(await kept("cost-center")).values()];
  await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql`update reference_record set text = 'Of a run that broke off', changed_run = changed_run + 1000 where key = ${center?.key}`.execute(
      tx,
    ),
  );
  await syncAt("20261113");
  expect((await kept("cost-center")).get(center?.key ?? "")).toEqual(center);
});

it("sends nothing of a slice that is as it was", async () => {
  const before = (await syncAt("20261120")).run;
  const { run } = await syncAt("20261128");
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{
      kind: string;
      run: bigint;
    }>`select kind, max(changed_run) as run from reference_record group by kind order by kind`.execute(tx),
  );
  expect(rows.every((row) => row.run < BigInt(run))).toBe(true);
  expect(before).not.toBe(run);
});
