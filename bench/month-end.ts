// `npm run bench:month-end`: the builder's month end, closed, with what comes late, and reconciled. The classes are set beside the builder's own figures,
// both ways, by code of test/support. The goal is on what a controller waits for: Procore's listing and the statement, without a cent unexplained.
// Options: --projects, --vendors, --purchase-orders, --po-lines, --cost-lines, --seed, --json. Exits with 4 when a goal was missed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { unexplainedOf } from "../src/core/index.ts";
import { buildGroup } from "../src/sandbox/builder/index.ts";
import { openFullBench } from "../test/support/full-bench.ts";
import {
  differences,
  expectedClasses,
  foundClasses,
  monthEndSettings,
  playMonthEnd,
  readMonthEnd,
} from "../test/support/month-end.ts";

const goalSeconds = 60;
const missedExitCode = 4;
const shares = { unmapped: 2, late: 1, reversed: 0.5 };

const { values } = parseArgs({
  options: {
    projects: { type: "string", default: "150" },
    vendors: { type: "string", default: "2000" },
    "purchase-orders": { type: "string", default: "2000" },
    "po-lines": { type: "string", default: "6000" },
    "cost-lines": { type: "string", default: "400000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

const print = (line: string) => process.stderr.write(`${line}\n`);
const worldFolder = mkdtempSync(join(tmpdir(), "mlc-month-end-"));
try {
  buildGroup({
    worldFolder,
    seed: Number(values.seed),
    asOf: "20261130",
    projects: Number(values.projects),
    vendors: Number(values.vendors),
    purchaseOrders: Number(values["purchase-orders"]),
    poLines: Number(values["po-lines"]),
    costLines: Number(values["cost-lines"]),
    monthEnd: shares,
  });
  const monthEnd = readMonthEnd(worldFolder);
  const bench = await openFullBench({ worldFolder, ...monthEndSettings });
  try {
    const { reconciliation, seconds } = await playMonthEnd(bench, monthEnd);
    const { rows, ledger } = reconciliation;
    const wrong = differences(expectedClasses(monthEnd, false), foundClasses(rows));
    const unexplained = rows.filter(({ classes }) => Object.keys(unexplainedOf(classes)).length > 0).length;
    const unread = ledger.differing.filter(({ notRead }) => notRead !== 0n).length;
    const waited = (seconds["listing Procore"] ?? 0) + (seconds.statement ?? 0);
    const lines = rows.reduce((sum, row) => sum + row.lines, 0);
    const result = { lines, rows: rows.length, accounts: ledger.accounts, wrong, unexplained, unread, waited, seconds };
    if (values.json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    else {
      print(
        `period ${monthEnd.fiscalYear}.${monthEnd.period}: ${lines} lines of cost in ${rows.length} rows, ${ledger.accounts} accounts`,
      );
      for (const [name, each] of Object.entries(seconds)) print(`    ${name}: ${each.toFixed(1)} s`);
      print(`listing and statement: ${waited.toFixed(1)} s (goal ${goalSeconds})`);
      print(`rows with unexplained amounts: ${unexplained}; accounts with unread amounts: ${unread}`);
      print(`classes that are not the builder's: ${wrong.length}`);
      for (const line of wrong.slice(0, 20)) print(`    ${line}`);
    }
    if (wrong.length > 0 || unexplained > 0 || unread > 0 || waited > goalSeconds) process.exitCode = missedExitCode;
  } finally {
    await bench.close();
  }
} finally {
  rmSync(worldFolder, { recursive: true, force: true });
}
