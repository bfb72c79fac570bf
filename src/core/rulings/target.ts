/**
 * From a mapping query to a place in Procore: rule, project, budget code. The same three steps for purchase order lines and for cost
 * lines, each with its own hold when it fails. `ProcoreView` is a snapshot taken before planning.
 */
import type { HoldCode } from "../disposition.ts";
import type { Mapping, MappingQuery, MappingTarget } from "../mapping/index.ts";

export type ProjectView = { readonly id: number; readonly number: string; readonly currency: string };

export type ProcoreView = {
  /** By the name that rules use (`findProjects`); permitted, active projects only. Two of one name: neither is taken. */
  projectByNumber(number: string): ProjectView | "ambiguous" | undefined;
  /** The `wbs_code_id` of cost code and cost type, if that budget code exists and is active. */
  budgetCode(projectId: number, costCode: string, costType: string): number | undefined;
};

export type Target = {
  readonly project: ProjectView;
  readonly budgetCodeId: number;
  readonly costCode: string;
  readonly costType: string;
  readonly rule: string;
};

export type TargetAnswer =
  | { readonly kind: "target"; readonly target: Target }
  | { readonly kind: "held"; readonly hold: HoldCode; readonly mapped?: MappingTarget };

/** `isCurrencyRight` is asked between project and budget code, so that the reason a person reads first is the one to mend first. */
export function findTarget(
  query: MappingQuery,
  context: { mapping: Mapping; view: ProcoreView },
  currencyHold: (project: ProjectView) => HoldCode | undefined,
): TargetAnswer {
  const answer = context.mapping.resolve(query);
  if (answer.kind === "no-rule") return { kind: "held", hold: "mapping-no-rule" };
  const mapped = answer.rule.target;
  const project = context.view.projectByNumber(mapped.project);
  if (!project) return { kind: "held", hold: "project-not-permitted", mapped };
  if (project === "ambiguous") return { kind: "held", hold: "project-ambiguous", mapped };
  const hold = currencyHold(project);
  if (hold) return { kind: "held", hold, mapped };
  const budgetCodeId = context.view.budgetCode(project.id, mapped.costCode, mapped.costType);
  if (budgetCodeId === undefined) return { kind: "held", hold: "budget-code-missing", mapped };
  const { costCode, costType } = mapped;
  return { kind: "target", target: { project, budgetCodeId, costCode, costType, rule: answer.rule.name } };
}
