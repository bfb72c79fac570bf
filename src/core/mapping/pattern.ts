/**
 * What a pattern holds, and which of two says more (ruling 29): exact, then the longest prefix, then the narrowest range, then any. Plain
 * definitions, one key at a time: `compile.ts` makes them fast and must agree with them.
 *
 * A prefix is read as SAP shows a key, without padding zeros: account "40*" holds 400000, which SAP stores as 0000400000.
 */
import { fromAlpha } from "../keys.ts";
import { type KeyForm, numberOf } from "./key-form.ts";
import type { Pattern } from "./rule.ts";

function isInRange(key: string, { from, to }: { from: string; to: string }, form: KeyForm): boolean {
  const [value, low, high] = [numberOf(key, form), numberOf(from, form), numberOf(to, form)];
  if (low >= 0 && high >= 0) return value >= low && value <= high;
  return value < 0 && key >= from && key <= to;
}

/** An empty key, such as the material group of a cost line, meets `any` alone. */
export function holdsKey(pattern: Pattern, key: string, form: KeyForm): boolean {
  switch (pattern.kind) {
    case "any":
      return true;
    case "exact":
      return key !== "" && key === pattern.value;
    case "prefix":
      return (form.isPadded && numberOf(key, form) >= 0 ? fromAlpha(key) : key).startsWith(pattern.value);
    case "range":
      return key !== "" && isInRange(key, pattern, form);
  }
}

const unitsMax = 24;

/** Text as the digits of a number, one UTF-16 unit each: distances then order as containment does. */
function placeOf(text: string): bigint {
  let place = 0n;
  for (let index = 0; index < unitsMax; index++) place = place * 65_536n + BigInt(text.charCodeAt(index) || 0);
  return place;
}

function widthOf({ from, to }: { from: string; to: string }, form: KeyForm): bigint {
  const [low, high] = [numberOf(from, form), numberOf(to, form)];
  return low >= 0 && high >= 0 ? BigInt(high - low) : placeOf(to) - placeOf(from);
}

const kindRank = { exact: 0, prefix: 1, range: 2, any: 3 } as const;

/** Below zero: `left` says more. Zero: neither does, and rules that differ in nothing else tie. */
export function compareReach(left: Pattern, right: Pattern, form: KeyForm): number {
  if (left.kind === "prefix" && right.kind === "prefix") return right.value.length - left.value.length;
  if (left.kind === "range" && right.kind === "range") {
    const difference = widthOf(left, form) - widthOf(right, form);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  return kindRank[left.kind] - kindRank[right.kind];
}

/** As a person writes it in a table. */
export function patternText(pattern: Pattern): string {
  switch (pattern.kind) {
    case "any":
      return "";
    case "exact":
      return pattern.value;
    case "prefix":
      return `${pattern.value}*`;
    case "range":
      return `${pattern.from}..${pattern.to}`;
  }
}
