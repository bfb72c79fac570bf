/**
 * A filter as a question to a row. A condition on one property is answered once for each distinct value of its column. Conditions on the
 * leading key fields become ranges, so that reading one order's items does not read the table.
 */
import type { KeyRange } from "../store/table.ts";
import type { EntitySet, Property } from "./bind.ts";
import { abapText, comparerTo, comparesConverted } from "./compare.ts";
import type { Comparison, Filter, Operand } from "./filter-parse.ts";
import { unknownProperty } from "./refused.ts";

export type RowTest = (row: number) => boolean;

const verdicts: Readonly<Record<Comparison, (sign: number) => boolean>> = {
  eq: (sign) => sign === 0,
  ne: (sign) => sign !== 0,
  lt: (sign) => sign < 0,
  le: (sign) => sign <= 0,
  gt: (sign) => sign > 0,
  ge: (sign) => sign >= 0,
};

function propertyOf(set: EntitySet, name: string): Property {
  const property = set.property(name);
  if (property === undefined) throw unknownProperty(name, set.type);
  return property;
}

function folded(operand: Operand, value: string): string {
  return operand.folding.reduce((text, folding) => {
    if (folding === "tolower") return text.toLowerCase();
    return folding === "toupper" ? text.toUpperCase() : text.trim();
  }, value);
}

function testValues(set: EntitySet, operand: Operand, property: Property, holds: (value: string) => boolean): RowTest {
  if (comparesConverted(set, property)) return (row) => holds(folded(operand, property.converted(row)));
  const { column } = property;
  const known: (boolean | undefined)[] = [];
  return (row) => {
    const code = column.codeAt(row);
    known[code] ??= holds(folded(operand, column.values[code] ?? ""));
    return known[code];
  };
}

function textTest(name: "substringof" | "startswith" | "endswith", text: string): (value: string) => boolean {
  if (name === "startswith") return (value) => value.startsWith(text);
  return name === "endswith" ? (value) => value.endsWith(text) : (value) => value.includes(text);
}

export function compileFilter(set: EntitySet, filter: Filter): RowTest {
  switch (filter.kind) {
    case "and": {
      const tests = filter.parts.map((part) => compileFilter(set, part));
      return (row) => tests.every((test) => test(row));
    }
    case "or": {
      const tests = filter.parts.map((part) => compileFilter(set, part));
      return (row) => tests.some((test) => test(row));
    }
    case "not": {
      const test = compileFilter(set, filter.part);
      return (row) => !test(row);
    }
    case "compare": {
      const property = propertyOf(set, filter.operand.property);
      const compare = comparerTo(property, filter.literal, set.isUrlConverted);
      const verdict = verdicts[filter.operator];
      return testValues(set, filter.operand, property, (value) => verdict(compare(value)));
    }
    case "text": {
      const property = propertyOf(set, filter.operand.property);
      return testValues(set, filter.operand, property, textTest(filter.function, filter.text));
    }
  }
}

/** The values that a condition leaves a field: of `eq`, or of several `eq` joined by `or`. */
function valuesLeft(set: EntitySet, filter: Filter, field: string): string[] | undefined {
  if (filter.kind === "or") {
    const each = filter.parts.map((part) => valuesLeft(set, part, field));
    return each.every((values) => values !== undefined) ? each.flat() : undefined;
  }
  if (filter.kind !== "compare" || filter.operator !== "eq" || filter.operand.folding.length > 0) return undefined;
  const property = set.property(filter.operand.property);
  if (property === undefined || property.field.name !== field || comparesConverted(set, property)) return undefined;
  if (property.edm !== "String") return undefined;
  return [abapText(property, filter.literal, set.isUrlConverted)];
}

const rangesMax = 1000;

/** Undefined: the whole table must be looked at. Ranges come sorted and apart, so that their rows are in key order. */
export function rangesOf(set: EntitySet, conjuncts: readonly Filter[]): KeyRange[] | undefined {
  let prefixes = [""];
  let isNarrowed = false;
  for (const { name, length } of set.table.keyFields) {
    const values = conjuncts.map((filter) => valuesLeft(set, filter, name)).find((found) => found !== undefined);
    if (values === undefined || prefixes.length * values.length > rangesMax) break;
    // A value longer than its field fits no row.
    const parts = [...new Set(values.filter((value) => value.length <= length).map((value) => value.padEnd(length)))];
    prefixes = prefixes.flatMap((prefix) => parts.map((part) => prefix + part));
    isNarrowed = true;
  }
  return isNarrowed ? prefixes.sort().map((from) => ({ from, to: `${from}\uffff` })) : undefined;
}
