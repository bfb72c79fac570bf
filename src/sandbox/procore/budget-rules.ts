/**
 * Budget lines (procore 4.13): one for each budget code of a project, made of itself at $0 when a line lands on an unbudgeted code
 * (4.5 [A]), and shut by the lock of the budget.
 */
import { type Call, stampOf } from "./exchange.ts";
import type { BudgetLine, Project } from "./records.ts";
import { invalid } from "./refusal.ts";
import { choiceIn, decimalIn, idIn, type Row, showRounded, textIn } from "./values.ts";

/** procore 4.13 [C] */
const lockedWords = "The original_budget_amount cannot be updated for a locked budget.";

/** procore 4.5 [A]: on newer projects. */
export function budgetOfItself(call: Call, projectId: number, wbsCodeId: number): void {
  const { world } = call;
  if (!world.switches.automaticBudgetLines || world.budgetLines.first("code", wbsCodeId) !== undefined) return;
  world.budgetLines.put({ ...blankLine(call, projectId), id: world.nextId(), wbsCodeId });
}

function blankLine(call: Call, projectId: number): BudgetLine {
  const now = stampOf(call.clock);
  return {
    id: 0,
    projectId,
    wbsCodeId: 0,
    amount: "0.0",
    quantity: null,
    unitCost: null,
    uom: null,
    strategy: "automatic",
    createdAt: now,
    updatedAt: now,
  };
}

export function createBudgetLine(call: Call, project: Project, row: Row): BudgetLine {
  const { world } = call;
  const line = changed(call, project, blankLine(call, project.id), row);
  if (line.wbsCodeId === 0) throw invalid("wbs_code_id", "can't be blank");
  if (project.budgetLocked === true && line.amount !== "0.0") throw invalid("base", lockedWords);
  return world.budgetLines.put({ ...line, id: world.nextId() });
}

export function updateBudgetLine(call: Call, project: Project, before: BudgetLine, row: Row): BudgetLine {
  const next = changed(call, project, before, row);
  if (project.budgetLocked === true && next.amount !== before.amount) throw invalid("base", lockedWords);
  return call.world.budgetLines.put({ ...next, updatedAt: stampOf(call.clock) });
}

function changed(call: Call, project: Project, before: BudgetLine, row: Row): BudgetLine {
  const { world } = call;
  const wbsCodeId = idIn(row, "wbs_code_id") ?? before.wbsCodeId;
  if (wbsCodeId !== before.wbsCodeId) {
    if (world.wbsCodes.get(wbsCodeId)?.projectId !== project.id) throw invalid("wbs_code_id", "is not valid for this project");
    // procore 4.13 [C]
    if (world.budgetLines.first("code", wbsCodeId) !== undefined) throw invalid("wbs_code_id", "This Budget Code already exists");
  }
  const uom = textIn(row, "uom");
  if (uom && world.uoms.first("name", `${project.companyId}|${uom}`) === undefined) {
    throw invalid("uom", "is not included in the list");
  }
  const read = (key: string, otherwise: string | null) => {
    const value = decimalIn(row, key);
    return value === undefined ? otherwise : value === null ? null : showRounded(value, world.switches.amountDecimals);
  };
  return {
    ...before,
    wbsCodeId,
    amount: read("original_budget_amount", before.amount) ?? "0.0",
    quantity: read("quantity", before.quantity),
    unitCost: read("unit_cost", before.unitCost),
    uom: uom === undefined ? before.uom : uom || null,
    strategy: choiceIn(row, "calculation_strategy", ["automatic", "manual"]) ?? before.strategy,
  };
}
