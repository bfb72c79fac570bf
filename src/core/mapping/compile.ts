/**
 * Compiles rules into a look-up and finds what cannot be told apart. Precedence is ruling 29: compare object, then account, then material
 * group, then company code; within each exact, then the longest prefix, then the narrowest range, then any. Two rules that say equally much
 * of some key on some day are a tie, and refused with both names; nothing is settled by the order of lines.
 */
import { desiredHash } from "../fingerprint.ts";
import { costObjectKinds } from "../records/index.ts";
import { err, ok, type Result } from "../result.ts";
import type { SapDate } from "../sap-date.ts";
import { dimensions } from "./key-form.ts";
import { patternText } from "./pattern.ts";
import { resolveIn } from "./resolve.ts";
import type { Mapping, MappingProblem, MappingRule } from "./rule.ts";
import { type Found, type Node, nodeOf, type Placed } from "./tree.ts";

const beginning = "00010101" as SapDate;
const end = "99991231" as SapDate;

function place(rules: readonly MappingRule[]): Placed[] {
  return rules.map((rule, index) => ({ rule, place: index, from: rule.validFrom ?? beginning, to: rule.validTo ?? end }));
}

function emptySpans(placed: readonly Placed[]): MappingProblem[] {
  return placed
    .filter(({ from, to }) => from > to)
    .map(({ rule, from, to }) => ({ code: "mapping.span-empty", rules: [rule.name], detail: `${from} is after ${to}` }));
}

const saysOf = ({ rule }: Placed): string => dimensions.map((name) => `${rule[name].kind} ${patternText(rule[name])}`).join("\n");

function ties(found: Found): MappingProblem[] {
  const seen = new Set<string>();
  return found.ties
    .toSorted(([a, b], [c, d]) => b.place - d.place || a.place - c.place)
    .flatMap(([first, second]) => {
      const name = `${first.place} ${second.place}`;
      if (seen.has(name)) return [];
      seen.add(name);
      const what = saysOf(first) === saysOf(second) ? "same patterns" : "ranges of one width that share keys";
      return [{ code: "mapping.tie", rules: [first.rule.name, second.rule.name], detail: `${what}, overlapping dates` }];
    });
}

function crossings(found: Found): MappingProblem[] {
  const [first, ...others] = found.crossed;
  if (!first) return [];
  const rules = [first, ...others.slice(0, 1)].map(({ name }) => name);
  return [
    {
      code: "mapping.too-crossed",
      rules,
      detail: `${found.crossed.length} patterns cross one another too often; use fewer ranges`,
    },
  ];
}

/** Equal rules in any order, equal version; names and lines do not count. */
function versionOf(placed: readonly Placed[]): string {
  const lines = placed.map(({ rule, from, to }) => [
    rule.objectKind,
    ...dimensions.map((name) => `${rule[name].kind} ${patternText(rule[name])}`),
    from,
    to,
    rule.target.project,
    rule.target.costCode,
    rule.target.costType,
    // Only where there is one: what a file without says keeps its version.
    ...(rule.target.subJob === undefined ? [] : [rule.target.subJob]),
  ]);
  const ordered = lines.map((line) => JSON.stringify(line)).sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  return desiredHash(ordered).slice(0, 16);
}

export function compileMapping(rules: readonly MappingRule[]): Result<Mapping, readonly MappingProblem[]> {
  const placed = place(rules);
  const empty = emptySpans(placed);
  if (empty.length > 0) return err(empty);
  const found: Found = { ties: [], crossed: [] };
  const roots = new Map<string, Node>();
  for (const kind of costObjectKinds) {
    const own = placed.filter(({ rule }) => rule.objectKind === kind);
    if (own.length > 0) roots.set(kind, nodeOf(own, { depth: 0, kind, found }));
  }
  const problems = [...crossings(found), ...ties(found)];
  if (problems.length > 0) return err(problems);
  const projects = [...new Set(rules.map((rule) => rule.target.project))].sort();
  return ok({ version: versionOf(placed), ruleCount: rules.length, projects, rules, resolve: resolveIn(roots) });
}
