/**
 * One row of the journal CSV: cells to a header and a line, or what is wrong in each cell. Strict: nothing is guessed, rounded or cut to fit a field of
 * SAP (widths: sap-rfc 3.4). Amounts are decimal text with a point; dates `2026-11-30` or `20261130`.
 */
import { toAlpha } from "../keys.ts";
import { type Money, negate, parseMoney } from "../money.ts";
import { err, ok, type Result } from "../result.ts";
import { parseIsoDate, parseSapDate, type SapDate } from "../sap-date.ts";
import type { Journal, JournalLine, JournalObject } from "./journal.ts";

export const journalColumns = [
  "external_id",
  "version",
  "company_code",
  "document_type",
  "document_date",
  "posting_date",
  "currency",
  "header_text",
  "account",
  "cost_center",
  "order",
  "wbs_element",
  "network",
  "activity",
  "amount",
  "debit_credit",
  "tax_code",
  "text",
] as const;
export type JournalColumn = (typeof journalColumns)[number];
export const journalColumnsNeeded: readonly JournalColumn[] = [
  "external_id",
  "company_code",
  "document_type",
  "document_date",
  "posting_date",
  "currency",
  "account",
  "amount",
];

export type JournalCells = Readonly<Partial<Record<JournalColumn, string>>>;
export type JournalProblem = { readonly column: JournalColumn; readonly value: string; readonly detail: string };
export type JournalHeader = Omit<Journal, "lines">;
export type JournalRow = { readonly header: JournalHeader; readonly line: JournalLine };

type Notes = JournalProblem[];
type Cell = { column: JournalColumn; value: string; notes: Notes };

const note = ({ column, value, notes }: Cell, detail: string): undefined => {
  notes.push({ column, value, detail });
  return undefined;
};

function matching(cell: Cell, shape: RegExp, expected: string): string {
  if (!shape.test(cell.value)) note(cell, `is not ${expected}`);
  return cell.value;
}

/** Free text: what SAP's field holds, and nothing that XML or a screen could lose. */
function freeText(cell: Cell, width: number): string {
  if (/\p{C}/u.test(cell.value)) note(cell, "holds a control character");
  if (cell.value.length > width) note(cell, `is longer than the ${width} characters of SAP's field`);
  return cell.value;
}

function alpha(cell: Cell, width: number): string {
  const padded = toAlpha(cell.value, width);
  if (!padded.ok) note(cell, padded.error.code === "key.empty" ? "is empty" : `is longer than ${width} characters`);
  else if (!/^[A-Z0-9_./-]+$/.test(padded.value)) note(cell, "holds a character that no key of SAP has");
  return padded.ok ? padded.value : "";
}

function day(cell: Cell): SapDate {
  const date = parseIsoDate(cell.value) ?? parseSapDate(cell.value);
  if (date === undefined) note(cell, "is no day such as 2026-11-30");
  return date ?? ("00000000" as SapDate);
}

type CellOf = (column: JournalColumn) => Cell;

function readObject(cellOf: CellOf): JournalObject | undefined {
  const given = (["cost_center", "order", "wbs_element", "network"] as const).filter((column) => cellOf(column).value !== "");
  const [column, other] = given;
  const activity = cellOf("activity");
  if (activity.value !== "" && column !== "network") note(activity, "is given without a network");
  if (other !== undefined) note(cellOf(other), `is given beside ${column}; a line has one cost object`);
  switch (column) {
    case "cost_center":
      return { kind: "cost-center", id: alpha(cellOf(column), 10) };
    case "order":
      return { kind: "order", id: alpha(cellOf(column), 12) };
    case "wbs_element":
      // The external form, as people know it (POSID): BAPIACGL09-WBS_ELEMENT is no number.
      return {
        kind: "wbs-element",
        id: matching(cellOf(column), /^[A-Za-z0-9][A-Za-z0-9 _./:-]{0,23}$/, "a WBS element").toUpperCase(),
      };
    case "network":
      return { kind: "network", id: alpha(cellOf(column), 12), activity: activity.value === "" ? "" : alpha(activity, 4) };
    case undefined:
      return undefined;
  }
}

// DEC 23.4 of BAPICURR, less what a sign could need.
const amountDigitsMax = 15;

/** Signed, or unsigned with S (debit) or H (credit) as SAP writes them. */
function readAmount(cellOf: CellOf, currency: string): Money {
  const cell = cellOf("amount");
  const side = cellOf("debit_credit");
  const amount = parseMoney(cell.value, currency);
  if (!amount.ok) {
    const isPrecise = amount.error.code === "money.too-precise";
    note(cell, isPrecise ? `has more decimals than ${currency} has` : 'is no decimal number such as "1250.40" or "-1250.40"');
    return { minor: 0n, currency };
  }
  if (cell.value.replace(/\D/g, "").length > amountDigitsMax) note(cell, `has more than ${amountDigitsMax} digits`);
  if (amount.value.minor === 0n) note(cell, "is zero");
  if (side.value === "") return amount.value;
  if (!/^[SH]$/.test(side.value)) note(side, "is neither S (debit) nor H (credit)");
  if (cell.value.startsWith("-")) note(cell, "has a sign beside debit_credit; keep one of them");
  return side.value === "H" ? negate(amount.value) : amount.value;
}

function readHeader(cellOf: CellOf): JournalHeader {
  const version = cellOf("version");
  return {
    externalId: matching(cellOf("external_id"), /^[!-~]{1,60}$/, "1 to 60 printable characters without blanks"),
    postingVersion: version.value === "" ? 1 : Number(matching(version, /^[1-9]\d{0,2}$/, "a number from 1 to 999")),
    companyCode: matching(cellOf("company_code"), /^[A-Z0-9]{1,4}$/, "a company code such as 1000"),
    documentType: matching(cellOf("document_type"), /^[A-Z0-9]{2}$/, "a document type such as SA"),
    documentDate: day(cellOf("document_date")),
    postingDate: day(cellOf("posting_date")),
    currency: matching(cellOf("currency"), /^[A-Z]{3}$/, "a currency such as USD"),
    headerText: freeText(cellOf("header_text"), 25),
  };
}

export function readJournalRow(cells: JournalCells): Result<JournalRow, readonly JournalProblem[]> {
  const notes: Notes = [];
  const cellOf: CellOf = (column) => ({ column, value: (cells[column] ?? "").trim(), notes });
  const header = readHeader(cellOf);
  const line: JournalLine = {
    account: alpha(cellOf("account"), 10),
    object: readObject(cellOf),
    amount: readAmount(cellOf, header.currency),
    taxCode: cellOf("tax_code").value === "" ? "" : matching(cellOf("tax_code"), /^[A-Z0-9]{1,2}$/, "a tax code such as V0"),
    text: freeText(cellOf("text"), 50),
  };
  return notes.length === 0 ? ok({ header, line }) : err(notes);
}
