// Issue 3, "Must hold": every row that stood from before a run's first call until after its last comes exactly once; what was inserted or
// deleted meanwhile may come; each row is one version that existed, or is failed by name. WORLDS sets how many worlds are played.
import { describe, expect, it, vi } from "vitest";
import type { RfcClient } from "../../src/ports/index.ts";
import type { TableDefinition } from "../../src/sandbox/ecc/dictionary/define.ts";
import type { Dialect } from "../../src/sap/rfc/dialect.ts";
import { classicDialect } from "../../src/sap/rfc/dialect-classic.ts";
import { entriesDialect } from "../../src/sap/rfc/dialect-entries.ts";
import { etDataDialect } from "../../src/sap/rfc/dialect-et-data.ts";
import { table2Dialect } from "../../src/sap/rfc/dialect-table2.ts";
import { zDialect } from "../../src/sap/rfc/dialect-z.ts";
import { createDictionary, createReaders, createReadTable, type Dictionary, type TableReader } from "../../src/sap/rfc/index.ts";
import { createTableReader } from "../../src/sap/rfc/read-table.ts";
import { type BusyOptions, type BusySystem, openBusySystem } from "./busy-system.ts";
import { type Dice, diceOf, worlds } from "./dice.ts";
import { keyFieldsOf } from "./random-table.ts";
import { type Pieces, type Plan, type Run, readWhole, soundPieces } from "./whole-read.ts";
import { joiningBlindly, mendingOverflow, overlapping, pagingByLastKey, withoutWitness } from "./wrong-readers.ts";

// The simulated dictionary is source code; a made-up table is added to what it knows, for one world at a time.
const made = vi.hoisted(() => ({ definition: undefined as TableDefinition | undefined }));
vi.mock("../../src/sandbox/ecc/dictionary/index.ts", async (original) => {
  const real = await original<typeof import("../../src/sandbox/ecc/dictionary/index.ts")>();
  const definitionOf = (name: string) => (name === "ZFUZZ" ? made.definition : real.definitionOf(name));
  return { ...real, definitionOf };
});

type Reading = {
  name: string;
  open(client: RfcClient, dictionary: Dictionary): TableReader;
  switches?: BusyOptions["switches"];
  carries?: BusyOptions["carries"];
  /** Cells are too narrow for the longest numbers. */
  overflows: boolean;
};
const through = (dialect: Dialect) => (client: RfcClient, dictionary: Dictionary) =>
  createTableReader(client, dictionary, dialect);
const readings: readonly Reading[] = [
  { name: "RFC_READ_TABLE", open: (client, dictionary) => createReadTable(client, dictionary), overflows: true },
  {
    name: "RFC_READ_TABLE, sorted, on 7.50",
    open: through(classicDialect({ canSort: true })),
    switches: { profile: "nw750" },
    overflows: true,
  },
  { name: "RFC_READ_TABLE on 7.58", open: through(classicDialect()), switches: { profile: "s4_758" }, overflows: true },
  {
    name: "RFC_READ_TABLE with ET_DATA on 7.58",
    open: through(etDataDialect({ canSort: true })),
    switches: { profile: "s4_758" },
    // It trims; what would be bent by that is another reader's. Its numbers have no width.
    carries: { noBlanksInFront: true },
    overflows: false,
  },
  { name: "BBP_RFC_READ_TABLE", open: through(classicDialect({ function: "BBP_RFC_READ_TABLE" })), overflows: true },
  {
    name: "/SAPDS/RFC_READ_TABLE2",
    open: through(table2Dialect("/SAPDS/RFC_READ_TABLE2")),
    switches: { absentModules: [] },
    overflows: true,
  },
  { name: "RFC_GET_TABLE_ENTRIES", open: through(entriesDialect()), carries: { textOnly: true }, overflows: false },
  {
    name: "the customer's reader, in small pages",
    open: through(zDialect({ pageRows: 7 })),
    switches: { absentModules: [] },
    overflows: false,
  },
  {
    name: "the reader that is chosen where the customer's is not allowed",
    open: (client, dictionary) => createReaders({ client, dictionary }),
    switches: { absentModules: [], zAllow: {}, profile: "nw750" },
    overflows: true,
  },
];

type Play = { seed: number; reading: Reading; stages?: 1; pieces?: Pieces; wrap?: (reader: TableReader) => TableReader };

/** What is wrong with two runs over one world, a cold one and one on its leaves; and what was met on the way. */
async function play({ seed, reading, stages, pieces = soundPieces, wrap = (reader) => reader }: Play) {
  const dice = diceOf(seed);
  const busy = openBusySystem({
    dice,
    rowsMax: dice.pick([0, 1, 3, 20, 60, 150, 300]),
    changesPerCall: dice.pick([0, 0.3, 1, 2]),
    changesMax: 80,
    connections: dice.between(1, 4),
    ...(reading.switches ? { switches: reading.switches } : {}),
    ...(reading.carries ? { carries: reading.carries } : {}),
  });
  made.definition = busy.definition;
  const reader = wrap(reading.open(busy.client, createDictionary(busy.client)));
  const planned = planOf(busy, reader, dice);
  const plan = stages === 1 ? { ...planned, isTwoStage: false } : planned;
  const cold = await runOnce(busy, plan, pieces, reading);
  const warm = await runOnce(busy, { ...plan, leaves: cold.run.leaves }, pieces, reading);
  await busy.client.close();
  return { complaints: [...cold.complaints, ...warm.complaints], runs: [cold.run, warm.run] };
}

function planOf({ definition }: BusySystem, reader: TableReader, dice: Dice): Plan {
  const keyFields = keyFieldsOf(definition).map(({ name }) => name);
  const others = definition.fields.filter(({ isKey }) => !isKey).map(({ name }) => name);
  const fields = [...keyFields, ...others.filter(() => dice.chance(0.9))];
  return { reader, keyFields, fields, cap: dice.between(3, 50), workers: dice.between(1, 4), isTwoStage: dice.chance(0.6) };
}

async function runOnce(
  busy: BusySystem,
  plan: Plan,
  pieces: Pieces,
  { overflows }: Reading,
): Promise<{ run: Run; complaints: string[] }> {
  const { audit } = busy;
  const from = audit.now();
  busy.setBusy(true);
  const run = await readWhole(plan, pieces);
  busy.setBusy(false);
  return { run, complaints: audit.judge({ from, until: audit.now(), fields: plan.fields, delivered: run.delivered, overflows }) };
}

describe.each(readings)("reading whole through $name", (reading) => {
  it("holds while SAP is worked in", async () => {
    const met = { rows: 0, rejected: 0, retries: 0 };
    for (let seed = 1; seed <= worlds; seed += 1) {
      const { complaints, runs } = await play({ seed, reading }).catch((error: unknown) => {
        throw new Error(`world ${seed}`, { cause: error });
      });
      expect(complaints, `world ${seed}`).toEqual([]);
      for (const { delivered, retries } of runs) {
        met.rows += delivered.rows.length;
        met.rejected += delivered.rejected.length;
        met.retries += retries;
      }
    }
    // A proof over worlds in which nothing happens proves nothing.
    expect(met.rows).toBeGreaterThan(worlds * 20);
    if (reading.overflows && worlds > 20) expect(met.rejected).toBeGreaterThan(0);
  });
});

// A property that cannot fail proves nothing: each of these drivers is wrong in one way, and the property must say so.
describe("the property notices a driver that", () => {
  const [reading] = readings;
  const worldsToNotice = 60;
  const wrong: readonly (Pick<Play, "pieces" | "wrap"> & { what: string; says: RegExp })[] = [
    {
      what: "drops the last range of a split",
      pieces: { ...soundPieces, split: (slice, seen) => soundPieces.split(slice, seen).slice(0, -1) },
      says: /did not come/,
    },
    {
      what: "loses the range of blanks",
      pieces: {
        ...soundPieces,
        start: (slice) => ({
          ...slice,
          ranges: slice.ranges.map((range, at) => (at === 0 ? { ...range, from: "00000001" } : range)),
        }),
      },
      says: /did not come/,
    },
    { what: "lets two ranges meet in one key", pieces: { ...soundPieces, split: overlapping }, says: /came 2 times/ },
    { what: "ignores the witness", wrap: withoutWitness, says: /did not come/ },
    { what: "pages by the last key of an unsorted answer", wrap: pagingByLastKey, says: /did not come/ },
    { what: "joins columns without looking again", wrap: joiningBlindly, says: /never stood in the table/ },
    { what: "mends an overflow", wrap: mendingOverflow, says: /never stood in the table|although it overflowed/ },
  ];

  it.each(wrong)("$what", async ({ pieces, wrap, says }) => {
    if (reading === undefined) throw new Error("no reader to try it with");
    const complaints: string[] = [];
    for (let seed = 1; seed <= worldsToNotice && !complaints.some((each) => says.test(each)); seed += 1) {
      const given = { seed, reading, ...(pieces ? { pieces, stages: 1 as const } : {}), ...(wrap ? { wrap } : {}) };
      const played = await play(given).catch(() => ({ complaints: [] }));
      complaints.push(...played.complaints);
    }
    expect(complaints.filter((each) => says.test(each))).not.toEqual([]);
  });
});
