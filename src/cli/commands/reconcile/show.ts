/** The statement of a period: printed, exported, and down to the lines of SAP and Procore. */
import { writeFile } from "node:fs/promises";
import { unexplainedOf } from "../../../core/index.ts";
import { drillDown, type PeriodKey, type Reconciliation, reconcile } from "../../../hub/index.ts";
import { exitCodes, UsageError } from "../../exit-codes.ts";
import { csvLine, csvOf, ledgerSheet, lineCells, lineColumns, openingSheet, statementSheet } from "../../reconcile/export.ts";
import { narrowOpenings, type OpeningView, openingTotals, openingViews } from "../../reconcile/opening-view.ts";
import { accountsOf, isTied, totalsOf, viewOf } from "../../reconcile/table.ts";
import { type SheetCell, sheetRowsMax, workbook } from "../../reconcile/xlsx.ts";
import { drillTable, statementLines } from "../../report/reconcile-text.ts";
import { terminal } from "../../terminal.ts";
import { type Flags, periodText, withColumns } from "./columns.ts";

export type ShowFlags = Flags & {
  project?: string;
  costCode?: string;
  all: boolean;
  lines: boolean;
  opening: boolean;
  csv?: string;
  xlsx?: string;
  linesMax: number;
};

async function collect(lines: ReturnType<typeof drillDown>, max: number) {
  const found = [];
  for await (const line of lines) {
    if (found.length >= max) return { found, isWhole: false };
    found.push(line);
  }
  return { found, isWhole: true };
}

function narrowed({ rows }: Reconciliation, { project, costCode }: ShowFlags) {
  return rows.filter(
    (row) => (project === undefined || row.project === project) && (costCode === undefined || row.costCode === costCode),
  );
}

async function exportXlsx(file: string, flags: ShowFlags, made: Made, lines: () => ReturnType<typeof drillDown>): Promise<void> {
  const openings = made.openings.views.length === 0 ? [] : [openingSheet(made.openings.views)];
  const sheets = [statementSheet(made.period, made.rows), ledgerSheet(accountsOf(made.reconciliation)), ...openings];
  if (flags.lines) {
    const { found, isWhole } = await collect(lines(), sheetRowsMax);
    if (!isWhole) throw new UsageError(`A sheet has at most ${sheetRowsMax} lines; narrow it with --project, or take --csv.`);
    sheets.push({ name: "Lines", columns: [...lineColumns], rows: found.map(lineCells) });
  }
  await writeFile(file, workbook(sheets));
}

async function exportCsv(file: string, flags: ShowFlags, made: Made, lines: () => ReturnType<typeof drillDown>): Promise<void> {
  if (flags.opening) return writeFile(file, csvOf(openingSheet(made.openings.views)));
  if (!flags.lines) return writeFile(file, csvOf(statementSheet(made.period, made.rows)));
  const head = lineColumns.map((title): SheetCell => ({ kind: "text", text: title }));
  const texts = async function* () {
    yield csvLine(head);
    for await (const line of lines()) yield csvLine(lineCells(line));
  };
  await writeFile(file, texts());
}

type Made = {
  period: string;
  reconciliation: Reconciliation;
  rows: ReturnType<typeof viewOf>[];
  totals: ReturnType<typeof totalsOf>;
  openings: { totals: OpeningView[]; views: OpeningView[] };
  isTied: boolean;
};

function makeView(reconciliation: Reconciliation, period: PeriodKey, flags: ShowFlags): Made {
  const rows = narrowed(reconciliation, flags);
  const openings = narrowOpenings(reconciliation.openings, flags);
  return {
    period: periodText(period),
    reconciliation,
    rows: rows.map(viewOf),
    totals: totalsOf(rows),
    openings: { totals: openingTotals(openings), views: openingViews(openings) },
    isTied: isTied(rows, { ...reconciliation, openings }, unexplainedOf),
  };
}

function printView(made: Made, flags: ShowFlags): void {
  const { reconciliation, ...view } = made;
  const { control, ledger, rejected, listings } = reconciliation;
  const { halfReadBy, ...rest } = control;
  const sapTotals = {
    ...rest,
    run: String(control.run),
    closes: control.closes.map((close) => ({ ...close, run: String(close.run) })),
    ...(halfReadBy === undefined ? {} : { halfReadBy: String(halfReadBy) }),
  };
  if (flags.json) {
    const generalLedger = { accounts: ledger.accounts, differing: accountsOf(reconciliation) };
    terminal.json({ ...view, openings: view.openings.views, sapTotals, generalLedger, rejected, listings });
    return;
  }
  const isAll = flags.all || flags.project !== undefined;
  const openings = { ...made.openings, isAll: isAll || flags.opening };
  terminal.printAll(statementLines({ ...made, openings, isAll }, terminal.paint));
}

export async function show(flags: ShowFlags): Promise<void> {
  await withColumns(flags, async ({ store }, scope) => {
    const reconciliation = await reconcile(store, scope);
    const made = makeView(reconciliation, scope, flags);
    const lines = () => drillDown(store, scope, reconciliation, { project: flags.project, costCode: flags.costCode });
    printView(made, flags);
    if (flags.csv !== undefined) await exportCsv(flags.csv, flags, made, lines);
    if (flags.xlsx !== undefined) await exportXlsx(flags.xlsx, flags, made, lines);
    if (flags.lines && !flags.json && flags.csv === undefined && flags.xlsx === undefined) {
      const { found, isWhole } = await collect(lines(), flags.linesMax);
      terminal.printAll(["", ...drillTable(found, terminal.paint)]);
      if (!isWhole) terminal.note(`  the first ${flags.linesMax}; all of them with --csv FILE --lines`);
    }
    if (!made.isTied) process.exitCode = exitCodes.different;
  });
}
