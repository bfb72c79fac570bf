/** Commitments as a controller reads them, to date: what was invoiced, what was ordered, what was received and is not invoiced. */
import { formatMoney } from "../../core/index.ts";
import type { BilledLine, Commitments } from "../../hub/index.ts";
import type { CommitmentTotalView, CommitmentView, ReceiptView } from "../reconcile/table.ts";
import { classTable, rowTable, totalTable } from "./reconcile-text.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

export type CommitmentsText = {
  requisitions: readonly CommitmentView[];
  contracts: readonly CommitmentView[];
  receipts: readonly ReceiptView[];
  requisitionTotals: readonly CommitmentTotalView[];
  contractTotals: readonly CommitmentTotalView[];
  control: Commitments["control"];
  listings: Commitments["listings"];
  isTied: boolean;
  isAll: boolean;
};

function part(
  title: string,
  rows: readonly CommitmentView[],
  totals: readonly CommitmentTotalView[],
  { isAll }: CommitmentsText,
  paint: Paint,
): readonly string[] {
  const shown = isAll ? rows : rows.filter(({ classes }) => Object.keys(classes).length > 0);
  const rest = rows.length - shown.length;
  return [
    "",
    title,
    ...(shown.length === 0 ? [] : rowTable(shown, paint)),
    ...(rest === 0 ? [] : [`${groupDigits(rest)} rows tie.`]),
    ...totalTable(totals, paint),
    ...classTable(totals, paint),
  ];
}

function receiptTable(rows: readonly ReceiptView[], paint: Paint): readonly string[] {
  if (rows.length === 0) return [];
  const columns = [
    left("company"),
    left("project"),
    left("currency"),
    ...["items", "received", "invoiced", "received, not invoiced", "invoiced, not received"].map(right),
  ];
  const cells = rows.map((row): Cell[] => [
    row.companyCode,
    row.project || "(none)",
    row.currency,
    groupDigits(row.items),
    ...[row.received, row.invoiced, row.receivedNotInvoiced, row.invoicedNotReceived].map(groupDigits),
  ]);
  return ["", "Received and invoiced, of items that have goods receipts", ...renderTable(columns, cells, paint)];
}

function columnLines({ control, listings }: CommitmentsText): readonly string[] {
  const day = control.day === "" ? "" : `, SAP's day ${control.day}`;
  const oldest = listings.map(({ listedAt }) => listedAt).sort()[0];
  return [
    control.readAt
      ? `SAP's totals: EKBE, read ${control.readAt.toISOString()}${day}`
      : "SAP's order history (EKBE) was never read.",
    ...(control.halfReadBy === undefined
      ? []
      : [`  run ${control.halfReadBy} has read a part of them anew: let it finish, then look again`]),
    oldest === undefined ? "Procore was never listed." : `Procore: ${listings.length} projects listed, the oldest ${oldest}`,
    ...listings.flatMap(({ projectId, problem }) => (problem === undefined ? [] : [`  project ${projectId}: ${problem}`])),
  ];
}

export function commitmentLines(made: CommitmentsText, paint: Paint): readonly string[] {
  const verdict: Cell = made.isTied
    ? { text: "Every difference is explained.", style: "good" }
    : { text: "There are differences without an explanation.", style: "bad" };
  return [
    "Commitments to date",
    ...columnLines(made),
    ...part("Requisitions", made.requisitions, made.requisitionTotals, made, paint),
    ...part("Contracts", made.contracts, made.contractTotals, made, paint),
    ...receiptTable(made.receipts, paint),
    "",
    paint(verdict.text, verdict.style),
  ];
}

export function billedTable(lines: readonly BilledLine[], paint: Paint): readonly string[] {
  const after = ["became", "reason", "project", "cost code", "requisition", "finding"];
  const columns = [...["BELNR/GJAHR/BUZEI", "order", "item", "assignment"].map(left), right("amount"), ...after.map(left)];
  return renderTable(
    columns,
    lines.map((line): Cell[] => [
      `${line.invoice.replace(".", "/")}/${line.line}`,
      line.purchaseOrder,
      line.item,
      line.assignment,
      `${groupDigits(formatMoney({ minor: line.amountMinor, currency: line.currency }))} ${line.currency}`,
      line.isLate ? `${line.became}, late` : line.became,
      line.reason,
      line.project,
      line.costCode,
      line.requisition,
      line.finding,
    ]),
    paint,
  );
}
