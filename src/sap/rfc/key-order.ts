/**
 * Whether rows came in the order of the primary key. A module that was asked to sort is not believed (sap-rfc 1.8: "check that returned keys
 * ascend"): a database may collate otherwise than we compare, and then its order is of no use for cutting.
 */
import { readNumber } from "./abap-values.ts";
import type { DictionaryField } from "./dictionary.ts";

type Compare = (left: string, right: string) => number;

const compareText: Compare = (left, right) => (left < right ? -1 : Number(left > right));

function compareOf(field: DictionaryField): Compare {
  if (!["P", "b", "s", "I", "8"].includes(field.abapType)) return compareText;
  const scaled = (cell: string) => {
    const read = readNumber(cell, field.decimals);
    return read.kind === "text" ? BigInt(read.text.replace(".", "")) : undefined;
  };
  return (left, right) => {
    const [a, b] = [scaled(left), scaled(right)];
    // What cannot be read is in no order.
    if (a === undefined || b === undefined) return 1;
    return a < b ? -1 : Number(a > b);
  };
}

/** The key's cells come first in each row. Equal keys are not ascending: a key is unique. */
export function ascends(keyFields: readonly DictionaryField[], rows: readonly (readonly string[])[]): boolean {
  if (keyFields.length === 0) return false;
  const compares = keyFields.map(compareOf);
  const comesAfter = (row: readonly string[], before: readonly string[]) => {
    for (const [at, compare] of compares.entries()) {
      const order = compare(before[at] ?? "", row[at] ?? "");
      if (order !== 0) return order < 0;
    }
    return false;
  };
  return rows.every((row, index) => index === 0 || comesAfter(row, rows[index - 1] ?? []));
}
