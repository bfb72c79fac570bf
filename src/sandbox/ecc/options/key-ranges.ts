/**
 * Which stretch of the primary index a condition can touch, so that 450 documents of BSEG do not scan 200,000 lines. The answer is a
 * superset: every row is still tested. Undefined means the whole table.
 *
 * The condition becomes a union of boxes (per box, what each key field is bound to); OR joins boxes, AND intersects them, and what
 * is not understood binds nothing.
 */
import { isNumeric } from "../cell.ts";
import type { Field } from "../dictionary/index.ts";
import type { KeyRange, Table } from "../store/table.ts";
import type { Condition } from "./condition.ts";
import { comparableLiteral } from "./literal.ts";

type Bound = { kind: "values"; values: readonly string[] } | { kind: "range"; low: string; high: string | undefined };
type Box = ReadonlyMap<string, Bound>;

const boxesMax = 2_000;
const prefixesMax = 20_000;
const anywhere: readonly Box[] = [new Map()];
/** Sorts after every value of a field: no stored text contains it. */
const afterAll = "\uffff";

function tighter(left: Bound, right: Bound): Bound {
  if (left.kind === "values" && right.kind === "values") {
    const kept = new Set(right.values);
    return { kind: "values", values: left.values.filter((value) => kept.has(value)) };
  }
  if (left.kind === "values") return left;
  if (right.kind === "values") return right;
  const high = left.high === undefined || (right.high !== undefined && right.high < left.high) ? right.high : left.high;
  const isLeftHigher = left.low > right.low;
  return { kind: "range", low: isLeftHigher ? left.low : right.low, high };
}

function intersect(left: Box, right: Box): Box {
  const both = new Map(left);
  for (const [field, bound] of right) {
    const existing = both.get(field);
    both.set(field, existing === undefined ? bound : tighter(existing, bound));
  }
  return both;
}

function boundOf(condition: Condition, field: Field): Bound | undefined {
  const text = (literal: string) => comparableLiteral(field, literal) as string;
  if (condition.kind === "in" && !condition.isNegated) return { kind: "values", values: condition.values.map(text) };
  if (condition.kind === "between" && !condition.isNegated)
    return { kind: "range", low: text(condition.low), high: text(condition.high) };
  if (condition.kind !== "compare") return undefined;
  const value = text(condition.value);
  switch (condition.comparator) {
    case "EQ":
      return { kind: "values", values: [value] };
    case "LT":
    case "LE":
      return { kind: "range", low: "", high: value };
    case "GT":
    case "GE":
      return { kind: "range", low: value, high: undefined };
    case "NE":
      return undefined;
  }
}

function boxesOf(condition: Condition, keyFields: ReadonlyMap<string, Field>): readonly Box[] {
  switch (condition.kind) {
    case "or": {
      const boxes = condition.terms.flatMap((term) => boxesOf(term, keyFields));
      return boxes.length > boxesMax || boxes.some((box) => box.size === 0) ? anywhere : boxes;
    }
    case "and":
      return condition.terms
        .map((term) => boxesOf(term, keyFields))
        .reduce((left, right) => {
          if (left.length * right.length > boxesMax) return left;
          return left.flatMap((one) => right.map((other) => intersect(one, other)));
        }, anywhere);
    case "not":
      return anywhere;
    default: {
      const field = keyFields.get(condition.field);
      // The index is of padded texts, and numbers are in another order.
      const bound = field === undefined || isNumeric(field) ? undefined : boundOf(condition, field);
      return bound === undefined ? anywhere : [new Map([[condition.field, bound]])];
    }
  }
}

function rangesOfBox(box: Box, keyFields: readonly Field[]): KeyRange[] {
  let prefixes = [""];
  for (const field of keyFields) {
    const bound = box.get(field.name);
    if (bound === undefined) break;
    if (bound.kind === "range")
      return prefixes.map((prefix) => ({ from: prefix + bound.low, to: prefix + (bound.high ?? "") + afterAll }));
    if (prefixes.length * bound.values.length > prefixesMax) break;
    prefixes = prefixes.flatMap((prefix) => bound.values.map((value) => prefix + value));
  }
  return prefixes.map((prefix) => ({ from: prefix, to: prefix + afterAll }));
}

/** Sorted and without overlap, so that a row is found once. */
function merge(ranges: KeyRange[]): KeyRange[] {
  const merged: KeyRange[] = [];
  for (const range of ranges.sort((left, right) => (left.from < right.from ? -1 : left.from > right.from ? 1 : 0))) {
    const last = merged.at(-1);
    if (last?.to !== undefined && range.from < last.to) {
      if (range.to === undefined || range.to > last.to) last.to = range.to;
    } else merged.push({ ...range });
  }
  return merged;
}

export function keyRanges(condition: Condition, table: Table): KeyRange[] | undefined {
  const fields = new Map(table.keyFields.map((field) => [field.name, field]));
  const boxes = boxesOf(condition, fields);
  const leading = table.keyFields[0]?.name ?? "";
  if (boxes.some((box) => !box.has(leading))) return undefined;
  return merge(boxes.flatMap((box) => rangesOfBox(box, table.keyFields)));
}
