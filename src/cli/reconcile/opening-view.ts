/** Opening balances as rows of decimal text: what is printed, exported and certified are these and no others. To date: of all periods together. */
import { formatIsoDate, formatMoney, type ToDateRow, type ToDateState } from "../../core/index.ts";
import type { OpeningToDate } from "../../hub/index.ts";

export type OpeningView = {
  project: string;
  costCode: string;
  currency: string;
  sapToDate: string;
  /** As it was confirmed; null where nobody did. */
  opening: string | null;
  posted: string;
  waiting: string;
  held: string;
  commitments: string;
  excluded: string;
  /** What SAP has and the others do not make up. */
  difference: string;
  state: ToDateState;
  olderThan: string;
  /** Empty where nobody did. */
  confirmedBy: string;
  confirmedOn: string;
  /** What `cut-over show` calls the figures that were confirmed. */
  figures: string;
};

function viewOf({ project, date, word }: OpeningToDate, row: ToDateRow): OpeningView {
  const { currency, budgetCode, confirmed, state } = row;
  const money = (minor: bigint) => formatMoney({ minor, currency });
  return {
    project,
    costCode: budgetCode,
    currency,
    sapToDate: money(row.sapToDate),
    opening: confirmed === undefined ? null : money(confirmed),
    posted: money(row.posted),
    waiting: money(row.waiting),
    held: money(row.held),
    commitments: money(row.commitments),
    excluded: money(row.excluded),
    difference: money(row.difference),
    state,
    olderThan: formatIsoDate(date),
    confirmedBy: word?.actor ?? "",
    confirmedOn: word?.at.toISOString().slice(0, 10) ?? "",
    figures: word?.hash ?? "",
  };
}

export const openingViews = (openings: readonly OpeningToDate[]): OpeningView[] =>
  openings.flatMap((opening) => opening.rows.map((row) => viewOf(opening, row)));

const summed = ["sapToDate", "posted", "waiting", "held", "commitments", "excluded", "difference"] as const;
const worst: readonly ToDateState[] = ["changed-in-sap", "unconfirmed", "tied", "nothing-older"];

function sumOf(rows: readonly ToDateRow[]): ToDateRow {
  const [first] = rows;
  if (!first) throw new Error("Assertion failed: a project without rows has no sum");
  const totals = Object.fromEntries(summed.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0n)]));
  return {
    ...first,
    ...totals,
    budgetCode: "",
    // Of a project all are confirmed or none.
    confirmed: first.confirmed === undefined ? undefined : rows.reduce((sum, { confirmed = 0n }) => sum + confirmed, 0n),
    state: worst.find((name) => rows.some(({ state }) => state === name)) ?? first.state,
  };
}

/** A row for each project and currency, under no cost code; its state is the worst of its cost codes'. */
export function openingTotals(openings: readonly OpeningToDate[]): OpeningView[] {
  return openings.flatMap((opening) =>
    [...Map.groupBy(opening.rows, ({ currency }) => currency).values()].map((rows) => viewOf(opening, sumOf(rows))),
  );
}

/** Narrowed to a project and a cost code, as the statement is. */
export function narrowOpenings(
  openings: readonly OpeningToDate[],
  { project, costCode }: { project?: string | undefined; costCode?: string | undefined },
): OpeningToDate[] {
  return openings
    .filter((opening) => project === undefined || opening.project === project)
    .map((opening) => ({
      ...opening,
      rows: opening.rows.filter(({ budgetCode }) => costCode === undefined || budgetCode === costCode),
    }));
}
