import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReadRequest, TableReader, Where } from "../rfc/index.ts";
import { type Discoverable, discover } from "./discover.ts";
import { labelOf, parseSlice, type Slice, splitSlice, whereOf } from "./slice.ts";

type Key = Record<string, string>;

function matches(row: Key, where: Where | undefined): boolean {
  if (!where) return true;
  switch (where.kind) {
    case "all":
      return where.of.every((each) => matches(row, each));
    case "any":
      return where.of.some((each) => matches(row, each));
    case "compare": {
      const value = row[where.field] ?? "";
      if (where.operator === "=") return value === where.value;
      return where.operator === ">=" ? value >= where.value : value < where.value;
    }
    default:
      throw new Error(`unexpected ${where.kind}`);
  }
}

/** A table that answers in another order each time, as RFC_READ_TABLE may, or in the order of its key. */
function readerOf(rows: readonly Key[], seed: { turn: number; sortedBy?: readonly string[] }): TableReader {
  const keyText = (row: Key) => (seed.sortedBy ?? []).map((field) => (row[field] ?? "").padEnd(12)).join("");
  return {
    name: "fake",
    read: async ({ where, rowsMax }: ReadRequest) => {
      seed.turn += 1;
      const found = rows
        .filter((row) => matches(row, where))
        .map((row, index) => ({ row, order: (index * 7919 + seed.turn * 104_729) % 10_007 }))
        .sort((left, right) => (seed.sortedBy ? (keyText(left.row) < keyText(right.row) ? -1 : 1) : left.order - right.order))
        .map(({ row }) => row);
      if (rowsMax !== undefined && found.length > rowsMax) {
        const seen = found.slice(0, rowsMax + 1);
        const keysSeen = seed.sortedBy
          ? seen.map((row) => Object.fromEntries((seed.sortedBy ?? []).map((field) => [field, row[field] ?? ""])))
          : seen;
        return { kind: "over", keysSeen, rowsSeen: seen, isSorted: seed.sortedBy !== undefined };
      }
      return { kind: "complete", rows: found, rejected: [], doubtful: [] };
    },
  };
}

async function readAll(reader: TableReader, what: Discoverable, start: Slice): Promise<Key[]> {
  const open: { label: string; slice: unknown }[] = [{ label: labelOf(what.table, start), slice: start }];
  const keys: Key[] = [];
  for (let next = open.pop(); next; next = open.pop()) {
    const found = await discover(reader, what, next.label, parseSlice(JSON.parse(JSON.stringify(next.slice)), what.table));
    for (const offer of found.slices)
      if (offer.kind === "discover") open.push(offer);
      else keys.push(...(offer.slice as { keys: Key[] }).keys);
  }
  return keys;
}

const text = (key: Key) => Object.values(key).join("|");

describe("discovery", () => {
  const value = fc.oneof(
    fc.stringMatching(/^[0-9]{0,4}$/),
    fc.stringMatching(/^[A-Z_-]{0,3}$/),
    fc.constantFrom("", "0000000001", "ZZ", "~"),
  );

  it("finds every key exactly once, blanks and alphanumerics too, whatever the order and the cap", async () => {
    const what: Discoverable = { flow: "vendors", table: "LFA1", keyFields: ["LIFNR"], cap: 7, objectsPerSlice: 3 };
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(value, { maxLength: 120 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(),
        fc.boolean(),
        async (values, cap, turn, isSorted) => {
          const rows = values.map((LIFNR) => ({ LIFNR }));
          const order = isSorted ? { turn, sortedBy: ["LIFNR"] } : { turn };
          const found = await readAll(readerOf(rows, order), { ...what, cap }, { ranges: [{ field: "LIFNR" }], oneOf: [] });
          expect(found.map(text).sort()).toEqual(rows.map(text).sort());
        },
      ),
      { numRuns: Number(process.env.CASES ?? 200) },
    );
  });

  it("goes on to the next key column where one value alone is over the cap", async () => {
    const what: Discoverable = { flow: "costs", table: "BKPF", keyFields: ["BUKRS", "BELNR"], cap: 5, objectsPerSlice: 100 };
    const row = fc.record({
      CPUDT: fc.constantFrom("20260101", "20260102"),
      BELNR: fc.stringMatching(/^[0-9]{3}$/),
      BUKRS: fc.constantFrom("1000", "2000"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { maxLength: 80, selector: (each) => `${each.BUKRS}${each.BELNR}` }),
        fc.nat(),
        fc.boolean(),
        async (rows, turn, isSorted) => {
          const start: Slice = { ranges: [{ field: "CPUDT" }, { field: "BELNR" }, { field: "BUKRS" }], oneOf: [] };
          const order = isSorted ? { turn, sortedBy: ["BUKRS", "BELNR"] } : { turn };
          const found = await readAll(readerOf(rows, order), what, start);
          expect(found.map(({ BUKRS, BELNR }) => `${BUKRS}|${BELNR}`).sort()).toEqual(
            rows.map(({ BUKRS, BELNR }) => `${BUKRS}|${BELNR}`).sort(),
          );
        },
      ),
    );
  });

  it("cuts sorted rows behind the last complete key, and on the next key column where the slice pins the first", async () => {
    const what: Discoverable = { flow: "costs", table: "BKPF", keyFields: ["BUKRS", "BELNR"], cap: 3, objectsPerSlice: 100 };
    const rows = ["1", "2", "3", "4", "5"].map((BELNR) => ({ BUKRS: "1000", BELNR }));
    const reader = readerOf(rows, { turn: 0, sortedBy: ["BUKRS", "BELNR"] });
    const pinned: Slice = { ranges: [{ field: "BELNR" }], oneOf: [{ field: "BUKRS", values: ["1000"] }] };
    expect(await discover(reader, what, "", pinned)).toEqual({
      kind: "split",
      slices: [
        { kind: "objects", flow: "costs", label: "BKPF BELNR[,4)", slice: { keys: rows.slice(0, 3) } },
        {
          kind: "discover",
          flow: "costs",
          label: "BKPF BELNR[4,)",
          slice: { ...pinned, ranges: [{ field: "BELNR", from: "4" }] },
        },
      ],
      kept: [{ label: "BKPF BELNR[,4)", slice: { ...pinned, ranges: [{ field: "BELNR", below: "4" }] } }],
    });
    // Without the pin other company codes may follow: nothing behind the last BUKRS is known to be complete.
    const open = await discover(reader, what, "", { ...pinned, oneOf: [] });
    expect(open.slices.every(({ kind }) => kind === "discover")).toBe(true);
  });

  it("never cuts at a value that no clause can hold", () => {
    const keys = ["A", "B\u0001", "C\ufffd", `D${"x".repeat(80)}`].map((K) => ({ K }));
    expect(() => splitSlice("T", { ranges: [{ field: "K" }], oneOf: [] }, keys)).toThrow("4 rows of one key");
    expect(splitSlice("T", { ranges: [{ field: "K" }], oneOf: [] }, [...keys, { K: "E" }])).toHaveLength(2);
  });

  it("refuses a single key with more rows than the cap, by name", async () => {
    const what: Discoverable = { flow: "vendors", table: "LFA1", keyFields: ["LIFNR"], cap: 2, objectsPerSlice: 2 };
    const rows = Array.from({ length: 3 }, () => ({ LIFNR: "1" }));
    await expect(readAll(readerOf(rows, { turn: 1 }), what, { ranges: [{ field: "LIFNR" }], oneOf: [] })).rejects.toMatchObject({
      code: "sap.range-not-divisible",
    });
  });
});

describe("splits", () => {
  it("tile their parent: same outer bounds, no gap, no overlap", () => {
    const keys = fc.uniqueArray(fc.stringMatching(/^[0-9]{3}$/), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(
        keys,
        fc.option(fc.constantFrom("000", "050")),
        fc.option(fc.constantFrom("999", "960")),
        (values, from, below) => {
          const given = { field: "K", ...(from ? { from } : {}), ...(below ? { below } : {}) };
          const inside = values.filter((each) => (!from || each >= from) && (!below || each < below));
          if (new Set(inside).size < 2) return;
          const pieces = splitSlice(
            "T",
            { ranges: [given], oneOf: [] },
            inside.map((K) => ({ K })),
          ).map((slice) => slice.ranges[0]);
          expect(pieces.length).toBeGreaterThanOrEqual(2);
          expect(pieces[0]?.from).toBe(from ?? undefined);
          expect(pieces.at(-1)?.below).toBe(below ?? undefined);
          for (const [index, piece] of pieces.entries()) if (index > 0) expect(piece?.from).toBe(pieces[index - 1]?.below);
        },
      ),
    );
  });

  it("cut numbers as numbers, for so does SAP compare them", () => {
    const seen = ["9", "-3", "10", "100", "*9", "2"].map((K) => ({ K }));
    const pieces = splitSlice("T", { ranges: [{ field: "K" }], oneOf: [] }, seen, ["K"]).map(({ ranges }) => ranges[0]);
    expect(pieces.map((piece) => piece?.from)).toEqual([undefined, "2", "9", "10", "100"]);
    expect(pieces.map((piece) => piece?.below)).toEqual(["2", "9", "10", "100", undefined]);
    const inside = splitSlice("T", { ranges: [{ field: "K", from: "9", below: "100" }], oneOf: [] }, seen, ["K"]);
    expect(inside.map(({ ranges }) => ranges[0])).toEqual([
      { field: "K", from: "9", below: "10" },
      { field: "K", from: "10", below: "100" },
    ]);
  });

  it("come back from the hub checked", () => {
    expect(() => parseSlice({ ranges: [{ field: "K", sql: "1=1" }], oneOf: [] }, "T")).toThrow("slice of T");
    expect(() => parseSlice("everything", "T")).toThrow("slice of T");
    expect(whereOf({ ranges: [{ field: "K" }], oneOf: [] })).toBeUndefined();
  });
});
