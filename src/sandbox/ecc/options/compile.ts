/**
 * A condition tree to a test per row, once per call. Every predicate looks at one field, so its answer is kept per distinct value of
 * that field: a scan of 200,000 rows costs an array look-up a row. Unknown fields and impossible literals dump here, before any row is read.
 */
import { ShortDump } from "../abap-errors.ts";
import type { Column } from "../store/column.ts";
import type { Table } from "../store/table.ts";
import type { Comparator, Condition } from "./condition.ts";
import { type Comparable, comparableLiteral, comparableValue, likeMatcher } from "./literal.ts";

export type RowTest = (row: number) => boolean;

function columnOf(table: Table, name: string): Column {
  const column = table.column(name);
  if (column === undefined)
    throw new ShortDump("SAPSQL_INVALID_FIELDNAME", `"${name.slice(0, 60)}" is not a field of ${table.definition.name}.`);
  return column;
}

function testByValue(column: Column, matches: (value: string) => boolean): RowTest {
  const answers = new Uint8Array(column.values.length);
  return (row) => {
    const code = column.codeAt(row);
    const known = answers[code];
    if (known === 1) return false;
    if (known === 2) return true;
    const answer = matches(column.values[code] ?? "");
    answers[code] = answer ? 2 : 1;
    return answer;
  };
}

const holds: Readonly<Record<Comparator, (left: Comparable, right: Comparable) => boolean>> = {
  EQ: (left, right) => left === right,
  NE: (left, right) => left !== right,
  LT: (left, right) => left < right,
  LE: (left, right) => left <= right,
  GT: (left, right) => left > right,
  GE: (left, right) => left >= right,
};

export function compileWhere(condition: Condition, table: Table): RowTest {
  switch (condition.kind) {
    case "and": {
      const tests = condition.terms.map((term) => compileWhere(term, table));
      return (row) => tests.every((test) => test(row));
    }
    case "or": {
      const tests = condition.terms.map((term) => compileWhere(term, table));
      return (row) => tests.some((test) => test(row));
    }
    case "not": {
      const test = compileWhere(condition.term, table);
      return (row) => !test(row);
    }
    case "compare": {
      const column = columnOf(table, condition.field);
      const literal = comparableLiteral(column.field, condition.value);
      const compare = holds[condition.comparator];
      return testByValue(column, (value) => compare(comparableValue(column.field, value), literal));
    }
    case "between": {
      const column = columnOf(table, condition.field);
      const low = comparableLiteral(column.field, condition.low);
      const high = comparableLiteral(column.field, condition.high);
      return testByValue(column, (value) => {
        const comparable = comparableValue(column.field, value);
        return (comparable >= low && comparable <= high) !== condition.isNegated;
      });
    }
    case "in": {
      const column = columnOf(table, condition.field);
      const literals = new Set(condition.values.map((value) => comparableLiteral(column.field, value)));
      return testByValue(column, (value) => literals.has(comparableValue(column.field, value)) !== condition.isNegated);
    }
    case "like": {
      const column = columnOf(table, condition.field);
      const matches = likeMatcher(column.field, condition.pattern, condition.escape);
      return testByValue(column, (value) => matches(value) !== condition.isNegated);
    }
    case "null": {
      // ECC's columns are NOT NULL: initial is a value.
      columnOf(table, condition.field);
      return () => condition.isNegated;
    }
  }
}
