/**
 * Whether a proposed rule may stand beside the rules of today: it must tie with none and take nothing from any, on any key and day that they hold, not only on those
 * that were read (ruling 29; what is mapped keeps its place). Said of patterns, so that it holds for lines of tomorrow as well; in doubt it is refused.
 */
import { fromAlpha } from "../../keys.ts";
import { dimensions, formOf, type KeyForm, numberOf } from "../key-form.ts";
import { compareReach, holdsKey } from "../pattern.ts";
import type { MappingRule, Pattern } from "../rule.ts";

/** Whether a number in the range may begin so, as SAP shows it; a prefix that is no number begins none. */
function beginsNumbers(prefix: string, { from, to }: { from: string; to: string }): boolean {
  if (!/^\d+$/.test(prefix)) return false;
  const [low, high] = [fromAlpha(from), fromAlpha(to)];
  for (let length = Math.max(low.length, prefix.length); length <= high.length; length++) {
    const [least, most] = [BigInt(prefix.padEnd(length, "0")), BigInt(prefix.padEnd(length, "9"))];
    if (least <= BigInt(high) && most >= BigInt(low)) return true;
  }
  return false;
}

function prefixMeets(prefix: string, other: Pattern, form: KeyForm): boolean {
  switch (other.kind) {
    case "any":
      return true;
    case "exact":
      return holdsKey({ kind: "prefix", value: prefix }, other.value, form);
    case "prefix":
      return prefix.startsWith(other.value) || other.value.startsWith(prefix);
    case "range":
      if (form.isPadded && numberOf(other.from, form) >= 0) return beginsNumbers(prefix, other);
      // Texts, and numbers in a form without padding: in doubt they meet.
      return prefix <= other.to && `${prefix}\uffff` >= other.from;
  }
}

function meets(own: Pattern, other: Pattern, form: KeyForm): boolean {
  if (own.kind === "any" || other.kind === "any") return true;
  if (own.kind === "exact") return holdsKey(other, own.value, form);
  if (other.kind === "exact") return holdsKey(own, other.value, form);
  if (own.kind === "prefix") return prefixMeets(own.value, other, form);
  if (other.kind === "prefix") return prefixMeets(other.value, own, form);
  return own.from <= other.to && other.from <= own.to;
}

const isSameTarget = (left: MappingRule, right: MappingRule): boolean =>
  left.target.project === right.target.project &&
  left.target.costCode === right.target.costCode &&
  left.target.costType === right.target.costType;

export type Clash = { readonly rule: string; readonly why: "ties with" | "would take from" };

/** Undefined: it may stand beside this rule. Proposals hold on all days, so that dates never part them; of other rules it may tell too much. */
function clashWith(own: MappingRule, other: MappingRule): Clash | undefined {
  let order = 0;
  for (const dimension of dimensions) {
    const form = formOf(dimension, own.objectKind);
    if (!meets(own[dimension], other[dimension], form)) return undefined;
    order ||= compareReach(own[dimension], other[dimension], form);
  }
  if (order === 0) return { rule: other.name, why: "ties with" };
  return order < 0 && !isSameTarget(own, other) ? { rule: other.name, why: "would take from" } : undefined;
}

/** The first clash by the order of the table. */
export function besideRules(rules: readonly MappingRule[]): (own: MappingRule) => Clash | undefined {
  const exact = new Map<string, MappingRule[]>();
  const wide = new Map<string, MappingRule[]>();
  for (const rule of rules) {
    const [index, key] =
      rule.object.kind === "exact" ? [exact, `${rule.objectKind} ${rule.object.value}`] : [wide, rule.objectKind];
    const same = index.get(key);
    if (same) same.push(rule);
    else index.set(key, [rule]);
  }
  return (own) => {
    // A rule for one object outranks whatever is wider, so that a wide proposal takes nothing from it.
    const near = own.object.kind === "exact" ? (exact.get(`${own.objectKind} ${own.object.value}`) ?? []) : [];
    for (const other of [...near, ...(wide.get(own.objectKind) ?? [])]) {
      const clash = clashWith(own, other);
      if (clash) return clash;
    }
    return undefined;
  };
}
