/**
 * What the rules of today do, as evidence for what they leave out: where they lead the other objects of a SAP project, elements of the same place in other projects,
 * the same account or material group elsewhere. Taken from the lines that they place and from rules for one object; counted in objects, so that a busy one does not outvote the rest.
 */
import type { CoverageLine } from "../coverage.ts";
import type { Mapping, MappingTarget, Pattern } from "../rule.ts";
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
  readonly codeOfMaterialGroup: Tallies;
  readonly typeOfMaterialGroup: Tallies;
};

function count(tallies: Tallies, key: string, value: string, witness: string): void {
  const tally = tallies.get(key) ?? new Map<string, Set<string>>();
  tally.set(value, (tally.get(value) ?? new Set()).add(witness));
  tallies.set(key, tally);
}

type Placed = {
  objectKind: CoverageLine["query"]["objectKind"];
  object: string;
  account: string;
  materialGroup: string;
  /** A rule for one material group says nothing of what the object and the account are otherwise. */
  isOfGroup: boolean;
  target: MappingTarget;
};

const exactValue = (pattern: Pattern): string => (pattern.kind === "exact" ? pattern.value : "");

function placedBy(mapping: Mapping, lines: readonly CoverageLine[]): Placed[] {
  const byLines = lines.flatMap(({ query }): Placed[] => {
    const answer = mapping.resolve(query);
    if (answer.kind === "no-rule" || isDated(answer.rule)) return [];
    const { objectKind, object, account, materialGroup } = query;
    const { target, materialGroup: pattern } = answer.rule;
    return [{ objectKind, object, account, materialGroup, isOfGroup: pattern.kind !== "any", target }];
  });
  const undated = mapping.rules.filter((rule) => !isDated(rule));
  const byRules = undated.flatMap(({ objectKind, object, account, materialGroup, target }): Placed[] => {
    if (object.kind !== "exact") return [];
    const isOfGroup = materialGroup.kind !== "any";
    return [
      {
        objectKind,
        object: object.value,
        account: exactValue(account),
        materialGroup: exactValue(materialGroup),
        isOfGroup,
        target,
      },
    ];
  });
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
    codeOfMaterialGroup: new Map(),
    typeOfMaterialGroup: new Map(),
  };
  for (const { objectKind, object, account, materialGroup, isOfGroup, target } of placedBy(mapping, lines)) {
    const sight = sap.object(objectKind, object);
    const name = objectName(sight);
    if (materialGroup !== "") {
      count(found.codeOfMaterialGroup, materialGroup, target.costCode, name);
      count(found.typeOfMaterialGroup, materialGroup, target.costType, name);
    }
    count(found.projectOfObject, name, target.project, account);
    if (sight.project) count(found.projectOfSapProject, sight.project.pspnr, target.project, name);
    if (isOfGroup) continue;
    count(found.codeOfObject, name, target.costCode, account);
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
