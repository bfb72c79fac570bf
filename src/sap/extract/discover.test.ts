// What splitting costs: rows that were read and thrown away over rows that were kept, with a million made-up keys.
import { describe, expect, it } from "vitest";
import type { ReadRequest, RowKey, TableReader, Where } from "../rfc/index.ts";
import { type Discoverable, discover, objectOffers } from "./discover.ts";
import { reuseLeaves } from "./reuse-leaves.ts";
import { labelOf, parseSlice, type Slice } from "./slice.ts";

const keysMax = 1_000_000;
const cap = 1_000;
const what: Discoverable = { flow: "vendors", table: "LFA1", keyFields: ["LIFNR"], cap, objectsPerSlice: 1_000 };
const everything: Slice = { ranges: [{ field: "LIFNR" }], oneOf: [] };

/** Ascending, clustered as number ranges are; every tenth key has letters. */
const allKeys = Array.from({ length: keysMax }, (_, at) =>
  at % 10 === 9 ? `V${String(at * 7).padStart(9, "0")}` : String(at * 3 + (at > 400_000 ? 4_500_000_000 : 0)).padStart(10, "0"),
).sort();

type Bounds = { from: string; below: string | undefined };

function boundsOf(where: Where | undefined): Bounds {
  const bounds: Bounds = { from: "", below: undefined };
  for (const each of where === undefined ? [] : where.kind === "all" ? where.of : [where]) {
    if (each.kind !== "compare") throw new Error(each.kind);
    if (each.operator === ">=") bounds.from = each.value;
    else bounds.below = each.value;
  }
  return bounds;
}

function lowerBound(keys: readonly string[], value: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Cost = { kept: number; discarded: number; leaves: Slice[] };

/** `isSorted`: the first rows come; otherwise any, scattered over the range. */
function readerOf(keys: readonly string[], isSorted: boolean, cost: Cost): TableReader {
  return {
    name: "fake",
    read: async ({ where, rowsMax = 0 }: ReadRequest) => {
      const { from, below } = boundsOf(where);
      const start = lowerBound(keys, from);
      const count = (below === undefined ? keys.length : lowerBound(keys, below)) - start;
      const row = (at: number) => ({ LIFNR: keys[start + at] ?? "" });
      if (count <= rowsMax) {
        cost.kept += count;
        return { kind: "complete", rows: Array.from({ length: count }, (_, at) => row(at)), rejected: [], doubtful: [] };
      }
      // A step without a common factor visits every place once.
      const seen = Array.from({ length: rowsMax + 1 }, (_, at) => row(isSorted ? at : (at * 7_919 + start) % count));
      cost.discarded += seen.length;
      return { kind: "over", keysSeen: seen, rowsSeen: seen, isSorted };
    },
  };
}

async function readAll(keys: readonly string[], isSorted: boolean, start: readonly Slice[]): Promise<Cost> {
  const cost: Cost = { kept: 0, discarded: 0, leaves: [] };
  const reader = readerOf(keys, isSorted, cost);
  const open = [...start];
  for (let slice = open.pop(); slice !== undefined; slice = open.pop()) {
    const found = await discover(reader, what, labelOf(what.table, slice), slice);
    if (found.kind === "complete") {
      cost.leaves.push(slice);
      continue;
    }
    cost.leaves.push(...(found.kept ?? []).map((leaf) => parseSlice(leaf.slice, what.table)));
    for (const offer of found.slices) {
      if (offer.kind === "discover") open.push(parseSlice(offer.slice, what.table));
      else {
        const rows = (offer.slice as { keys: unknown[] }).keys.length;
        cost.kept += rows;
        cost.discarded -= rows;
      }
    }
  }
  return cost;
}

describe("object slices", () => {
  it("name the source key where it is none of the key fields, so that the hub knows whose digest they are", () => {
    const invoices = { ...what, keyFields: ["BELNR", "GJAHR"], sourceKey: (key: RowKey) => `${key.BELNR}.${key.GJAHR}` };
    const [offer] = objectOffers(invoices, "all", [{ BELNR: "5105600001", GJAHR: "2026" }]);
    expect(offer?.slice).toEqual({ keys: [{ BELNR: "5105600001", GJAHR: "2026", sourceKey: "5105600001.2026" }] });
    const [plain] = objectOffers(what, "all", [{ LIFNR: "1" }]);
    expect(plain?.slice).toEqual({ keys: [{ LIFNR: "1" }] });
  });
});

describe("rows discarded by splits over rows kept", () => {
  it("stay below 0.5 without a leaf plan, and below 0.1 with last run's", async () => {
    const before = allKeys.filter((_, at) => at % 50 !== 0);
    const cold = await readAll(before, false, [everything]);
    expect(cold.kept).toBe(before.length);
    expect(cold.discarded).toBeGreaterThan(0);
    expect(cold.discarded / cold.kept).toBeLessThan(0.5);
    const leaves = cold.leaves.map((slice) => ({ label: labelOf(what.table, slice), slice }));
    // A fiftieth more keys than last time.
    const warm = await readAll(allKeys, false, reuseLeaves(leaves, what.table, everything));
    expect(warm.kept).toBe(keysMax);
    expect(warm.discarded / warm.kept).toBeLessThan(0.1);
  });

  it("come to one row a cut where the reader sorts, and to none in the next run", async () => {
    const cost = await readAll(allKeys, true, [everything]);
    expect(cost.kept).toBe(keysMax);
    expect(cost.discarded).toBe(Math.ceil(keysMax / cap) - 1);
    const leaves = cost.leaves.map((slice) => ({ label: labelOf(what.table, slice), slice }));
    const warm = await readAll(allKeys, true, reuseLeaves(leaves, what.table, everything));
    expect([warm.kept, warm.discarded]).toEqual([keysMax, 0]);
  });
});
