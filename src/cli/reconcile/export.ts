/** The statement and its lines as CSV and as a workbook. Amounts are the same decimal text in both. */

import { formatMoney } from "../../core/index.ts";
import type { BilledLine, DrillLine } from "../../hub/index.ts";
import type { OpeningView } from "./opening-view.ts";
import type { AccountView, CommitmentView, ReceiptView, RowView } from "./table.ts";
import type { Sheet, SheetCell } from "./xlsx.ts";

const text = (value: string | number): SheetCell => ({ kind: "text", text: String(value) });
const amount = (value: string | null): SheetCell => ({ kind: "amount", text: value ?? "" });
const listed = (amounts: Readonly<Record<string, string | undefined>>) =>
  Object.entries(amounts)
    .map(([name, value]) => `${name} ${value ?? ""}`)
    .join("; ");

const readTitles = ["SAP total", "lines", "read", "posted", "held", "waiting"];
const otherTitles = ["excluded", "Procore", "variance", "classes", "excluded by"];

const readCells = ({ control, lines, read, posted, held, waiting }: CommitmentView | RowView): SheetCell[] =>
  [control, String(lines), read, posted, held, waiting].map(amount);

const otherCells = ({ excluded, procore, variance, classes, excludedBy }: CommitmentView | RowView): SheetCell[] => [
  ...[excluded, procore, variance].map(amount),
  text(listed(classes)),
  text(listed(excludedBy)),
];

export function statementSheet(period: string, rows: readonly RowView[]): Sheet {
  return {
    name: "Statement",
    columns: ["company code", "project", "cost code", "period", "currency", ...readTitles, "opening balance", ...otherTitles],
    rows: rows.map((row) => [
      ...[row.companyCode, row.project, row.costCode, period, row.currency].map(text),
      ...readCells(row),
      amount(row.opening),
      ...otherCells(row),
    ]),
  };
}

/** All periods together. An opening balance that nobody confirmed is no amount. */
export function openingSheet(rows: readonly OpeningView[]): Sheet {
  const amounts = ["SAP to date", "opening balance", "posted", "waiting", "held", "commitments", "excluded", "difference"];
  return {
    name: "Opening balances",
    columns: ["project", "cost code", "currency", ...amounts, "state", "older than", "confirmed by", "confirmed on", "figures"],
    rows: rows.map((row) => [
      ...[row.project, row.costCode, row.currency].map(text),
      ...[row.sapToDate, row.opening, row.posted, row.waiting, row.held].map(amount),
      ...[row.commitments, row.excluded, row.difference].map(amount),
      ...[row.state, row.olderThan, row.confirmedBy, row.confirmedOn, row.figures].map(text),
    ]),
  };
}

export function ledgerSheet(accounts: readonly AccountView[]): Sheet {
  return {
    name: "General ledger",
    columns: ["company code", "account", "currency", "SAP total", "read", "late", "not read"],
    rows: accounts.map((each) => [
      text(each.companyCode),
      text(each.account),
      text(each.currency),
      ...[each.control, each.read, each.late, each.notRead].map(amount),
    ]),
  };
}

/** To date: there is no period. Of contracts there is no total of SAP's. */
export function commitmentSheet(name: string, rows: readonly CommitmentView[]): Sheet {
  return {
    name,
    columns: ["company code", "project", "purchase order", "cost code", "currency", ...readTitles, ...otherTitles],
    rows: rows.map((row) => [
      ...[row.companyCode, row.project, row.purchaseOrder, row.costCode, row.currency].map(text),
      ...readCells(row),
      ...otherCells(row),
    ]),
  };
}

export function receiptSheet(rows: readonly ReceiptView[]): Sheet {
  return {
    name: "Receipts",
    columns: [
      "company code",
      "project",
      "currency",
      "items",
      "received",
      "invoiced",
      "received not invoiced",
      "invoiced not received",
    ],
    rows: rows.map((row) => [
      text(row.companyCode),
      text(row.project),
      text(row.currency),
      amount(String(row.items)),
      ...[row.received, row.invoiced, row.receivedNotInvoiced, row.invoicedNotReceived].map(amount),
    ]),
  };
}

export const billedColumns = [
  "BELNR",
  "GJAHR",
  "BUZEI",
  "company code",
  "purchase order",
  "item",
  "assignment",
  "currency",
  "amount",
  "became",
  "reason",
  "late",
  "project",
  "cost code",
  "requisition",
  "finding",
] as const;

export function billedCells(line: BilledLine): SheetCell[] {
  const [document = "", year = ""] = line.invoice.split(".");
  return [
    text(document),
    text(year),
    text(line.line),
    text(line.companyCode),
    text(line.purchaseOrder),
    text(line.item),
    text(line.assignment),
    text(line.currency),
    amount(formatMoney({ minor: line.amountMinor, currency: line.currency })),
    text(line.became),
    text(line.reason),
    text(line.isLate ? "late" : ""),
    text(line.project),
    text(line.costCode),
    text(line.requisition),
    text(line.finding),
  ];
}

export const lineColumns = [
  "BUKRS", "GJAHR", "BELNR", "BUZEI", "account", "object", "currency", "amount", "became", "reason", "late", "project", "cost code", "origin id",
  "Procore line", "finding",
] as const; // biome-ignore format: a list of titles

export function lineCells(line: DrillLine): SheetCell[] {
  return [
    text(line.companyCode),
    text(line.fiscalYear),
    text(line.document),
    text(line.line),
    text(line.account),
    text(line.object),
    text(line.currency),
    amount(formatMoney({ minor: line.amountMinor, currency: line.currency })),
    text(line.disposition),
    text(line.reason),
    text(line.isLate ? "late" : ""),
    text(line.project),
    text(line.costCode),
    text(line.originId),
    text(line.procoreLineId),
    text(line.finding),
  ];
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it; an amount is none. */
function csvCell({ kind, text: value }: SheetCell): string {
  const safe = kind === "text" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvLine(cells: readonly SheetCell[]): string {
  return `${cells.map(csvCell).join(",")}\n`;
}

export function csvOf({ columns, rows }: Pick<Sheet, "columns" | "rows">): string {
  return [csvLine(columns.map(text)), ...rows.map(csvLine)].join("");
}
