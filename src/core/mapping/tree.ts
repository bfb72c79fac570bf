/**
 * Rules as a tree in ruling 29's order: a step for each dimension, a leaf for what is left once all four are known. For each stretch of keys
 * a step knows its next nodes, most telling first. Patterns that say equally much (two ranges of one width that cross) share a node, so that
 * the next dimension decides between them; what no dimension decides stands together in a leaf, where overlapping dates are a tie.
 */
import type { CostObjectKind } from "../records/index.ts";
import { type Dimension, dimensions, formOf, type KeyForm, numberOf } from "./key-form.ts";
import { compareReach, patternText } from "./pattern.ts";
import type { MappingAnswer, MappingRule, Pattern } from "./rule.ts";
import { type Line, layOut, numberStretches, stretchOf, textStretches } from "./spans.ts";

/** A rule with its place in the table, which orders what is reported. */
export type Placed = { readonly rule: MappingRule; readonly place: number; readonly from: string; readonly to: string };

export type Leaf = { readonly kind: "leaf"; readonly spans: readonly { from: string; to: string; answer: MappingAnswer }[] };

/** Where a look-up goes on, most telling first. */
export type Chain = readonly Node[];

export type Step = {
  readonly kind: "step";
  readonly dimension: Dimension;
  readonly form: KeyForm;
  readonly exact: ReadonlyMap<string, Chain>;
  readonly numberStarts: Float64Array;
  readonly numberChains: readonly Chain[];
  readonly textStarts: readonly string[];
  readonly textChains: readonly Chain[];
  readonly otherwise: Chain;
};

export type Node = Leaf | Step;

/** What building found: pairs that tie, and rules whose patterns cross too often to be laid out. */
export type Found = { ties: (readonly [Placed, Placed])[]; crossed: MappingRule[] };

/** Each rule that meets an earlier one is named once, with the one that reaches furthest. */
function leafOf(rules: readonly Placed[], found: Found): Leaf {
  const byDate = rules.toSorted((left, right) =>
    left.from < right.from ? -1 : left.from > right.from ? 1 : left.place - right.place,
  );
  let furthest: Placed | undefined;
  for (const rule of byDate) {
    if (furthest && rule.from <= furthest.to) found.ties.push(rule.place < furthest.place ? [rule, furthest] : [furthest, rule]);
    if (!furthest || rule.to > furthest.to) furthest = rule;
  }
  const spans = byDate.map(({ rule, from, to }) => ({ from, to, answer: { kind: "mapped" as const, rule } }));
  return { kind: "leaf", spans };
}

type Group = { readonly pattern: Pattern; readonly rules: Placed[] };

function groupsOf(rules: readonly Placed[], dimension: Dimension, form: KeyForm): Group[] {
  const groups = new Map<string, Group>();
  for (const placed of rules) {
    const pattern = placed.rule[dimension];
    const name = `${pattern.kind} ${patternText(pattern)}`;
    const group = groups.get(name);
    if (group) group.rules.push(placed);
    else groups.set(name, { pattern, rules: [placed] });
  }
  return [...groups.values()].sort((left, right) => compareReach(left.pattern, right.pattern, form));
}

/** Makes chains of groups by their numbers; equal numbers, the same nodes. */
function chainMaker(groups: readonly Group[], form: KeyForm, nodeOf: (rules: readonly Placed[]) => Node) {
  const nodes = new Map<string, Node>();
  const chains = new Map<string, Chain>();
  const shared = (members: readonly number[]): Node => {
    const name = members.join(" ");
    const node = nodes.get(name) ?? nodeOf(members.flatMap((member) => groups[member]?.rules ?? []));
    nodes.set(name, node);
    return node;
  };
  const make = (members: readonly number[]): Chain => {
    const levels: number[][] = [];
    for (const member of members) {
      const last = levels.at(-1)?.[0];
      const [left, right] = [groups[last ?? -1]?.pattern, groups[member]?.pattern];
      if (left && right && compareReach(left, right, form) === 0) levels.at(-1)?.push(member);
      else levels.push([member]);
    }
    return levels.map(shared);
  };
  return (members: readonly number[]): Chain => {
    const ordered = members.toSorted((left, right) => left - right);
    const name = ordered.join(" ");
    const chain = chains.get(name) ?? make(ordered);
    chains.set(name, chain);
    return chain;
  };
}

function noLine<Key>(): Line<Key> {
  return { starts: [], held: [] };
}

type Below = { readonly depth: number; readonly kind: CostObjectKind; readonly found: Found };

function stepOf(groups: readonly Group[], dimension: Dimension, { depth, kind, found }: Below): Step {
  const form = formOf(dimension, kind);
  const patterns = groups.map(({ pattern }) => pattern);
  const numbers = layOut(numberStretches(patterns, form));
  const texts = layOut(textStretches(patterns, form));
  if (!numbers || !texts) found.crossed.push(...groups.flatMap(({ rules }) => rules[0]?.rule ?? []));
  const chainOf = chainMaker(groups, form, (rules) => nodeOf(rules, { depth: depth + 1, kind, found }));
  const always = patterns.flatMap(({ kind: of }, index) => (of === "any" ? [index] : []));
  const chainsOf = ({ held }: Pick<Line<unknown>, "held">) => held.map((members) => chainOf([...members, ...always]));
  const step = {
    kind: "step" as const,
    dimension,
    form,
    numberStarts: Float64Array.from((numbers ?? noLine<number>()).starts),
    numberChains: chainsOf(numbers ?? noLine<number>()),
    textStarts: (texts ?? noLine<string>()).starts,
    textChains: chainsOf(texts ?? noLine<string>()),
    otherwise: chainOf(always),
  };
  const exact = new Map<string, Chain>();
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.kind !== "exact") continue;
    exact.set(pattern.value, [...chainOf([index]), ...chainBeside(step, pattern.value)]);
  }
  return { ...step, exact };
}

/** What holds a key apart from a rule for just this key. */
export function chainBeside(step: Omit<Step, "exact">, key: string): Chain {
  if (step.numberStarts.length === 0 && step.textStarts.length === 0) return step.otherwise;
  const number = numberOf(key, step.form);
  if (number >= 0) return step.numberChains[stretchOf(step.numberStarts, number)] ?? step.otherwise;
  return step.textChains[stretchOf(step.textStarts, key)] ?? step.otherwise;
}

/** The node for these rules, all of one object kind, from `depth` on. A dimension in which all say "any" needs no step. */
export function nodeOf(rules: readonly Placed[], below: Below): Node {
  const dimension = dimensions[below.depth];
  if (dimension === undefined) return leafOf(rules, below.found);
  const groups = groupsOf(rules, dimension, formOf(dimension, below.kind));
  if (groups.every(({ pattern }) => pattern.kind === "any")) return nodeOf(rules, { ...below, depth: below.depth + 1 });
  return stepOf(groups, dimension, below);
}
