/** A statement as rows of named columns, amounts as decimal text: what is printed, exported and certified are these and no others. */
import { formatMoney, type ReceiptRow, type StatementRow, type VarianceClass, type Variances } from "../../core/index.ts";
import type { Reconciliation } from "../../hub/index.ts";

export type RowView = {
  companyCode: string;
  project: string;
  costCode: string;
  currency: string;
  /** Null where SAP's totals were not read for this company code in this currency. */
  control: string | null;
  lines: number;
  read: string;
  posted: string;
  held: string;
  waiting: string;
  /** What is older than cut-over. */
  opening: string;
  excluded: string;
  excludedBy: Record<string, string>;
  procore: string;
  variance: string;
  classes: Partial<Record<VarianceClass, string>>;
};

export type TotalView = Omit<RowView, "companyCode" | "project" | "costCode">;

const moneyIn = (currency: string) => (minor: bigint) => formatMoney({ minor, currency });

export function amountsByName<Name extends string>(
  amounts: Partial<Record<Name, bigint>>,
  currency: string,
): Partial<Record<Name, string>> {
  const entries = Object.entries(amounts) as [Name, bigint][];
  return Object.fromEntries(entries.map(([name, minor]) => [name, formatMoney({ minor, currency })])) as Partial<
    Record<Name, string>
  >;
}

export function viewOf(row: StatementRow): RowView {
  const { companyCode, project, costCode, currency, control, lines, classes } = row;
  const money = moneyIn(currency);
  return {
    companyCode,
    project,
    costCode,
    currency,
    control: control === undefined ? null : money(control),
    lines,
    read: money(row.read),
    posted: money(row.posted),
    held: money(row.held),
    waiting: money(row.waiting),
    opening: money(row.opening),
    excluded: money(row.excluded),
    excludedBy: amountsByName(row.excludedBy, currency) as Record<string, string>,
    procore: money(row.procore),
    variance: money(row.variance),
    classes: amountsByName(classes, currency),
  };
}

/** A row of commitments: by purchase order, too. An opening balance stands for cost, and for no order. */
export type CommitmentView = Omit<RowView, "opening"> & { purchaseOrder: string };
export type CommitmentTotalView = Omit<TotalView, "opening">;

function withoutOpening<View extends { opening: string }>(view: View): Omit<View, "opening"> {
  const { opening: _, ...rest } = view;
  return rest;
}

export const commitmentOf = (row: StatementRow): CommitmentView => ({
  ...withoutOpening(viewOf(row)),
  purchaseOrder: row.purchaseOrder ?? "",
});

export const commitmentTotalsOf = (rows: readonly StatementRow[]): CommitmentTotalView[] => totalsOf(rows).map(withoutOpening);

export type ReceiptView = {
  companyCode: string;
  project: string;
  currency: string;
  items: number;
  received: string;
  invoiced: string;
  receivedNotInvoiced: string;
  invoicedNotReceived: string;
};

export function receiptOf(row: ReceiptRow): ReceiptView {
  const money = moneyIn(row.currency);
  return {
    companyCode: row.companyCode,
    project: row.project,
    currency: row.currency,
    items: row.items,
    received: money(row.received),
    invoiced: money(row.invoiced),
    receivedNotInvoiced: money(row.receivedNotInvoiced),
    invoicedNotReceived: money(row.invoicedNotReceived),
  };
}

type Sums = {
  -readonly [Name in keyof Omit<StatementRow, "companyCode" | "project" | "costCode" | "purchaseOrder">]: StatementRow[Name];
};

function addAll<Name extends string>(left: Partial<Record<Name, bigint>>, right: Partial<Record<Name, bigint>>) {
  const sum: Partial<Record<Name, bigint>> = { ...left };
  for (const [name, minor] of Object.entries(right) as [Name, bigint][]) sum[name] = (sum[name] ?? 0n) + minor;
  return sum;
}

const summed = ["read", "posted", "held", "waiting", "opening", "excluded", "procore", "variance"] as const;

/** By currency. A row without a control counts with what was read, as in its variance. */
export function totalsOf(rows: readonly StatementRow[]): TotalView[] {
  const sums = new Map<string, Sums>();
  for (const row of rows) {
    const none = { currency: row.currency, control: 0n, lines: 0, read: 0n, posted: 0n, held: 0n, waiting: 0n, opening: 0n };
    const sum = sums.get(row.currency) ?? { ...none, excluded: 0n, excludedBy: {}, procore: 0n, variance: 0n, classes: {} };
    sums.set(row.currency, sum);
    sum.control = (sum.control ?? 0n) + (row.control ?? row.read);
    sum.lines += row.lines;
    for (const name of summed) sum[name] += row[name];
    sum.excludedBy = addAll(sum.excludedBy, row.excludedBy) as Record<string, bigint>;
    sum.classes = addAll(sum.classes, row.classes);
  }
  return [...sums]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, sum]) => {
      const {
        companyCode: _,
        project: __,
        costCode: ___,
        ...total
      } = viewOf({ companyCode: "", project: "", costCode: "", ...sum });
      return total;
    });
}

export type AccountView = {
  companyCode: string;
  account: string;
  currency: string;
  control: string;
  read: string;
  /** Came after SAP's total was taken. */
  late: string;
  notRead: string;
};

/** Accounts of the general ledger that differ. */
export function accountsOf({ ledger }: Pick<Reconciliation, "ledger">): AccountView[] {
  return ledger.differing.map(({ key, control, read, late, notRead }) => {
    const money = moneyIn(key.currency);
    return {
      companyCode: key.companyCode,
      account: key.account,
      currency: key.currency,
      control: money(control),
      read: money(read),
      late: money(late.reduce((sum, { amount }) => sum + amount, 0n)),
      notRead: money(notRead),
    };
  });
}

/** Whether every difference has its explanation, in the statement, in the general ledger, and in what opening balances stand for. */
export function isTied(
  rows: readonly StatementRow[],
  { ledger, control, openings }: Pick<Reconciliation, "ledger" | "control" | "openings">,
  unexplained: (classes: Variances) => Variances,
) {
  return (
    control.halfReadBy === undefined &&
    rows.every(({ classes }) => Object.keys(unexplained(classes)).length === 0) &&
    ledger.differing.every(({ notRead }) => notRead === 0n) &&
    openings.every((opening) => opening.rows.every(({ difference }) => difference === 0n))
  );
}
