/** Commitments to date: printed, exported, and down to the invoice's line and the requisition that bills it. */
import { writeFile } from "node:fs/promises";
import type { StatementRow } from "../../../core/index.ts";
import { type BilledLine, type Commitments, reconcileCommitments } from "../../../hub/index.ts";
import { exitCodes, UsageError } from "../../exit-codes.ts";
import { type CommitmentsView, commitmentsView } from "../../reconcile/commitment-view.ts";
import { billedCells, billedColumns, commitmentSheet, csvOf, receiptSheet } from "../../reconcile/export.ts";
import { sheetRowsMax, workbook } from "../../reconcile/xlsx.ts";
import { billedTable, commitmentLines } from "../../report/commitments-text.ts";
import { terminal } from "../../terminal.ts";
import { type Flags, withCommitments } from "./columns.ts";

export type CommitmentFlags = Omit<Flags, "period"> & {
  project?: string;
  order?: string;
  all: boolean;
  lines: boolean;
  csv?: string;
  xlsx?: string;
  linesMax: number;
};

type Chosen = { project: string; purchaseOrder?: string };
const isChosen =
  ({ project, order }: CommitmentFlags) =>
  (row: Chosen) =>
    (project === undefined || row.project === project) && (order === undefined || row.purchaseOrder === order);

type Narrowed = Pick<Commitments, "receipts"> & {
  requisitions: readonly StatementRow[];
  contracts: readonly StatementRow[];
  lines: readonly BilledLine[];
};

/** Receipts are by project; of one order nothing is said. */
function narrow(all: Commitments, flags: CommitmentFlags): Narrowed {
  const isOurs = isChosen(flags);
  return {
    requisitions: all.requisitions.filter(isOurs),
    contracts: all.contracts.filter(isOurs),
    receipts: all.receipts.filter(isOurs),
    lines: all.lines.filter(isOurs),
  };
}

const lineSheet = (lines: readonly BilledLine[]) => ({
  name: "Lines",
  columns: [...billedColumns],
  rows: lines.map(billedCells),
});

async function exportView(view: CommitmentsView, { lines }: Narrowed, flags: CommitmentFlags): Promise<void> {
  const requisitions = commitmentSheet("Requisitions", view.requisitions);
  if (flags.csv !== undefined) await writeFile(flags.csv, csvOf(flags.lines ? lineSheet(lines) : requisitions));
  if (flags.xlsx === undefined) return;
  if (flags.lines && lines.length > sheetRowsMax)
    throw new UsageError(`A sheet has at most ${sheetRowsMax} lines; narrow it with --project, or take --csv.`);
  const sheets = [requisitions, commitmentSheet("Contracts", view.contracts), receiptSheet(view.receipts)];
  await writeFile(flags.xlsx, workbook(flags.lines ? [...sheets, lineSheet(lines)] : sheets));
}

function printView(view: CommitmentsView, { lines }: Narrowed, flags: CommitmentFlags): void {
  const { control, ...rest } = view;
  if (flags.json) {
    const { halfReadBy, ...told } = control;
    const sapTotals = {
      ...told,
      run: String(control.run),
      ...(halfReadBy === undefined ? {} : { halfReadBy: String(halfReadBy) }),
    };
    terminal.json({ ...rest, sapTotals });
    return;
  }
  const isNarrow = flags.project !== undefined || flags.order !== undefined;
  terminal.printAll(commitmentLines({ ...view, isAll: flags.all || isNarrow }, terminal.paint));
  if (!flags.lines || flags.csv !== undefined || flags.xlsx !== undefined) return;
  terminal.printAll(["", ...billedTable(lines.slice(0, flags.linesMax), terminal.paint)]);
  if (lines.length > flags.linesMax) terminal.note(`  the first ${flags.linesMax}; all of them with --csv FILE --lines`);
}

export async function showCommitments(flags: CommitmentFlags): Promise<void> {
  await withCommitments(flags, async ({ store }, scope) => {
    const all = await reconcileCommitments(store, scope);
    const narrowed = narrow(all, flags);
    const view = commitmentsView(narrowed, all);
    printView(view, narrowed, flags);
    await exportView(view, narrowed, flags);
    if (!view.isTied) process.exitCode = exitCodes.different;
  });
}
