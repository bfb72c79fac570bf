/**
 * The patterns that a rule for a piece of money could have, from this object and account alone to the whole of its project: a WBS element's number up to each of its
 * separators, an account's first digits, any account. All other kinds of objects stand by themselves: neighbouring order numbers mean nothing.
 */
import { fromAlpha } from "../../keys.ts";
import type { CostObjectKind } from "../../records/index.ts";
import type { MappingRule, MappingTarget, Pattern } from "../rule.ts";

const any: Pattern = { kind: "any" };
const separators = /[^\p{L}\d]+/gu;

/** Narrowest first. `P-1001-03-01`: itself, `P-1001-03-*`, `P-1001-03*`, `P-1001-*`, `P-1001*`; nothing that is shorter than a telling number. */
export function objectPatterns(objectKind: CostObjectKind, object: string): readonly Pattern[] {
  const exact: Pattern = { kind: "exact", value: object };
  if (objectKind !== "wbs") return [exact];
  const ends = [...object.matchAll(separators)].flatMap(({ index, 0: separator }) => [index, index + separator.length]);
  const heads = [...new Set(ends)]
    .map((end) => object.slice(0, end))
    .filter((head) => /\d/.test(head) && head.length >= prefixLeast && head.length < object.length)
    .sort((left, right) => right.length - left.length);
  return [exact, ...heads.map((value): Pattern => ({ kind: "prefix", value }))];
}

const prefixLeast = 3;
const digitsLeast = 2;

export function accountPatterns(account: string): readonly Pattern[] {
  // Stock items of purchase orders have none, and a rule can name none.
  if (account === "") return [any];
  const shown = fromAlpha(account);
  const exact: Pattern = { kind: "exact", value: account };
  if (!/^\d+$/.test(shown)) return [exact, any];
  const lengths = Array.from({ length: Math.max(0, shown.length - digitsLeast) }, (_, index) => shown.length - 1 - index);
  return [exact, ...lengths.map((length): Pattern => ({ kind: "prefix", value: shown.slice(0, length) })), any];
}

export function ruleFor(
  objectKind: CostObjectKind,
  {
    object,
    account,
    materialGroup = any,
    target,
  }: { object: Pattern; account: Pattern; materialGroup?: Pattern; target: MappingTarget },
): MappingRule {
  return { name: "", companyCode: any, objectKind, object, account, materialGroup, target };
}
