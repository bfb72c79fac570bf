/**
 * A filter applied to rows of text cells on our side, for a reader that has none. It means what the WHERE clause means to ABAP: text compares
 * padded with blanks, code by code. The tree was checked against the dictionary when its clause was built.
 */
import type { TableDescription } from "./dictionary.ts";
import type { Operator, Where } from "./where.ts";

type Matcher = (row: readonly string[]) => boolean;

const operators: Readonly<Record<Operator, (left: string, right: string) => boolean>> = {
  "=": (left, right) => left === right,
  "<>": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

/** Cells in the order of the dictionary's fields. */
export function matcherOf(where: Where, description: TableDescription): Matcher {
  const column = (name: string) => {
    const at = description.fields.findIndex((field) => field.name === name);
    const width = description.fields[at]?.length ?? 0;
    return { cell: (row: readonly string[]) => (row[at] ?? "").padEnd(width), pad: (value: string) => value.padEnd(width) };
  };
  switch (where.kind) {
    case "all": {
      const parts = where.of.map((part) => matcherOf(part, description));
      return (row) => parts.every((matches) => matches(row));
    }
    case "any": {
      const parts = where.of.map((part) => matcherOf(part, description));
      return (row) => parts.some((matches) => matches(row));
    }
    case "not": {
      const matches = matcherOf(where.of, description);
      return (row) => !matches(row);
    }
    case "compare": {
      const { cell, pad } = column(where.field);
      const value = pad(where.value);
      const holds = operators[where.operator];
      return (row) => holds(cell(row), value);
    }
    case "between": {
      const { cell, pad } = column(where.field);
      const [low, high] = [pad(where.low), pad(where.high)];
      return (row) => cell(row) >= low && cell(row) <= high;
    }
    case "in": {
      const { cell, pad } = column(where.field);
      const values = new Set(where.values.map(pad));
      return (row) => values.has(cell(row));
    }
    case "starts-with": {
      const { cell } = column(where.field);
      return (row) => cell(row).startsWith(where.value);
    }
  }
}
