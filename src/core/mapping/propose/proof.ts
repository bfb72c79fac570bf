/**
 * Whether a pattern is proved: each object and account that SAP's reference data or the lines know under it, and that no rule places, leads to one target by its own
 * evidence. So that a wide rule claims no more than the narrow ones that it stands for; where reference data was not read, nothing wide is proposed.
 */
import type { CostObjectKind } from "../../records/index.ts";
import type { SapDate } from "../../sap-date.ts";
import { accountForm, materialGroupForm, objectForms } from "../key-form.ts";
import { holdsKey } from "../pattern.ts";
import type { Mapping, MappingRule, MappingTarget, Pattern } from "../rule.ts";
import type { Answer, Place } from "./answers.ts";
import { isDated } from "./dated-rules.ts";
import type { Mass } from "./masses.ts";
import type { SapSight } from "./sap-sight.ts";

/** A pattern under which more is known is too wide to be proved. */
const pairsMax = 50_000;

export type Proof = {
  readonly held: readonly Mass[];
  readonly points: number;
  readonly weakest: Answer & { kind: "target" };
  readonly pairs: number;
};

export const isSameTarget = (left: MappingTarget, right: MappingTarget): boolean =>
  left.project === right.project && left.costCode === right.costCode && left.costType === right.costType;

export type ProverGiven = {
  readonly sap: SapSight;
  readonly mapping: Mapping;
  readonly masses: readonly Mass[];
  readonly answer: (place: Place) => Answer;
};

const lastDay = "99991231" as SapDate;

/** Sorted, so that all keys of one beginning stand together. */
function keysUnder(sorted: readonly string[], prefix: string): readonly string[] {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") < prefix) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (sorted[end]?.startsWith(prefix)) end += 1;
  return sorted.slice(low, end);
}

export function createProver({ sap, mapping, masses, answer }: ProverGiven) {
  const byObject = Map.groupBy(masses, ({ objectKind, object }) => `${objectKind} ${object}`);
  const posids = [
    ...new Set([...sap.posids, ...masses.flatMap(({ objectKind, object }) => (objectKind === "wbs" ? [object] : []))]),
  ].sort();
  const accounts = [...new Set([...sap.accounts, ...masses.map(({ account }) => account)])].sort();

  const objectsUnder = (kind: CostObjectKind, pattern: Pattern): readonly string[] => {
    if (pattern.kind === "exact") return [pattern.value];
    if (pattern.kind !== "prefix" || kind !== "wbs" || sap.posids.length === 0) return [];
    return keysUnder(posids, pattern.value).filter((key) => holdsKey(pattern, key, objectForms[kind]));
  };
  const accountsUnder = (pattern: Pattern): readonly string[] => {
    if (pattern.kind === "exact") return [pattern.value];
    return sap.accounts.length === 0 ? [] : accounts.filter((account) => holdsKey(pattern, account, accountForm));
  };
  /** For good: a rule with dates leaves other days, on which a wide rule would speak. */
  const isPlaced = ({ objectKind, object, companyCode, account, materialGroup }: Place): boolean => {
    const found = mapping.resolve({ objectKind, object, companyCode, account, materialGroup, date: lastDay });
    return found.kind === "mapped" && !isDated(found.rule);
  };

  /** What is to be asked of one object: what was read of it, and what SAP knows beside. */
  const placesOf = (objectKind: CostObjectKind, object: string, held: readonly string[]): readonly (Place | Mass)[] => {
    const asked = new Set(held);
    const read = (byObject.get(`${objectKind} ${object}`) ?? []).filter(({ account }) => asked.has(account));
    for (const { account } of read) asked.delete(account);
    const { companyCode } = sap.object(objectKind, object);
    const places = [...asked].map((account) => ({ objectKind, object, companyCode, account, materialGroup: "" }));
    return [...read, ...places.filter((place) => !isPlaced(place))];
  };
  /** For one object, account and material group: what was read of them, in whichever company code. */
  const ofGroup = ({ objectKind, object, account, materialGroup }: MappingRule): readonly Mass[] =>
    (byObject.get(`${objectKind} ${object.kind === "exact" ? object.value : ""}`) ?? []).filter(
      (mass) => holdsKey(account, mass.account, accountForm) && holdsKey(materialGroup, mass.materialGroup, materialGroupForm),
    );
  return (rule: MappingRule): Proof | undefined => {
    const { objectKind, object, account, materialGroup, target } = rule;
    const isOfGroup = materialGroup.kind !== "any";
    // Stock items have no account (sap-data 2.3).
    const accountsHeld = objectKind === "plant" ? [""] : accountsUnder(account);
    const [objects, held] = [objectsUnder(objectKind, object), accountsHeld];
    if (objects.length * held.length > pairsMax) return undefined;
    const found: Mass[] = [];
    let weakest: Proof["weakest"] | undefined;
    for (const key of objects)
      for (const place of isOfGroup ? ofGroup(rule) : placesOf(objectKind, key, held)) {
        const said = answer(place);
        if (said.kind === "question" || !isSameTarget(said.target, target)) return undefined;
        if (!weakest || said.points < weakest.points) weakest = said;
        if ("money" in place) found.push(place);
      }
    return weakest && { held: found, points: weakest.points, weakest, pairs: isOfGroup ? 1 : objects.length * held.length };
  };
}
