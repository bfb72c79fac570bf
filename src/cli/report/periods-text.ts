/** Periods as a controller reads them. */
import type { CompanyLook, PeriodList, PeriodView } from "../../hub/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

const columns = [
  ...["company code", "period", "in SAP", "since (UTC)", "run", "totals kept", "by"].map(left),
  ...["late lines", "not posted", "late amount"].map(right),
];

const minute = (at: string | undefined) => (at === undefined ? "" : at.slice(0, 16).replace("T", " "));

function cellsOf({ companyCode, period, state, since, sinceRun, closed, late }: PeriodView): Cell[] {
  const amounts = Object.entries(late.amounts).map(([currency, amount]) => `${groupDigits(amount)} ${currency}`);
  const open = late.lines - late.posted;
  return [
    companyCode,
    period,
    state === "re-opened" ? { text: state, style: "warn" } : (state ?? "not read"),
    minute(since),
    sinceRun ?? "",
    minute(closed?.at) || "no",
    closed?.by ?? "",
    groupDigits(late.lines),
    open === 0 ? "0" : { text: groupDigits(open), style: "warn" },
    amounts.join(", "),
  ];
}

function problemLine({ companyCode, at, problem }: CompanyLook): string[] {
  return problem === undefined ? [] : [`${companyCode} could not be judged on ${minute(at)}: ${problem}`];
}

export function periodLines({ periods, looks }: PeriodList, paint: Paint): readonly string[] {
  const problems = looks.flatMap(problemLine);
  if (periods.length > 0) return [...renderTable(columns, periods.map(cellsOf), paint), ...problems];
  if (problems.length > 0) return problems;
  return ["No period is known: T001B was not read, and none was closed; docs/reconciliation.md says how it is."];
}
