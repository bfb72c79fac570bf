/**
 * A certificate as people read it, of any version of its form: who says what of which period, and the totals of each part. It shows what the verified file says and
 * adds nothing up by itself; a part that a former version does not have is not there.
 */
import type { Canonical, CertificateContent } from "../../core/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

type Fields = { readonly [name: string]: Canonical | undefined };

const fieldsOf = (value: Canonical | undefined): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const rowsOf = (value: Canonical | undefined): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
const textOf = (value: Canonical | undefined): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

const amountTitles = {
  lines: "lines",
  control: "SAP total",
  read: "read",
  posted: "posted",
  held: "held",
  waiting: "waiting",
  opening: "opening",
  excluded: "excluded",
  procore: "Procore",
  variance: "variance",
};

type Totals = { title: string; totals: Canonical | undefined; hasNoControl?: boolean };

const classesOf = (row: Fields): string =>
  Object.entries(fieldsOf(row.classes))
    .map(([name, amount]) => `${name} ${groupDigits(textOf(amount))}`)
    .join(", ");

/** Of ordered values SAP keeps no total: what stands in its column there is what was read. */
function totalLines({ title, totals, hasNoControl = false }: Totals, paint: Paint): readonly string[] {
  const rows = rowsOf(totals);
  if (rows.length === 0) return [`${title}: nothing`];
  const names = Object.entries(amountTitles).filter(
    ([name]) => rows.some((row) => row[name] !== undefined) && !(hasNoControl && name === "control"),
  );
  const cells = rows.map((row): Cell[] => [
    textOf(row.currency),
    ...names.map(([name]) => groupDigits(textOf(row[name]))),
    classesOf(row),
  ]);
  return [title, ...renderTable([left("currency"), ...names.map(([, shown]) => right(shown)), left("because of")], cells, paint)];
}

const openingTitles = {
  sapToDate: "SAP to date",
  opening: "opening",
  posted: "posted",
  waiting: "waiting",
  held: "held",
  commitments: "commitments",
  excluded: "excluded",
  difference: "difference",
};

/** By project; by cost code what SAP changed after the word. */
function openingLines({ rows: all, totals }: Fields, paint: Paint): readonly string[] {
  const changed = rowsOf(all).filter(({ state }) => state === "changed-in-sap");
  const rows = [...rowsOf(totals), ...changed];
  if (rows.length === 0) return [];
  const columns = [
    ...["project", "cost code", "currency"].map(left),
    ...Object.values(openingTitles).map(right),
    ...["state", "older than", "confirmed by", "on"].map(left),
  ];
  const cells = rows.map((row): Cell[] => [
    textOf(row.project),
    changed.includes(row) ? textOf(row.costCode) || "(none)" : "(all)",
    textOf(row.currency),
    ...Object.keys(openingTitles).map((name) => (row[name] === null ? "-" : groupDigits(textOf(row[name])))),
    ...["state", "olderThan", "confirmedBy", "confirmedOn"].map((name) => textOf(row[name])),
  ]);
  return ["", "Opening balances, to date", ...renderTable(columns, cells, paint)];
}

function receiptLines(rows: readonly Fields[], paint: Paint): readonly string[] {
  if (rows.length === 0) return [];
  const amounts = { received: "received", invoiced: "invoiced", receivedNotInvoiced: "received, not invoiced" };
  const names = Object.entries({ ...amounts, invoicedNotReceived: "invoiced, not received" });
  const columns = [...["company", "project", "currency"].map(left), ...names.map(([, title]) => right(title))];
  const cells = rows.map((row): Cell[] => [
    ...["companyCode", "project", "currency"].map((name) => textOf(row[name])),
    ...names.map(([name]) => groupDigits(textOf(row[name]))),
  ]);
  return ["Received and invoiced, of items that have goods receipts", ...renderTable(columns, cells, paint)];
}

function commitmentLines(value: Canonical | undefined, paint: Paint): readonly string[] {
  if (value === undefined) return ["", "Commitments are not certified: this form is from before they were."];
  const { sapTotals, requisitionTotals, contractTotals, receipts, isTied } = fieldsOf(value);
  const readAt = textOf(fieldsOf(sapTotals).readAt);
  const history = readAt === "" ? "SAP's order history was never read" : `SAP's order history read ${readAt}`;
  return [
    "",
    `Commitments to date; ${history}${isTied === true ? "" : "; they do not tie"}`,
    ...totalLines({ title: "Requisitions", totals: requisitionTotals }, paint),
    ...totalLines({ title: "Contracts", totals: contractTotals, hasNoControl: true }, paint),
    ...receiptLines(rowsOf(receipts), paint),
  ];
}

export function certificateLines(content: CertificateContent, paint: Paint): readonly string[] {
  const read = textOf(fieldsOf(content.sapTotals).readAt);
  const title = `Period ${textOf(content.period)}${read === "" ? "" : `; SAP's totals read ${read}`}`;
  return [
    "",
    ...totalLines({ title, totals: content.totals }, paint),
    ...openingLines(fieldsOf(content.openings), paint),
    ...commitmentLines(content.commitments, paint),
  ];
}

/** The totals of what came with version 2, for programs; null where a former one does not have it. The rows are in the file. */
export function certifiedParts({ openings, commitments }: CertificateContent) {
  const { isTied, requisitionTotals, contractTotals, receipts } = fieldsOf(commitments);
  const { isTied: areOpeningsTied, totals } = fieldsOf(openings);
  return {
    openings: openings === undefined ? null : { isTied: areOpeningsTied, totals },
    commitments: commitments === undefined ? null : { isTied, requisitionTotals, contractTotals, receipts },
  };
}
