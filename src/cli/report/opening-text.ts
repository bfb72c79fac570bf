/** Opening balances below a statement: all that SAP has to date, and what it is made of, by project; by cost code where SAP changed it, or it is asked for. */
import type { ToDateState } from "../../core/index.ts";
import type { OpeningView } from "../reconcile/opening-view.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

export const toDateText: Readonly<Record<ToDateState, Cell>> = {
  tied: { text: "ties", style: "good" },
  "nothing-older": "nothing older",
  unconfirmed: { text: "not confirmed", style: "bad" },
  "changed-in-sap": { text: "SAP changed it after the word", style: "bad" },
};

const amountTitles = ["SAP to date", "opening", "posted", "waiting", "held", "commitments", "excluded", "difference"];

function wordOf({ confirmedBy, confirmedOn, olderThan }: OpeningView): string {
  const by = confirmedBy === "" ? "" : `, confirmed by ${confirmedBy.replace(/^user:/, "")} on ${confirmedOn}`;
  return `older than ${olderThan}${by}`;
}

function rowOf(view: OpeningView, isTotal: boolean): Cell[] {
  const { sapToDate, opening, posted, waiting, held, commitments, excluded, difference, state } = view;
  const amounts = [sapToDate, opening ?? "-", posted, waiting, held, commitments, excluded, difference].map(groupDigits);
  const code = isTotal ? "(all)" : view.costCode || "(none)";
  return [view.project, code, view.currency, ...amounts, toDateText[state], isTotal ? wordOf(view) : ""];
}

const isChanged = ({ state }: OpeningView) => state === "changed-in-sap";
export const isOpen = (view: OpeningView) => view.state === "unconfirmed" || isChanged(view);

export type OpeningsText = { totals: readonly OpeningView[]; views: readonly OpeningView[]; isAll: boolean };

export function openingTableLines({ totals, views, isAll }: OpeningsText, paint: Paint): readonly string[] {
  if (totals.length === 0) return [];
  const cells = totals.flatMap((total) => {
    const own = views.filter(({ project, currency }) => project === total.project && currency === total.currency);
    return [rowOf(total, true), ...own.filter((view) => isAll || isChanged(view)).map((view) => rowOf(view, false))];
  });
  const columns = [
    left("project"),
    left("cost code"),
    left("currency"),
    ...amountTitles.map(right),
    left(""),
    left("of what is"),
  ];
  const remedy = totals.some(isOpen) ? ["  ml-connector cut-over show --project NAME states both sides, and what to do"] : [];
  return [
    "",
    "Opening balances: all that SAP has to date, every period together, and what it is made of",
    ...renderTable(columns, cells, paint),
    ...remedy,
  ];
}
