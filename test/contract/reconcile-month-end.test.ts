// A builder's month end over sockets, small: cost without a rule, documents and reversals after the close, and documents that the reader's rights do not
// show. What `reconcile` says of it is the builder's own figures, class by class, with no miss and no false alarm, amounts included.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unexplainedOf } from "../../src/core/index.ts";
import { buildGroup } from "../../src/sandbox/builder/index.ts";
import type { MonthEnd } from "../../src/sandbox/world.ts";
import { type FullBench, openFullBench } from "../support/full-bench.ts";
import {
  differences,
  expectedClasses,
  foundClasses,
  hide,
  monthEndSettings,
  type Played,
  playMonthEnd,
  readMonthEnd,
} from "../support/month-end.ts";

const worldFolder = mkdtempSync(join(tmpdir(), "mlc-month-end-"));
let bench: FullBench;
let monthEnd: MonthEnd;
let played: Played;

beforeAll(async () => {
  const size = { projects: 3, vendors: 40, purchaseOrders: 30, poLines: 60, costLines: 2_000 };
  buildGroup({ worldFolder, seed: 5, asOf: "20261130", ...size, monthEnd: { unmapped: 2, late: 1, reversed: 0.5 } });
  monthEnd = readMonthEnd(worldFolder);
  bench = await openFullBench({ worldFolder, ...monthEndSettings });
  await hide(bench, worldFolder, monthEnd);
  played = await playMonthEnd(bench, monthEnd);
});
afterAll(async () => {
  await bench.close();
  rmSync(worldFolder, { recursive: true, force: true });
});

it("comes out in the builder's classes, both ways, amounts included", () => {
  const expected = expectedClasses(monthEnd, true);
  const names = new Set([...expected.keys()].map((key) => key.split(" ")[0]));
  for (const name of ["posted", "unmapped", "cut-off", "reversed", "not-read"]) expect(names).toContain(name);
  expect(differences(expected, foundClasses(played.reconciliation.rows))).toEqual([]);
});

it("shows hidden documents in both of SAP's totals, and only there", () => {
  const { rows, ledger } = played.reconciliation;
  const unexplained = rows.flatMap(({ classes }) => Object.keys(unexplainedOf(classes)));
  expect(new Set(unexplained)).toEqual(new Set(["not-read"]));
  const ofRows = rows.reduce((sum, { classes }) => sum + (classes["not-read"] ?? 0n), 0n);
  const cost = ledger.differing.filter(({ notRead, key }) => notRead !== 0n && key.account.startsWith("00004"));
  expect(cost.reduce((sum, { notRead }) => sum + notRead, 0n)).toBe(ofRows);
  // Whole documents are hidden: their other sides are, too.
  const byCurrency = Map.groupBy(ledger.differing, ({ key }) => key.currency);
  for (const [currency, cells] of byCurrency)
    expect([currency, cells.reduce((sum, { notRead }) => sum + notRead, 0n)]).toEqual([currency, 0n]);
});
