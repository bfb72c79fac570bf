/**
 * Lays the prefixes and ranges of one dimension out as sorted, disjoint stretches of keys, each with the patterns that hold it: one line for
 * numbers, one for text. A look-up is then one binary search instead of a walk over all patterns.
 */
import { type KeyForm, numberDigitsMax, numberOf } from "./key-form.ts";
import type { Pattern } from "./rule.ts";

/** From `low`, included, to `high`, excluded. */
export type Stretch<Key> = { readonly low: Key; readonly high: Key; readonly pattern: number };

/** `starts` ascends; `held[i]` are the patterns from `starts[i]` up to the next start. */
export type Line<Key> = { readonly starts: readonly Key[]; readonly held: readonly (readonly number[])[] };

/** Patterns counted once for each stretch that they hold: bounds the memory that crossing ranges can take. */
const heldMax = 2_000_000;

/** Undefined when the patterns cross one another more often than `heldMax`. */
export function layOut<Key extends number | string>(stretches: readonly Stretch<Key>[]): Line<Key> | undefined {
  const opening = stretches.toSorted((left, right) => (left.low < right.low ? -1 : left.low > right.low ? 1 : 0));
  const starts = [...new Set(stretches.flatMap(({ low, high }) => [low, high]))].sort((left, right) => (left < right ? -1 : 1));
  const held: number[][] = [];
  let open: Stretch<Key>[] = [];
  let next = 0;
  let count = 0;
  for (const start of starts) {
    open = open.filter(({ high }) => high > start);
    for (let each = opening[next]; each && each.low === start; each = opening[++next]) if (each.high > start) open.push(each);
    held.push(open.map(({ pattern }) => pattern));
    count += open.length;
    if (count > heldMax) return undefined;
  }
  return { starts, held };
}

/** A prefix of digits holds numbers of each length that can begin with it. */
function numbersOfPrefix(value: string, form: KeyForm): { low: number; high: number }[] {
  if (!/^\d+$/.test(value)) return [];
  const head = Number(value);
  const longest = Math.min(form.width, numberDigitsMax);
  const lengths = Array.from({ length: Math.max(0, longest - value.length + 1) }, (_, index) => value.length + index);
  if (!form.isPadded)
    return lengths.map((length) => {
      const step = 10 ** (length - value.length);
      return { low: 10 ** length + head * step, high: 10 ** length + (head + 1) * step };
    });
  // As SAP shows them numbers have no leading zeros; only zero itself begins with one.
  const base = 10 ** form.width;
  if (value === "0") return [{ low: base, high: base + 1 }];
  if (value.startsWith("0")) return [];
  return lengths.map((length) => {
    const step = 10 ** (length - value.length);
    return { low: base + head * step, high: base + (head + 1) * step };
  });
}

export function numberStretches(patterns: readonly Pattern[], form: KeyForm): Stretch<number>[] {
  return patterns.flatMap((pattern, index) => {
    if (pattern.kind === "prefix") return numbersOfPrefix(pattern.value, form).map((each) => ({ ...each, pattern: index }));
    if (pattern.kind !== "range") return [];
    const [low, high] = [numberOf(pattern.from, form), numberOf(pattern.to, form)];
    return low >= 0 && high >= low ? [{ low, high: high + 1, pattern: index }] : [];
  });
}

/** The first text after all that begin with `prefix`. */
function afterPrefix(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  return last === 0xffff ? `${prefix}\uffff` : prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

export function textStretches(patterns: readonly Pattern[], form: KeyForm): Stretch<string>[] {
  return patterns.flatMap((pattern, index) => {
    if (pattern.kind === "prefix") return [{ low: pattern.value, high: afterPrefix(pattern.value), pattern: index }];
    if (pattern.kind !== "range" || pattern.from > pattern.to) return [];
    const isOfNumbers = numberOf(pattern.from, form) >= 0 && numberOf(pattern.to, form) >= 0;
    return isOfNumbers ? [] : [{ low: pattern.from, high: `${pattern.to}\u0000`, pattern: index }];
  });
}

/** The last index whose start is not above `key`; -1 before the first. */
export function stretchOf<Key extends number | string>(starts: ArrayLike<Key>, key: Key): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as Key) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
