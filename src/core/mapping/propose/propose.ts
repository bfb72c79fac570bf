/**
 * Proposes rules for the money that no rule places: scored, with evidence, the fewest that carry most, and each safe beside the rules of today. It applies nothing.
 * In two steps, since Procore's cost codes are read only of projects that something leads to: first the projects, then the rules.
 */
import type { ReferenceRecord } from "../../records/index.ts";
import { compileMapping } from "../compile.ts";
import { type CoverageLine, permilleOf } from "../coverage.ts";
import type { ProjectNaming } from "../find-projects.ts";
import type { Mapping, MappingRule } from "../rule.ts";
import { type Budgets, createAnswers, createProjectAnswers } from "./answers.ts";
import { besideRules } from "./beside-rules.ts";
import { createDatedRules } from "./dated-rules.ts";
import { type Money, massesOf, moneyOf, type Whole, wholesOf } from "./masses.ts";
import { type LeftOut, type Picked, pickRules, ruleText } from "./pick-rules.ts";
import { proposalLimits } from "./points.ts";
import { precedentsOf } from "./precedents.ts";
import { createProjectFinder, type ProjectToPropose } from "./project-candidates.ts";
import { createProver } from "./proof.ts";
import { type Question, questionsOf } from "./questions.ts";
import { seeSap } from "./sap-sight.ts";

export type ProposeAsk = {
  readonly mapping: Mapping;
  /** All that was read, placed or not. */
  readonly lines: readonly CoverageLine[];
  readonly references: readonly ReferenceRecord[];
  readonly projects: readonly ProjectToPropose[];
  readonly naming: ProjectNaming;
  /** Less than this for any part is a question. */
  readonly floor?: number;
};

/** Of one currency: what is placed once this proposal and all before it stand. */
export type Cumulated = { readonly currency: string; readonly permille: number };

export type Proposal = {
  readonly rule: MappingRule;
  readonly points: number;
  readonly isSure: boolean;
  readonly reasons: readonly string[];
  /** What it adds to those before it. */
  readonly money: readonly (Money & { readonly permille: number })[];
  readonly cumulated: readonly Cumulated[];
};

export type NotProposed = { readonly text: string; readonly why: string; readonly money: readonly Money[] };

export type Proposals = {
  readonly currencies: readonly (Whole & {
    readonly coveredPermille: number;
    /** With all proposals. */
    readonly proposedPermille: number;
  })[];
  readonly proposals: readonly Proposal[];
  readonly questions: readonly Question[];
  readonly leftOut: readonly NotProposed[];
  /** The lightest, not looked at. */
  readonly notLookedAt: number;
};

/** Objects and accounts that are looked at, the heaviest first. */
const massesMax = 20_000;

function cumulate(picked: readonly Picked[], wholes: readonly Whole[]): readonly Proposal[] {
  const covered = new Map(wholes.map(({ currency, coveredMinor }) => [currency, coveredMinor]));
  const sizes = new Map(wholes.map(({ currency, sizeMinor }) => [currency, sizeMinor]));
  return picked.map(({ rule, proof, added }, index) => {
    const money = moneyOf(added).map((each) => ({
      ...each,
      permille: permilleOf(each.sizeMinor, sizes.get(each.currency) ?? 0n),
    }));
    for (const { currency, sizeMinor } of money) covered.set(currency, (covered.get(currency) ?? 0n) + sizeMinor);
    const cumulated = wholes.map(({ currency, sizeMinor }) => ({
      currency,
      permille: permilleOf(covered.get(currency) ?? 0n, sizeMinor),
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

type Standing = { readonly picked: readonly Picked[]; readonly refused: readonly NotProposed[] };

/** The compiler has the last word: what it refuses together with the rules of today is left out. */
function standing(mapping: Mapping, picked: readonly Picked[]): Standing {
  const named = picked.map((each, index) => ({ ...each, rule: { ...each.rule, name: `proposal ${index + 1}` } }));
  const compiled = compileMapping([...mapping.rules, ...named.map(({ rule }) => rule)]);
  if (compiled.ok) return { picked, refused: [] };
  const bad = new Set(compiled.error.flatMap(({ rules }) => rules));
  const refused = named.filter(({ rule }) => bad.has(rule.name));
  const why = compiled.error[0]?.detail ?? "the rules cannot be compiled with it";
  const rest = picked.filter((_, index) => !bad.has(`proposal ${index + 1}`));
  const next = refused.length === 0 ? { picked: [], refused: [] } : standing(mapping, rest);
  const left = refused.length === 0 ? picked : refused;
  return {
    picked: next.picked,
    refused: [...left.map(({ rule, added }) => ({ text: ruleText(rule), why, money: moneyOf(added) })), ...next.refused],
  };
}

const toldLeftOut = ({ rule, why, masses }: LeftOut): NotProposed => ({ text: ruleText(rule), why, money: moneyOf(masses) });

export type Proposer = {
  /** Projects whose cost codes `propose` wants, by the money that leads to them, the most first. */
  readonly projectsNeeded: readonly number[];
  readonly propose: (budgets: Budgets) => Proposals;
};

export function createProposer({
  mapping,
  lines,
  references,
  projects,
  naming,
  floor = proposalLimits.floor,
}: ProposeAsk): Proposer {
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
      const { picked: found, leftOut } = pickRules({ masses, answer, prove, clash: besideRules(mapping.rules) });
      const { picked, refused } = standing(mapping, found);
      const proposals = cumulate(picked, wholes);
      const last = proposals.at(-1)?.cumulated;
      return {
        currencies: wholes.map((whole) => {
          const coveredPermille = permilleOf(whole.coveredMinor, whole.sizeMinor);
          const proposed = last?.find(({ currency }) => currency === whole.currency)?.permille;
          return { ...whole, coveredPermille, proposedPermille: proposed ?? coveredPermille };
        }),
        proposals,
        questions: questionsOf(masses, answer),
        leftOut: [...leftOut.map(toldLeftOut), ...refused],
        notLookedAt: all.length - masses.length,
      };
    },
  };
}
