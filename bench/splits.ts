// Rows that discovery throws away because a slice was over its cap, over rows kept: the product's own splitting on a table of a million
// keys in memory. Handed out shuffled, and in key order, which is what a database usually does and what misleads quantiles most.
import { discover, discoverOffer } from "../src/sap/extract/discover.ts";
import { reuseLeaves } from "../src/sap/extract/reuse-leaves.ts";
import { parseSlice, type Slice } from "../src/sap/extract/slice.ts";
import type { ReadOutcome, ReadRequest, TableReader, Where } from "../src/sap/index.ts";

export type SplitFigures = {
  order: "shuffled" | "in key order";
  cold: number;
  warm: number;
  coldCalls: number;
  warmCalls: number;
};

const everything: Slice = { ranges: [{ field: "EBELN" }], oneOf: [] };
const what = { flow: "purchase-orders", table: "EKKO", keyFields: ["EBELN"], cap: 10_000, objectsPerSlice: 10_000 } as const;

const keyOf = (index: number) => String(4_500_000_000 + index * 3);

function boundsOf(where: Where | undefined): { from: string; below: string } {
  const parts = where === undefined ? [] : where.kind === "all" ? where.of : [where];
  const bounds = { from: "", below: "\uffff" };
  for (const part of parts) {
    if (part.kind !== "compare") throw new Error(`a discovery slice with ${part.kind}`);
    if (part.operator === ">=") bounds.from = part.value;
    else bounds.below = part.value;
  }
  return bounds;
}

/** The first index whose key is not below the bound. */
function indexOf(bound: string, keys: number): number {
  let low = 0;
  let high = keys;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(middle) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Counted = { reader: TableReader; kept: number; discarded: number; calls: number };

function tableOf(keys: number, isShuffled: boolean): Counted {
  const counted: Counted = {
    kept: 0,
    discarded: 0,
    calls: 0,
    reader: {
      name: "in memory",
      async read({ where, rowsMax = keys }: ReadRequest): Promise<ReadOutcome> {
        const { from, below } = boundsOf(where);
        const first = indexOf(from, keys);
        const count = indexOf(below, keys) - first;
        counted.calls += 1;
        if (count <= rowsMax) {
          counted.kept += count;
          const rows = Array.from({ length: count }, (_, index) => ({ EBELN: keyOf(first + index) }));
          return { kind: "complete", rows, rejected: [], doubtful: [] };
        }
        counted.discarded += rowsMax + 1;
        // A step that has no factor in common with most counts visits them in a scattered order, each once.
        const step = isShuffled ? 7_919 : 1;
        const rowsSeen = Array.from({ length: rowsMax + 1 }, (_, index) => ({ EBELN: keyOf(first + ((index * step) % count)) }));
        return { kind: "over", keysSeen: rowsSeen, rowsSeen, isSorted: false };
      },
    },
  };
  return counted;
}

async function readAll(table: Counted, begin: readonly Slice[], keys: number): Promise<Slice[]> {
  const leaves: Slice[] = [];
  const open = [...begin];
  for (let slice = open.pop(); slice !== undefined; slice = open.pop()) {
    const found = await discover(table.reader, what, discoverOffer(what, slice).label, slice);
    if (found.kind === "complete") leaves.push(slice);
    else open.push(...found.slices.map((offer) => parseSlice(offer.slice, what.table)));
  }
  if (table.kept !== keys) throw new Error(`${table.kept} keys came of ${keys}`);
  return leaves;
}

/** Cold, then once more after one percent of new documents, which get the highest numbers. */
async function measure(keys: number, order: SplitFigures["order"]): Promise<SplitFigures> {
  const isShuffled = order === "shuffled";
  const cold = tableOf(keys, isShuffled);
  const leaves = await readAll(cold, [everything], keys);
  const grown = Math.floor(keys * 1.01);
  const warm = tableOf(grown, isShuffled);
  const known = leaves.map((slice) => ({ label: "", slice }));
  await readAll(warm, reuseLeaves(known, what.table, everything), grown);
  return {
    order,
    cold: cold.discarded / cold.kept,
    warm: warm.discarded / warm.kept,
    coldCalls: cold.calls,
    warmCalls: warm.calls,
  };
}

export async function measureSplits(keys: number): Promise<SplitFigures[]> {
  return [await measure(keys, "shuffled"), await measure(keys, "in key order")];
}
