/**
 * From a mapping query to a place in Procore: rule, project, budget code. The same three steps for purchase order lines and for cost
 * lines, each with its own hold when it fails. `ProcoreView` is a snapshot taken before planning.
 */
import type { Decision, HoldCode, Waiting } from "../disposition.ts";
import { type BudgetCodeKey, budgetCodeText, type Mapping, type MappingQuery } from "../mapping/index.ts";

export type ProjectView = {
  readonly id: number;
  readonly number: string;
  readonly currency: string;
  /** Whether its contracts may be in other currencies (procore 4.14). */
  readonly hasMulticurrency?: boolean;
};

export type ProcoreView = {
  /** By the name that rules use (`findProjects`); permitted, active projects only. Two of one name: neither is taken. */
  projectByNumber(number: string): ProjectView | "ambiguous" | undefined;
  /** The `wbs_code_id` of cost code and cost type, if that budget code exists and is active. */
  budgetCode(projectId: number, costCode: string, costType: string, subJob?: string): number | undefined;
  /** What is known of one that is not there or not active, beyond that. */
  missingBudgetCode?(project: ProjectView, key: BudgetCodeKey): MissingBudgetCode | undefined;
};

export type MissingBudgetCode = { readonly hold: HoldCode; readonly waitsFor: string };

export type Target = {
  readonly project: ProjectView;
  readonly budgetCodeId: number;
  readonly costCode: string;
  readonly costType: string;
  /** Absent where the budget code has none. */
  readonly subJob?: string;
  readonly rule: string;
  /** Purchase orders: where it is not the project's. */
  readonly contractCurrency?: string;
};

export type TargetAnswer =
  | { readonly kind: "target"; readonly target: Target }
  | ({ readonly kind: "held"; readonly hold: HoldCode } & Waiting);

/** `company code 1000, wbs P-9, account 0000400000`: what a rule would have to name. */
function queryText({ companyCode, objectKind, object, account, materialGroup }: MappingQuery): string {
  const parts = [`company code ${companyCode}`, `${objectKind} ${object || "(none)"}`];
  if (account !== "") parts.push(`account ${account}`);
  if (materialGroup !== "") parts.push(`material group ${materialGroup}`);
  return parts.join(", ");
}

/** `isCurrencyRight` is asked between project and budget code, so that the reason a person reads first is the one to mend first. */
export function findTarget(
  query: MappingQuery,
  context: { mapping: Mapping; view: ProcoreView },
  currencyHold: (project: ProjectView) => HoldCode | undefined,
): TargetAnswer {
  const answer = context.mapping.resolve(query);
  if (answer.kind === "no-rule")
    return { kind: "held", hold: "mapping-no-rule", waitsFor: `a mapping rule for ${queryText(query)}` };
  const { target: mapped, name: rule } = answer.rule;
  const place = { project: mapped.project, rule };
  const project = context.view.projectByNumber(mapped.project);
  if (!project) return { kind: "held", hold: "project-not-permitted", waitsFor: `project ${mapped.project}`, ...place };
  if (project === "ambiguous")
    return { kind: "held", hold: "project-ambiguous", waitsFor: `one project ${mapped.project}`, ...place };
  const hold = currencyHold(project);
  if (hold) return { kind: "held", hold, ...place };
  const { costCode, costType, subJob } = mapped;
  const key = { costCode, costType, ...(subJob === undefined ? {} : { subJob }) };
  const budgetCodeId = context.view.budgetCode(project.id, costCode, costType, subJob);
  if (budgetCodeId === undefined) {
    const waitsFor = `budget code ${budgetCodeText(mapped)} in project ${mapped.project}`;
    const missing = { hold: "budget-code-missing" as const, waitsFor };
    return { kind: "held", ...(context.view.missingBudgetCode?.(project, key) ?? missing), ...place };
  }
  return { kind: "target", target: { project, budgetCodeId, ...key, rule } };
}

/** The decision that such an answer comes to. */
export function heldBy({ kind: _kind, ...held }: Extract<TargetAnswer, { kind: "held" }>): Decision {
  return { disposition: "held", ...held };
}
