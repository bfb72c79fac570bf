/**
 * Last run's leaf plan, reused where it still tiles the whole domain: then a sweep starts with slices of the right size. Anything doubtful
 * (a gap, another shape) and reading starts from one slice over everything; that costs calls, never rows.
 */
import type { OpenRequest } from "./flow-extract.ts";
import { parseSlice, type Slice } from "./slice.ts";

/** One range over one field, in order and without a gap, open at both ends. */
function tiles(slices: readonly Slice[], field: string): boolean {
  const ranges = slices.map((slice) => slice.ranges[0]);
  const isPlain = slices.every((slice, index) => slice.ranges.length === 1 && ranges[index]?.field === field);
  if (!isPlain || ranges[0]?.from !== undefined || ranges.at(-1)?.below !== undefined) return false;
  return ranges.every((each, index) => index === 0 || (each?.from !== undefined && each.from === ranges[index - 1]?.below));
}

export function reuseLeaves(leaves: OpenRequest["leaves"], table: string, everything: Slice): Slice[] {
  if (!leaves || leaves.length === 0) return [everything];
  try {
    const slices = leaves.map(({ slice }) => parseSlice(slice, table));
    slices.sort((left, right) => ((left.ranges[0]?.from ?? "") < (right.ranges[0]?.from ?? "") ? -1 : 1));
    const field = everything.ranges[0]?.field ?? "";
    const isSameScope = slices.every((slice) => JSON.stringify(slice.oneOf) === JSON.stringify(everything.oneOf));
    return isSameScope && tiles(slices, field) ? slices : [everything];
  } catch {
    return [everything];
  }
}
