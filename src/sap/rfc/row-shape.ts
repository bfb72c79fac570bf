/**
 * Makes rows of one fixed shape out of values in a fixed order. Written as a literal that is compiled once a read, for objects that are filled
 * field by field under names known at run time cost many times as much, and rows are the hot path (docs/decisions/0007). Names are the
 * dictionary's and quoted as JSON; nothing else gets into the text that is compiled.
 */
import { isAbapName } from "./dictionary.ts";
import type { TableRow } from "./table-reader.ts";

export type RowShape = (values: readonly (string | null)[]) => TableRow;

const shapes = new Map<string, RowShape>();
const shapesMax = 500;

export function rowShapeOf(names: readonly string[]): RowShape {
  const wrong = names.find((name) => !isAbapName(name));
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong.slice(0, 40))} is no field name`);
  const key = names.join(" ");
  const known = shapes.get(key);
  if (known !== undefined) return known;
  const fields = names.map((name, index) => `${JSON.stringify(name)}:v[${index}]`).join(",");
  // oxlint-disable-next-line no-implied-eval, no-new-func -- names are checked above; why it is worth it: see the head of this file
  const made = new Function("v", `return {${fields}}`) as RowShape;
  if (shapes.size >= shapesMax) shapes.clear();
  shapes.set(key, made);
  return made;
}
