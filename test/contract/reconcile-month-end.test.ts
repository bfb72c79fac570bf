// A builder's month end over sockets, small: cost without a rule, documents and reversals after the close, and documents that the reader's rights do not
// show. What `reconcile` says of it is the builder's own figures, class by class, with no miss and no false alarm, amounts included.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unexplainedOf } from "../../src/core/index.ts";
import { reconcileCommitments } from "../../src/hub/index.ts";
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
type Row = Record<string, string>;
const rowsOf = (table: string): Row[] =>
  readFileSync(join(worldFolder, "ecc", "tables", `${table}.ndjson`), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
/** An invoice that the reader's rights do not show: its header is gone, and so is the invoice. */
let unseen: { BELNR: string; GJAHR: string };

beforeAll(async () => {
  const size = { projects: 3, vendors: 40, purchaseOrders: 30, poLines: 60, costLines: 2_000 };
  buildGroup({ worldFolder, seed: 5, asOf: "20261130", ...size, monthEnd: { unmapped: 2, late: 1, reversed: 0.5 } });
  monthEnd = readMonthEnd(worldFolder);
  const [{ BELNR = "", GJAHR = "" } = {}] = rowsOf("RBKP").filter((row) => row.RBSTAT === "5" && (row.STBLG ?? "") === "");
  unseen = { BELNR, GJAHR };
  const { sap, settings } = monthEndSettings;
  bench = await openFullBench({ worldFolder, settings, sap: { ...sap, controlTotals: [...sap.controlTotals, "EKBE"] } });
  await hide(bench, worldFolder, monthEnd);
  await bench.door("tables/RBKP", { delete: [{ BELNR: unseen.BELNR, GJAHR: unseen.GJAHR }] });
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

it("shows a hidden invoice in the order's history, and explains all other commitments", async () => {
  await bench.hub.listProcoreCommitments({ connection: "main" });
  const client = { systemId: bench.system.systemId, client: bench.system.client };
  const { requisitions, contracts } = await reconcileCommitments(bench.postgres.store, {
    tenant: "main",
    connection: "main",
    client,
  });
  const minor = (row: Row) => BigInt((row.WRBTR ?? "0").replace(".", "")) * (row.SHKZG === "H" ? -1n : 1n);
  const hidden = rowsOf("EKBE").filter((row) => row.BELNR === unseen.BELNR && row.GJAHR === unseen.GJAHR && row.VGABE === "2");
  expect(hidden.length).toBeGreaterThan(0);
  const unread = requisitions.filter(({ classes }) => Object.keys(unexplainedOf(classes)).length > 0);
  expect(new Set(unread.map(({ purchaseOrder }) => purchaseOrder))).toEqual(new Set(hidden.map((row) => row.EBELN)));
  expect(new Set(unread.flatMap(({ classes }) => Object.keys(unexplainedOf(classes))))).toEqual(new Set(["not-read"]));
  const total = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);
  expect(total(unread.map(({ classes }) => classes["not-read"] ?? 0n))).toBe(total(hidden.map(minor)));
  expect(contracts.flatMap(({ classes }) => Object.keys(unexplainedOf(classes)))).toEqual([]);
  expect(contracts.length).toBeGreaterThan(10);
});
