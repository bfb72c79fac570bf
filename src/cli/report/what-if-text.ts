/** What other rules would move, as people read it. Pure. */
import { formatMoney, type MappingPlace, type Move, type WhatIf } from "../../core/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

export const placeText = ({ project, budgetCode }: MappingPlace) => (project === "" ? "(no rule)" : `${project} ${budgetCode}`);

function moveRow({ from, to, period, currency, isPosted, lines, minor, rules }: Move): Cell[] {
  return [
    placeText(from),
    placeText(to),
    period,
    groupDigits(lines),
    `${groupDigits(formatMoney({ minor, currency }))} ${currency}`,
    isPosted ? { text: "posted: stays", style: "warn" } : "with the next run",
    rules.length > 2 ? `${rules[0]} and ${rules.length - 1} more` : rules.join(", "),
  ];
}

export function whatIfLines({ moves, staying }: WhatIf, limit: number, paint: Paint): readonly string[] {
  const stay = `${groupDigits(staying)} lines stay where they are`;
  if (moves.length === 0) return [`Nothing moves; ${stay}.`];
  const moved = moves.reduce((sum, { lines }) => sum + lines, 0);
  const head = `${groupDigits(moved)} lines would be elsewhere, ${stay}.`;
  const columns = [left("from"), left("to"), left("period"), right("lines"), right("amount"), left("moves"), left("by")];
  const rest = moves.length > limit ? [`  and ${groupDigits(moves.length - limit)} more; --limit shows them`] : [];
  const posted = moves.some(({ isPosted }) => isPosted)
    ? ["New rules act forward: what is posted stays where it was posted, until ml-connector map recode moves it."]
    : [];
  return [head, ...renderTable(columns, moves.slice(0, limit).map(moveRow), paint), ...rest, ...posted];
}
