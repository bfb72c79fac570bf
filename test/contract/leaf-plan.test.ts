// The leaf plan over a reader that sorts: what stands before a cut is read with the cut's own answer, and still is a leaf. So a row that comes
// in early moves no border, and the next run reads and uploads the slice that it fell into, and no other.
import { sql } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Agent } from "../../src/agent/index.ts";
import { createHttpClient } from "../../src/cli/platform/index.ts";
import type { HttpClient } from "../../src/ports/index.ts";
import { type Discoverable, discover, discoverOffer } from "../../src/sap/extract/discover.ts";
import { parseKeys, withDigest } from "../../src/sap/extract/object-slice.ts";
import { reuseLeaves } from "../../src/sap/extract/reuse-leaves.ts";
import { parseSlice, type Slice } from "../../src/sap/extract/slice.ts";
import type { FlowExtract, TableReader } from "../../src/sap/index.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { vendorRecord } from "../support/records.ts";
import { enrolAt, startVendorAgent } from "../support/vendor-agent.ts";

const what: Discoverable = { flow: "vendors", table: "LFA1", keyFields: ["LIFNR"], cap: 3, objectsPerSlice: 3 };
const everything: Slice = { ranges: [{ field: "LIFNR" }], oneOf: [] };

let bench: Bench;
let http: HttpClient;
let agent: Agent | undefined;
beforeEach(async () => {
  bench = await openBench({ withoutAgent: true });
  http = createHttpClient();
});
afterEach(async () => {
  await agent?.stop();
  await bench.close();
  await http.close();
});

const numberOf = (number: number) => String(number).padStart(10, "0");

/** The rows of a range, the first of them in the order of the key. */
function sortedReader(keys: () => readonly string[], asked: { calls: number }): TableReader {
  return {
    name: "sorted",
    async read({ where, rowsMax = 0 }) {
      asked.calls += 1;
      const bounds = where === undefined ? [] : where.kind === "all" ? where.of : [where];
      const holds = (key: string) =>
        bounds.every((each) => each.kind === "compare" && (each.operator === ">=" ? key >= each.value : key < each.value));
      const rows = keys()
        .filter(holds)
        .toSorted()
        .map((LIFNR) => ({ LIFNR }));
      if (rows.length <= rowsMax) return { kind: "complete", rows, rejected: [], doubtful: [] };
      const seen = rows.slice(0, rowsMax + 1);
      return { kind: "over", keysSeen: seen, rowsSeen: seen, isSorted: true };
    },
  };
}

it("a row that comes in early moves no border of the slices behind it", async () => {
  const keys = Array.from({ length: 12 }, (_, index) => numberOf((index + 1) * 10));
  const asked = { calls: 0 };
  let uploaded: string[] = [];
  const reader = sortedReader(() => keys, asked);
  const vendors: FlowExtract = {
    open: async ({ leaves }) => ({
      slices: reuseLeaves(leaves, what.table, everything).map((slice) => discoverOffer(what, slice)),
    }),
    discover: (label, slice) => discover(reader, what, label, parseSlice(slice, what.table)),
    async read(slice, before) {
      const read = withDigest(
        parseKeys(slice, what.table, what.keyFields).map(({ LIFNR = "" }) => vendorRecord(LIFNR)),
        before,
      );
      uploaded.push(...read.records.map(({ key }) => key));
      return read;
    },
  };
  ({ agent } = startVendorAgent({ bench, http, identity: await enrolAt(bench, http) }, vendors));
  const sync = async () => {
    asked.calls = 0;
    uploaded = [];
    expect(await bench.sync(["vendors"])).toMatchObject({ state: "finished" });
    return { calls: asked.calls, uploaded: uploaded.toSorted() };
  };
  const leaves = async () => {
    const found = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql<{ label: string }>`select label from leaf where kind = 'discover'`.execute(tx),
    );
    return found.rows.map(({ label }) => label.slice("LFA1 LIFNR".length).replaceAll(/0{6,}/g, "")).toSorted();
  };

  expect(await sync()).toEqual({ calls: 4, uploaded: keys });
  const behind = ["[100,)", "[40,70)", "[70,100)"];
  expect(await leaves()).toEqual([...behind, "[,40)"].toSorted());

  // Nothing new: a call a leaf, and nothing is uploaded.
  expect(await sync()).toEqual({ calls: 4, uploaded: [] });

  keys.push(numberOf(15));
  // One slice is over its cap, is cut, and what is behind the cut is read: one call more.
  expect(await sync()).toEqual({ calls: 5, uploaded: [10, 15, 20, 30].map(numberOf) });
  expect(await leaves()).toEqual([...behind, "[,30)", "[30,40)"].toSorted());
});
