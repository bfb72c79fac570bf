/**
 * Proposes rules for the money that no rule places: scored, with evidence, the fewest that carry most, and each safe beside the rules of today. It applies nothing.
 * In two steps, since Procore's cost codes are read only of projects that something leads to: first the projects, then the rules.
 */
import type { ReferenceRecord } from "../../records/index.ts";
import { type CoverageLine, permilleOf } from "../coverage.ts";
import type { ProjectNaming } from "../find-projects.ts";
import type { Mapping, MappingRule } from "../rule.ts";
import { type Budgets, createAnswers, createProjectAnswers } from "./answers.ts";
import { besideRules } from "./beside-rules.ts";
import { createDatedRules } from "./dated-rules.ts";
import {
  type Money,
  type MoneyKind,
  massesOf,
  moneyKey,
  moneyOf,
  type OrderedLine,
  type SourceLine,
  type Whole,
  wholesOf,
} from "./masses.ts";
import { type Picked, pickRules, ruleText } from "./pick-rules.ts";
import { proposalLimits } from "./points.ts";
import { precedentsOf } from "./precedents.ts";
import { createProjectFinder, type ProjectToPropose } from "./project-candidates.ts";
import { createProver } from "./proof.ts";
import { type Question, questionsOf } from "./questions.ts";
import { seeSap } from "./sap-sight.ts";
import { standing } from "./standing.ts";

export type ProposeAsk = {
  readonly mapping: Mapping;
  /** All cost that was read, placed or not; without what waits for a purchase order that is among `orders`, or it would count twice (ruling 21). */
  readonly lines: readonly CoverageLine[];
  /** Assignments of purchase order items, placed or not. */
  readonly orders?: readonly OrderedLine[];
  readonly references: readonly ReferenceRecord[];
  readonly projects: readonly ProjectToPropose[];
  readonly naming: ProjectNaming;
  /** Less than this for any part is a question. */
  readonly floor?: number;
};

/** Of one kind and currency: what is placed once this proposal and all before it stand. */
export type Cumulated = { readonly of: MoneyKind; readonly currency: string; readonly permille: number };

export type Proposal = {
  readonly rule: MappingRule;
  readonly points: number;
  readonly isSure: boolean;
  readonly reasons: readonly string[];
  /** What it adds to those before it. */
  readonly money: readonly (Money & { readonly permille: number })[];
  readonly cumulated: readonly Cumulated[];
};

export type Proposals = {
  readonly currencies: readonly (Whole & {
    readonly coveredPermille: number;
    /** With all proposals. */
    readonly proposedPermille: number;
  })[];
  readonly proposals: readonly Proposal[];
  readonly questions: readonly Question[];
  readonly leftOut: readonly { readonly text: string; readonly why: string; readonly money: readonly Money[] }[];
  /** The lightest, not looked at. */
  readonly notLookedAt: number;
};

/** Objects and accounts that are looked at, the heaviest first. */
const massesMax = 20_000;

function cumulate(picked: readonly Picked[], wholes: readonly Whole[]): readonly Proposal[] {
  const covered = new Map(wholes.map((whole) => [moneyKey(whole), whole.coveredMinor]));
  const sizes = new Map(wholes.map((whole) => [moneyKey(whole), whole.sizeMinor]));
  return picked.map(({ rule, proof, added }, index) => {
    const money = moneyOf(added).map((each) => ({
      ...each,
      permille: permilleOf(each.sizeMinor, sizes.get(moneyKey(each)) ?? 0n),
    }));
    for (const each of money) covered.set(moneyKey(each), (covered.get(moneyKey(each)) ?? 0n) + each.sizeMinor);
    const cumulated = wholes.map(({ of, currency, sizeMinor }) => ({
      of,
      currency,
      permille: permilleOf(covered.get(moneyKey({ of, currency })) ?? 0n, sizeMinor),
    }));
    const wide =
      proof.pairs > 1 ? [`each of ${proof.pairs} pairs of object and account that are known under it leads there by itself`] : [];
    return {
      rule: { ...rule, name: `proposal ${index + 1}` },
      points: proof.points,
      isSure: proof.points >= proposalLimits.sure,
      reasons: [...proof.weakest.reasons, ...wide],
      money,
      cumulated,
    };
  });
}

export type Proposer = {
  /** Projects whose cost codes `propose` wants, by the money that leads to them, the most first. */
  readonly projectsNeeded: readonly number[];
  readonly propose: (budgets: Budgets) => Proposals;
};

export function createProposer({
  mapping,
  lines: costs,
  orders = [],
  references,
  projects,
  naming,
  floor = proposalLimits.floor,
}: ProposeAsk): Proposer {
  const lines = [
    ...costs.map((line): SourceLine => ({ ...line, of: "cost" })),
    ...orders.map((line): SourceLine => ({ ...line, of: "order" })),
  ];
  const sap = seeSap(references);
  const precedents = precedentsOf(mapping, lines, sap);
  const finder = createProjectFinder({ projects, naming, precedents, ruleNames: mapping.projects });
  const wholes = wholesOf(mapping, lines);
  const all = massesOf(mapping, lines, wholes);
  const masses = all.slice(0, massesMax);
  const given = { sap, finder, precedents, datedRule: createDatedRules(mapping.rules), floor };
  const projectOf = createProjectAnswers(given);
  const projectsNeeded = new Set(
    masses.flatMap((mass) => {
      const choice = projectOf(mass);
      return choice.kind === "chosen" && choice.best.value.id !== undefined ? [choice.best.value.id] : [];
    }),
  );
  return {
    projectsNeeded: [...projectsNeeded],
    propose(budgets) {
      const answer = createAnswers(given, projectOf, budgets);
      const prove = createProver({ sap, mapping, masses, answer });
      const found = pickRules({ masses, answer, prove, clash: besideRules(mapping.rules) });
      const { picked, leftOut } = standing(mapping, found);
      const proposals = cumulate(picked, wholes);
      const last = proposals.at(-1)?.cumulated;
      return {
        currencies: wholes.map((whole) => {
          const coveredPermille = permilleOf(whole.coveredMinor, whole.sizeMinor);
          const proposed = last?.find((each) => moneyKey(each) === moneyKey(whole))?.permille;
          return { ...whole, coveredPermille, proposedPermille: proposed ?? coveredPermille };
        }),
        proposals,
        questions: questionsOf(masses, answer),
        leftOut: leftOut.map(({ rule, why, masses: own }) => ({ text: ruleText(rule), why, money: moneyOf(own) })),
        notLookedAt: all.length - masses.length,
      };
    },
  };
}
