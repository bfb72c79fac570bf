/**
 * Adds a certificate's figures up again, by the version of its form: what it states of a row and of a currency must be what its own figures come to. Version 1 is
 * the statement of a period. Version 2 has what opening balances stand for in a column of its own, all that SAP has to date beside them, and commitments.
 */
import type { Canonical } from "../fingerprint.ts";
import { minorDigits, parseMoney } from "../money.ts";

type Fields = Readonly<Record<string, Canonical | undefined>>;

const isFields = (value: Canonical | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: Canonical | undefined): readonly Canonical[] => (Array.isArray(value) ? value : []);

const textOf = (value: Canonical | undefined): string => (typeof value === "string" ? value : "");

function minorOf(value: Canonical | undefined, currency: string): bigint | undefined {
  if (typeof value !== "string") return undefined;
  const money = parseMoney(value, currency);
  return money.ok ? money.value.minor : undefined;
}

/** Amounts of a row in minor units; undefined where one of them is none, or the currency is none. */
function amountsOf<Name extends string>(row: Fields, names: readonly Name[]): Record<Name, bigint> | undefined {
  const { currency } = row;
  if (typeof currency !== "string" || minorDigits(currency) < 0) return undefined;
  const found = names.map((name) => [name, minorOf(row[name], currency)] as const);
  return found.some(([, minor]) => minor === undefined) ? undefined : (Object.fromEntries(found) as Record<Name, bigint>);
}

const plain = ["read", "posted", "held", "waiting", "excluded", "procore", "variance"] as const;
const withOpening = [...plain, "opening"] as const;
type Column = (typeof withOpening)[number];

/** The sum of its classes, and SAP's total less what is left out less Procore's, both are a row's variance; `read` is what became of it. */
function rowTies(row: Fields, columns: readonly Column[]): boolean {
  const found = amountsOf(row, columns);
  if (!found || typeof row.currency !== "string" || !isFields(row.classes)) return false;
  const { read, posted, held, waiting, excluded, procore, variance } = found;
  const opening = columns.includes("opening") ? found.opening : 0n;
  const control = row.control === null ? read : minorOf(row.control, row.currency);
  if (control === undefined || read !== posted + held + waiting + opening + excluded) return false;
  let classes = 0n;
  for (const amount of Object.values(row.classes)) {
    const minor = minorOf(amount, row.currency);
    if (minor === undefined) return false;
    classes += minor;
  }
  return variance === control - opening - excluded - procore && variance === classes;
}

function rowsTie(rows: Canonical | undefined, totals: Canonical | undefined, columns: readonly Column[]): boolean {
  const names = ["control", ...columns] as const;
  const sums = new Map<string, Map<string, bigint>>();
  for (const row of listOf(rows)) {
    if (!isFields(row) || typeof row.currency !== "string" || !rowTies(row, columns)) return false;
    const sum = sums.get(row.currency) ?? new Map<string, bigint>();
    sums.set(row.currency, sum);
    // A row without a control counts with what was read, as in its variance.
    for (const name of names)
      sum.set(name, (sum.get(name) ?? 0n) + (minorOf(row[name] === null ? row.read : row[name], row.currency) ?? 0n));
  }
  const stated = listOf(totals);
  if (stated.length !== sums.size) return false;
  return stated.every((total) => {
    if (!isFields(total) || typeof total.currency !== "string") return false;
    const { currency } = total;
    const sum = sums.get(currency);
    return sum !== undefined && names.every((name) => minorOf(total[name], currency) === sum.get(name));
  });
}

const toDate = ["sapToDate", "posted", "waiting", "held", "commitments", "excluded", "difference"] as const;

/** All that SAP has is the balance as it was confirmed, what became of the rest, and the difference; only without one it ties. */
function openingTies(row: Canonical): boolean {
  if (!isFields(row)) return false;
  const found = amountsOf(row, toDate);
  const opening = row.opening === null ? 0n : minorOf(row.opening, textOf(row.currency));
  if (!found || opening === undefined) return false;
  const { sapToDate, posted, waiting, held, commitments, excluded, difference } = found;
  const states = difference === 0n ? ["tied", "nothing-older"] : ["unconfirmed", "changed-in-sap"];
  const isConfirmed = row.state === "tied" || row.state === "changed-in-sap";
  return (
    sapToDate === opening + posted + waiting + held + commitments + excluded + difference &&
    states.includes(textOf(row.state)) &&
    isConfirmed === (row.opening !== null)
  );
}

/** A project's amounts in a currency are those of its cost codes. */
function openingTotalsTie(rows: readonly Canonical[], totals: Canonical | undefined): boolean {
  const names = [...toDate, "opening"] as const;
  const keyOf = ({ project, currency }: Fields) => `${textOf(project)}\n${textOf(currency)}`;
  const amountOf = (row: Fields, name: string) => (row[name] === null ? 0n : minorOf(row[name], textOf(row.currency)));
  const groups = Map.groupBy(rows.filter(isFields), keyOf);
  const stated = listOf(totals).filter(isFields);
  if (stated.length !== groups.size || new Set(stated.map(keyOf)).size !== stated.length) return false;
  return stated.every((total) => {
    const own = groups.get(keyOf(total)) ?? [];
    return names.every((name) => amountOf(total, name) === own.reduce((sum, row) => sum + (amountOf(row, name) ?? 0n), 0n));
  });
}

/** What was received and what was invoiced differ by what is open in both directions. */
function receiptTies(row: Canonical): boolean {
  if (!isFields(row)) return false;
  const found = amountsOf(row, ["received", "invoiced", "receivedNotInvoiced", "invoicedNotReceived"]);
  return found !== undefined && found.received - found.invoiced === found.receivedNotInvoiced - found.invoicedNotReceived;
}

function secondTies({ rows, totals, openings, commitments, isTied }: Fields): boolean {
  if (!isFields(openings) || !isFields(commitments)) return false;
  const { requisitions, requisitionTotals, contracts, contractTotals, receipts } = commitments;
  return (
    rowsTie(rows, totals, withOpening) &&
    Array.isArray(openings.rows) &&
    openings.rows.every(openingTies) &&
    openingTotalsTie(openings.rows, openings.totals) &&
    rowsTie(requisitions, requisitionTotals, plain) &&
    rowsTie(contracts, contractTotals, plain) &&
    Array.isArray(receipts) &&
    receipts.every(receiptTies) &&
    // Whoever reads nothing but the first word is told no more than the parts say.
    (isTied !== true || (openings.isTied === true && commitments.isTied === true))
  );
}

export type CertificateVersion = 1 | 2;

export function tieOut(content: Fields, version: CertificateVersion): boolean {
  return version === 1 ? rowsTie(content.rows, content.totals, plain) : secondTies(content);
}
