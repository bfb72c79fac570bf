/**
 * What the rules of today do, as evidence for what they leave out: where they lead the other objects of a SAP project, elements of the same place in other projects,
 * the same account elsewhere. Taken from the lines that they place and from rules for one object; counted in objects, so that a busy one does not outvote the rest.
 */
import type { CoverageLine } from "../coverage.ts";
import type { Mapping, MappingTarget } from "../rule.ts";
import { isDated } from "./dated-rules.ts";
import { proposalPoints as points } from "./points.ts";
import { type SapSight, tailKey } from "./sap-sight.ts";

type Tally = Map<string, Set<string>>;
type Tallies = Map<string, Tally>;

export type Precedents = {
  readonly projectOfObject: Tallies;
  readonly projectOfSapProject: Tallies;
  readonly codeOfObject: Tallies;
  readonly codeOfTail: Tallies;
  readonly codeOfAccount: Tallies;
  readonly typeOfAccount: Tallies;
};

function count(tallies: Tallies, key: string, value: string, witness: string): void {
  const tally = tallies.get(key) ?? new Map<string, Set<string>>();
  tally.set(value, (tally.get(value) ?? new Set()).add(witness));
  tallies.set(key, tally);
}

type Placed = { objectKind: CoverageLine["query"]["objectKind"]; object: string; account: string; target: MappingTarget };

function placedBy(mapping: Mapping, lines: readonly CoverageLine[]): Placed[] {
  const byLines = lines.flatMap(({ query }) => {
    const answer = mapping.resolve(query);
    const { objectKind, object, account } = query;
    return answer.kind === "mapped" && !isDated(answer.rule) ? [{ objectKind, object, account, target: answer.rule.target }] : [];
  });
  const undated = mapping.rules.filter((rule) => !isDated(rule));
  const byRules = undated.flatMap(({ objectKind, object, account, target }) =>
    object.kind === "exact"
      ? [{ objectKind, object: object.value, account: account.kind === "exact" ? account.value : "", target }]
      : [],
  );
  return [...byRules, ...byLines];
}

export const objectName = ({ objectKind, object }: { objectKind: string; object: string }): string => `${objectKind} ${object}`;

export function precedentsOf(mapping: Mapping, lines: readonly CoverageLine[], sap: SapSight): Precedents {
  const found: Precedents = {
    projectOfObject: new Map(),
    projectOfSapProject: new Map(),
    codeOfObject: new Map(),
    codeOfTail: new Map(),
    codeOfAccount: new Map(),
    typeOfAccount: new Map(),
  };
  for (const { objectKind, object, account, target } of placedBy(mapping, lines)) {
    const sight = sap.object(objectKind, object);
    const name = objectName(sight);
    count(found.projectOfObject, name, target.project, account);
    count(found.codeOfObject, name, target.costCode, account);
    if (sight.project) count(found.projectOfSapProject, sight.project.pspnr, target.project, name);
    if (sight.tail.length > 0) count(found.codeOfTail, tailKey(sight), target.costCode, name);
    if (account === "") continue;
    count(found.codeOfAccount, account, target.costCode, name);
    count(found.typeOfAccount, account, target.costType, name);
  }
  return found;
}

const mostLeast = { objects: 4, quarters: 3 } as const;

export type Saying = { readonly value: string; readonly points: number; readonly agreeing: number; readonly of: number };

/** What they say as one. Where they are divided they say nothing: any of it would be a guess. */
export function sayingOf(tallies: Tallies, key: string): Saying | undefined {
  const tally = [...(tallies.get(key) ?? [])].map(([value, witnesses]) => ({ value, agreeing: witnesses.size }));
  const of = tally.reduce((sum, { agreeing }) => sum + agreeing, 0);
  const [most] = tally.sort((left, right) => right.agreeing - left.agreeing || (left.value < right.value ? -1 : 1));
  if (!most) return undefined;
  if (most.agreeing === of) return { ...most, of, points: of === 1 ? points.oneRuleSays : points.rulesAgree };
  const isMost = of >= mostLeast.objects && most.agreeing * 4 >= of * mostLeast.quarters;
  return isMost ? { ...most, of, points: points.mostRulesAgree } : undefined;
}
