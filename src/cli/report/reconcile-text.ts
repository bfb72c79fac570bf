/** A statement as a controller reads it: the totals, the rows that differ and by what, and what SAP's general ledger says. */
import { formatMoney, isExplained, type VarianceClass, varianceClasses } from "../../core/index.ts";
import type { DrillLine, Reconciliation } from "../../hub/index.ts";
import {
  type AccountView,
  accountsOf,
  type CommitmentTotalView,
  type CommitmentView,
  type RowView,
  type TotalView,
} from "../reconcile/table.ts";
import { isOpen, type OpeningsText, openingTableLines } from "./opening-text.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

export type StatementText = {
  period: string;
  rows: readonly RowView[];
  totals: readonly TotalView[];
  openings: OpeningsText;
  reconciliation: Pick<Reconciliation, "control" | "ledger" | "rejected" | "listings">;
  isTied: boolean;
  /** All rows, not only those that differ. */
  isAll: boolean;
};

type Amounts = TotalView | CommitmentTotalView;
const isZero = (text: string) => /^-?[0.]*$/.test(text);

/** Opening balances have a column where there are any. */
const hasOpenings = (rows: readonly Amounts[]) => rows.some((row) => "opening" in row && !isZero(row.opening));

const amountColumns = (withOpenings: boolean) => [
  "SAP total",
  "read",
  "posted",
  "held",
  "waiting",
  ...(withOpenings ? ["opening"] : []),
  "excluded",
  "Procore",
  "variance",
];

function amountCells(row: Amounts, withOpenings: boolean): Cell[] {
  const { control, read, posted, held, waiting, excluded, procore, variance } = row;
  const opening = withOpenings && "opening" in row ? [row.opening] : [];
  const shown = [control ?? "not read", read, posted, held, waiting, ...opening, excluded, procore].map(groupDigits);
  return [...shown, isZero(variance) ? groupDigits(variance) : { text: groupDigits(variance), style: "warn" }];
}

function classText(classes: TotalView["classes"]): Cell {
  const entries = Object.entries(classes) as [VarianceClass, string][];
  const text = entries.map(([name, amount]) => `${name} ${groupDigits(amount)}`).join(", ");
  return entries.every(([name]) => isExplained(name)) ? text : { text, style: "bad" };
}

/** Rows of a statement, or of commitments, which have their order besides. */
export function rowTable(rows: readonly (RowView | CommitmentView)[], paint: Paint): readonly string[] {
  const hasOrders = rows.some((row) => "purchaseOrder" in row);
  const names = ["company", "project", ...(hasOrders ? ["order"] : []), "cost code", "currency"];
  const withOpenings = hasOpenings(rows);
  const columns = [...names.map(left), ...amountColumns(withOpenings).map(right), left("because of")];
  const cells = rows.map((row): Cell[] => [
    row.companyCode,
    row.project || "(none)",
    ...("purchaseOrder" in row ? [row.purchaseOrder] : []),
    row.costCode || "(none)",
    row.currency,
    ...amountCells(row, withOpenings),
    classText(row.classes),
  ]);
  return renderTable(columns, cells, paint);
}

export function totalTable(totals: readonly Amounts[], paint: Paint): readonly string[] {
  const withOpenings = hasOpenings(totals);
  const columns = [left("total"), right("lines"), ...amountColumns(withOpenings).map(right)];
  return renderTable(
    columns,
    totals.map((total): Cell[] => [total.currency, groupDigits(total.lines), ...amountCells(total, withOpenings)]),
    paint,
  );
}

export function classTable(totals: readonly Amounts[], paint: Paint): readonly string[] {
  const cells = totals.flatMap(({ currency, classes }) =>
    (Object.entries(classes) as [VarianceClass, string][]).map(([name, amount]): Cell[] => [
      isExplained(name) ? name : { text: name, style: "bad" },
      currency,
      groupDigits(amount),
      varianceClasses[name],
    ]),
  );
  return cells.length === 0
    ? []
    : ["", ...renderTable([left("class"), left("currency"), right("amount"), left("what it is")], cells, paint)];
}

function accountTable(accounts: readonly AccountView[], paint: Paint): readonly string[] {
  const columns = [
    left("company"),
    left("account"),
    left("currency"),
    right("SAP total"),
    right("read"),
    right("late"),
    right("not read"),
  ];
  return renderTable(
    columns,
    accounts.map((each): Cell[] => [
      each.companyCode,
      each.account,
      each.currency,
      ...[each.control, each.read, each.late].map(groupDigits),
      isZero(each.notRead) ? groupDigits(each.notRead) : { text: groupDigits(each.notRead), style: "bad" },
    ]),
    paint,
  );
}

function controlLines({ control, listings }: StatementText["reconciliation"]): readonly string[] {
  const day = control.day === "" ? "" : `, SAP's day ${control.day}`;
  const when = control.closedAt ? `closed ${control.closedAt.toISOString()}` : `read ${control.readAt?.toISOString() ?? ""}`;
  const totals = control.readAt ? `SAP's totals: ${control.sources.join(", ")}, ${when}${day}` : "SAP's totals were never read.";
  const closes = control.closes.map(
    (each) =>
      `  of ${each.companyCode} those of run ${each.run}${each.day === "" ? "" : `, SAP's day ${each.day}`}, closed ${each.closedAt.toISOString()} by ${each.closedBy}`,
  );
  const half =
    control.halfReadBy === undefined
      ? []
      : [`  run ${control.halfReadBy} has read a part of them anew: let it finish, then look again`];
  const oldest = listings.map(({ listedAt }) => listedAt).sort()[0];
  const problems = listings.flatMap(({ projectId, problem }) =>
    problem === undefined ? [] : [`  project ${projectId}: ${problem}`],
  );
  return [
    totals,
    ...closes,
    ...half,
    oldest === undefined ? "Procore was never listed." : `Procore: ${listings.length} projects listed, the oldest ${oldest}`,
    ...problems,
  ];
}

function ledgerLines({ reconciliation }: StatementText, paint: Paint): readonly string[] {
  const { ledger, rejected } = reconciliation;
  const accounts = accountsOf(reconciliation);
  const found = accounts.length === 0 ? [] : accountTable(accounts, paint);
  const gone = rejected.map(({ key, code }) => `  ${key}: ${code}`);
  return [
    "",
    `General ledger: ${groupDigits(ledger.accounts)} accounts compared, ${groupDigits(accounts.length)} differ`,
    ...found,
    ...(gone.length === 0 ? [] : ["Documents that could not be taken whole, whose lines were not read:", ...gone]),
  ];
}

export function statementLines(statement: StatementText, paint: Paint): readonly string[] {
  const { period, rows, totals, isAll, isTied } = statement;
  const shown = isAll ? rows : rows.filter(({ classes }) => Object.keys(classes).length > 0);
  const rest = rows.length - shown.length;
  const because = statement.openings.totals.some(isOpen) ? ": see the opening balances" : "";
  const verdict: Cell = isTied
    ? { text: "Every difference is explained.", style: "good" }
    : { text: `There are differences without an explanation${because}.`, style: "bad" };
  return [
    `Reconciliation of ${period}`,
    ...controlLines(statement.reconciliation),
    "",
    ...(shown.length === 0 ? [] : [...rowTable(shown, paint), ""]),
    ...(rest === 0 ? [] : [`${groupDigits(rest)} rows tie.`, ""]),
    ...totalTable(totals, paint),
    ...classTable(totals, paint),
    ...ledgerLines(statement, paint),
    ...openingTableLines(statement.openings, paint),
    "",
    paint(verdict.text, verdict.style),
  ];
}

export function drillTable(lines: readonly DrillLine[], paint: Paint): readonly string[] {
  const columns = [
    left("BUKRS/GJAHR/BELNR/BUZEI"), left("account"), left("object"), right("amount"), left("became"), left("reason"), left("project"),
    left("cost code"), left("Procore line"), left("finding"),
  ]; // biome-ignore format: a list of titles
  return renderTable(
    columns,
    lines.map((line): Cell[] => [
      `${line.companyCode}/${line.fiscalYear}/${line.document}/${line.line}`,
      line.account,
      line.object,
      `${groupDigits(formatMoney({ minor: line.amountMinor, currency: line.currency }))} ${line.currency}`,
      line.isLate ? `${line.disposition}, late` : line.disposition,
      line.reason,
      line.project,
      line.costCode,
      line.procoreLineId || line.originId,
      line.finding,
    ]),
    paint,
  );
}
