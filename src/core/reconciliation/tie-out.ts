/** Adds a certificate's rows up again: what it states of a row and of a currency must be what its own figures come to. */
import type { Canonical } from "../fingerprint.ts";
import { minorDigits, parseMoney } from "../money.ts";

type Fields = Readonly<Record<string, Canonical | undefined>>;

function minorOf(value: Canonical | undefined, currency: string): bigint | undefined {
  if (typeof value !== "string") return undefined;
  const money = parseMoney(value, currency);
  return money.ok ? money.value.minor : undefined;
}

const isFields = (value: Canonical | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: Canonical | undefined): readonly Canonical[] => (Array.isArray(value) ? value : []);

const columns = ["control", "read", "posted", "held", "waiting", "excluded", "procore", "variance"] as const;

/** The sum of its classes, and SAP's total less what is excluded less Procore's, both are a row's variance; `read` is what became of it. */
function rowTies(row: Fields, currency: string): boolean {
  const of = (name: (typeof columns)[number]) => minorOf(row[name], currency);
  const [read, posted, held, waiting, excluded, procore, variance] = columns.slice(1).map((name) => minorOf(row[name], currency));
  if (read === undefined || posted === undefined || held === undefined || waiting === undefined) return false;
  if (excluded === undefined || procore === undefined || variance === undefined || !isFields(row.classes)) return false;
  const control = row.control === null ? read : of("control");
  if (control === undefined || read !== posted + held + waiting + excluded) return false;
  let classes = 0n;
  for (const amount of Object.values(row.classes)) {
    const minor = minorOf(amount, currency);
    if (minor === undefined) return false;
    classes += minor;
  }
  return variance === control - excluded - procore && variance === classes;
}

export function tieOut({ rows, totals }: Fields): boolean {
  const sums = new Map<string, Map<string, bigint>>();
  for (const row of listOf(rows)) {
    if (!isFields(row) || typeof row.currency !== "string" || minorDigits(row.currency) < 0) return false;
    if (!rowTies(row, row.currency)) return false;
    const sum = sums.get(row.currency) ?? new Map<string, bigint>();
    sums.set(row.currency, sum);
    // A row without a control counts with what was read, as in its variance.
    for (const name of columns)
      sum.set(name, (sum.get(name) ?? 0n) + (minorOf(row[name] === null ? row.read : row[name], row.currency) ?? 0n));
  }
  const stated = listOf(totals);
  if (stated.length !== sums.size) return false;
  return stated.every((total) => {
    if (!isFields(total) || typeof total.currency !== "string") return false;
    const { currency } = total;
    const sum = sums.get(currency);
    return sum !== undefined && columns.every((name) => minorOf(total[name], currency) === sum.get(name));
  });
}
