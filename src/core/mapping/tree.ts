/**
 * Rules as a tree in ruling 29's order: a step for each dimension, a leaf for what is left once all four are known. For each stretch of keys
 * a step knows its next nodes, most telling first. Patterns that say equally much (two ranges of one width that cross) share a node, so that
 * the next dimension decides between them; what no dimension decides stands together in a leaf, where overlapping dates are a tie.
 */
import type { CostObjectKind } from "../records/index.ts";
import { type Dimension, dimensions, formOf, type KeyForm, numberOf } from "./key-form.ts";
import { type NumberTable, numberTable, valueAt } from "./number-table.ts";
import { compareReach, patternText } from "./pattern.ts";
import type { MappingAnswer, MappingRule, Pattern } from "./rule.ts";
import { type Line, layOut, numberStretches, stretchOf, textStretches } from "./spans.ts";
import { type TextLine, textLine, textStretchOf } from "./text-line.ts";

/** A rule with its place in the table, which orders what is reported. */
export type Placed = { readonly rule: MappingRule; readonly place: number; readonly from: string; readonly to: string };

/** Dates as `YYYYMMDD` in a number: comparing two texts costs ten times as much. */
export type Leaf = { readonly kind: "leaf"; readonly spans: readonly { from: number; to: number; answer: MappingAnswer }[] };

/** Where a look-up goes on, most telling first. */
export type Chain = readonly Node[];

export type Step = {
  readonly kind: "step";
  readonly dimension: Dimension;
  readonly form: KeyForm;
  readonly exactTexts: ReadonlyMap<string, Chain>;
  readonly exactNumbers: NumberTable<Chain>;
  /** The only exact key, where a step has one, a number, and no stretches: most steps below the first. Otherwise -1. */
  readonly onlyNumber: number;
  readonly onlyChain: Chain;
  readonly numberStarts: Float64Array;
  readonly numberChains: readonly Chain[];
  readonly texts: TextLine;
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
  const spans = byDate.map(({ rule, from, to }) => ({
    from: Number(from),
    to: Number(to),
    answer: { kind: "mapped" as const, rule },
  }));
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
    texts: textLine((texts ?? noLine<string>()).starts),
    textChains: chainsOf(texts ?? noLine<string>()),
    otherwise: chainOf(always),
  };
  return { ...step, ...exactOf(step, patterns, chainOf) };
}

type Beside = Omit<Step, "exactTexts" | "exactNumbers" | "onlyNumber" | "onlyChain">;

function exactOf(step: Beside, patterns: readonly Pattern[], chainOf: (members: readonly number[]) => Chain) {
  const exactTexts = new Map<string, Chain>();
  const numbers: [number, Chain][] = [];
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.kind !== "exact") continue;
    const number = numberOf(pattern.value, step.form);
    const chain = [...chainOf([index]), ...chainBeside(step, pattern.value, number)];
    if (number >= 0) numbers.push([number, chain]);
    else exactTexts.set(pattern.value, chain);
  }
  const isSmall =
    numbers.length === 1 && exactTexts.size === 0 && step.numberStarts.length === 0 && step.texts.texts.length === 0;
  const [onlyNumber, onlyChain] = (isSmall ? numbers[0] : undefined) ?? [-1, []];
  return { exactTexts, exactNumbers: numberTable(numbers), onlyNumber, onlyChain };
}

/** What holds a key apart from a rule for just this key. `number` is the key's own, -1 for a text. */
function chainBeside(step: Beside, key: string, number: number): Chain {
  if (number >= 0) return step.numberChains[stretchOf(step.numberStarts, number)] ?? step.otherwise;
  return step.textChains[textStretchOf(step.texts, key)] ?? step.otherwise;
}

/** Where a look-up goes on for this key. An absent one, such as the material group of a cost line, meets "any" alone. */
export function chainFor(step: Step, key: string, number: number): Chain {
  if (step.onlyNumber >= 0) return step.onlyNumber === number ? step.onlyChain : step.otherwise;
  if (key === "") return step.otherwise;
  const exact = number >= 0 ? valueAt(step.exactNumbers, number) : step.exactTexts.get(key);
  return exact ?? chainBeside(step, key, number);
}

/** The node for these rules, all of one object kind, from `depth` on. A dimension in which all say "any" needs no step. */
export function nodeOf(rules: readonly Placed[], below: Below): Node {
  const dimension = dimensions[below.depth];
  if (dimension === undefined) return leafOf(rules, below.found);
  const groups = groupsOf(rules, dimension, formOf(dimension, below.kind));
  if (groups.every(({ pattern }) => pattern.kind === "any")) return nodeOf(rules, { ...below, depth: below.depth + 1 });
  return stepOf(groups, dimension, below);
}
