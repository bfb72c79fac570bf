/**
 * Where what one object has on one account belongs, as far as evidence goes: project, then cost code, then cost type, each chosen or asked. A chain is as strong as
 * its weakest part, so the points of the whole are the least of the three.
 */
import type { CostObjectKind } from "../../records/index.ts";
import type { MappingRule, MappingTarget } from "../rule.ts";
import { type CodeCandidate, createCodeFinder, type ProjectBudget } from "./code-candidates.ts";
import { type Choice, choose, type Evidence, type Scored } from "./points.ts";
import type { Precedents } from "./precedents.ts";
import type { ProjectCandidate, ProjectFinder } from "./project-candidates.ts";
import type { ObjectSight, SapSight } from "./sap-sight.ts";
import { type CostTypeToPropose, createTypeFinder } from "./type-candidates.ts";

export type AnswerPart = "project" | "cost code" | "cost type";

export type QuestionCandidate = { readonly name: string; readonly points: number; readonly reasons: readonly string[] };

export type Answer =
  | {
      readonly kind: "target";
      readonly target: MappingTarget;
      readonly points: number;
      readonly reasons: readonly string[];
    }
  | {
      readonly kind: "question";
      readonly part: AnswerPart;
      readonly why: string;
      readonly candidates: readonly QuestionCandidate[];
    };

export type Place = {
  readonly objectKind: CostObjectKind;
  readonly object: string;
  readonly companyCode: string;
  readonly account: string;
  /** Of purchase order items; empty for cost. */
  readonly materialGroup: string;
};

export type AnswersGiven = {
  readonly sap: SapSight;
  readonly finder: ProjectFinder;
  readonly precedents: Precedents;
  /** A rule with dates that places it on other days. */
  readonly datedRule: (place: Place) => MappingRule | undefined;
  readonly floor: number;
};

export type Budgets = {
  readonly byProject: ReadonlyMap<number, ProjectBudget>;
  readonly types: readonly CostTypeToPropose[];
};

const projectText = ({ number, name, id }: ProjectCandidate): string => `${number || id} ${name}`.trim();
const codeText = ({ fullCode, name }: CodeCandidate): string => `${fullCode} ${name}`.trim();
const typeText = ({ code, name }: CostTypeToPropose): string => `${code} ${name}`.trim();

const told = (reasons: readonly Evidence[]): readonly string[] =>
  reasons.map(({ points, text }) => `${points > 0 ? "+" : ""}${points} ${text}`);

function ask<Value>(part: AnswerPart, choice: Choice<Value>, textOf: (value: Value) => string): Answer {
  if (choice.kind === "none") return { kind: "question", part, why: "nothing speaks for any", candidates: [] };
  if (choice.kind === "chosen") throw new Error("Assertion failed: a chosen one is no question");
  const why = choice.kind === "ambiguous" ? "several fit about as well" : "too little speaks for any";
  const candidates = choice.candidates.map(({ value, points, reasons }) => ({
    name: textOf(value),
    points,
    reasons: told(reasons),
  }));
  return { kind: "question", part, why, candidates };
}

function refuse<Value>(part: AnswerPart, why: string, best: Scored<Value>, textOf: (value: Value) => string): Answer {
  const { value, points, reasons } = best;
  return { kind: "question", part, why, candidates: [{ name: textOf(value), points, reasons: told(reasons) }] };
}

/** Which project alone, so that only the budgets of those are read. */
export function createProjectAnswers({ sap, finder, floor }: AnswersGiven) {
  const known = new Map<ObjectSight, Choice<ProjectCandidate>>();
  return (place: Pick<Place, "objectKind" | "object">): Choice<ProjectCandidate> => {
    const sight = sap.object(place.objectKind, place.object);
    const choice = known.get(sight) ?? choose(finder.candidates(sight), floor);
    known.set(sight, choice);
    return choice;
  };
}

export function createAnswers(given: AnswersGiven, projectOf: ReturnType<typeof createProjectAnswers>, budgets: Budgets) {
  const { sap, finder, precedents, datedRule, floor } = given;
  const codeFinders = new Map<number, ReturnType<typeof createCodeFinder>>();
  const typesOf = createTypeFinder(budgets.types, precedents);
  const codesOf = (id: number, budget: ProjectBudget) => {
    const found = codeFinders.get(id) ?? createCodeFinder(budget, precedents);
    codeFinders.set(id, found);
    return found;
  };
  const answer = (place: Place): Answer => {
    const dated = datedRule(place);
    if (dated) return { kind: "question", part: "project", why: `${dated.name} places it on other days`, candidates: [] };
    const project = projectOf(place);
    if (project.kind !== "chosen") return ask("project", project, projectText);
    const { id } = project.best.value;
    if (id === undefined) return refuse("project", "Procore does not show it", project.best, projectText);
    const name = finder.ruleName(project.best.value);
    if (name === undefined)
      return refuse("project", "no name of it is its alone; write a row under projects:", project.best, projectText);
    const budget = budgets.byProject.get(id);
    if (!budget) return refuse("project", "its cost codes were not read", project.best, projectText);
    const sight = sap.object(place.objectKind, place.object);
    const accountText = sap.accountText(place.companyCode || sight.companyCode, place.account);
    const code = choose(
      codesOf(id, budget)({ projectText: projectText(project.best.value), sight, ...place, accountText }),
      floor,
    );
    if (code.kind !== "chosen") return ask("cost code", code, codeText);
    if (!code.best.value.isThere) return refuse("cost code", `project ${name} does not have it`, code.best, codeText);
    const costCode = code.best.value.fullCode;
    const type = choose(typesOf({ ...place, accountText, costCode, budgetCodes: budget.budgetCodes }), floor);
    if (type.kind !== "chosen") return ask("cost type", type, typeText);
    const parts = [["project", project.best] as const, ["cost code", code.best] as const, ["cost type", type.best] as const];
    return {
      kind: "target",
      target: { project: name, costCode, costType: type.best.value.code },
      points: Math.min(...parts.map(([, { points }]) => points)),
      reasons: parts.flatMap(([part, { reasons }]) => told(reasons).map((text) => `${part}: ${text}`)),
    };
  };
  const known = new Map<string, Answer>();
  return (place: Place): Answer => {
    const { objectKind, object, companyCode, account, materialGroup } = place;
    const key = [objectKind, object, companyCode, account, materialGroup].join("\n");
    const found = known.get(key) ?? answer(place);
    known.set(key, found);
    return found;
  };
}
