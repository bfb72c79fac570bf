/**
 * Discovery slices: half-open ranges over key columns, nothing else. RFC_READ_TABLE has no order and no count (sap-rfc 0.3), so a slice is read
 * with one row more than the cap: one more came means split. Splits tile the parent exactly, outer ends keep the parent's bounds, so
 * neither blanks nor keys outside the digits are lost.
 */
import { z } from "zod";
import { Fault } from "../../core/index.ts";
import { all, any, compare, equal, type RowKey, type Where } from "../rfc/index.ts";
import { extrapolateCuts } from "./extrapolate.ts";

const range = z.strictObject({ field: z.string(), from: z.string().optional(), below: z.string().optional() });
const sliceSchema = z.strictObject({
  /** In the order in which they are split. */
  ranges: z.array(range).min(1).max(8),
  /** Alternatives that rows must meet besides, for example one of several company codes. */
  oneOf: z.array(z.strictObject({ field: z.string(), values: z.array(z.string()).min(1).max(200) })).max(4),
  /** Values that rows must not have. */
  noneOf: z
    .array(z.strictObject({ field: z.string(), values: z.array(z.string()).min(1).max(200) }))
    .max(4)
    .optional(),
});

export type Range = z.infer<typeof range>;
export type Slice = z.infer<typeof sliceSchema>;

export function parseSlice(value: unknown, table: string): Slice {
  const parsed = sliceSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Fault("sap.protocol", { place: `slice of ${table}`, detail: parsed.error.issues[0]?.message ?? "unreadable" });
}

export function whereOf(slice: Slice): Where | undefined {
  const conditions: Where[] = [];
  for (const { field, from, below } of slice.ranges) {
    if (from !== undefined) conditions.push(compare(field, ">=", from));
    if (below !== undefined) conditions.push(compare(field, "<", below));
  }
  for (const { field, values } of slice.oneOf) conditions.push(any(...values.map((value) => equal(field, value))));
  for (const { field, values } of slice.noneOf ?? []) conditions.push(...values.map((value) => compare(field, "<>", value)));
  if (conditions.length === 0) return undefined;
  return conditions.length === 1 ? conditions[0] : all(...conditions);
}

export function labelOf(table: string, slice: Slice): string {
  const parts = slice.ranges
    .filter(({ from, below }) => from !== undefined || below !== undefined)
    .map(({ field, from = "", below = "" }) => `${field}[${from},${below})`);
  return `${table} ${parts.length === 0 ? "all" : parts.join(" ")}`;
}

/**
 * How many pieces an over-full slice becomes. Of w ways about 1/(w - 1) of the leaves' number are read in vain, and leaves are filled the
 * less the greater w: with the 980,000 keys of `discover.test.ts` and a cap of 1,000, 16 ways discard 0.28 rows a row kept, 8 ways 0.60.
 */
const splitWays = 16;

/** What can stand in a clause: no control character (U+FFFD stands for one that XML could not carry), and short enough for its line. */
const cutLengthMax = 60;
const isUsableCut = (value: string) => value.length <= cutLengthMax && value.isWellFormed() && !/[\p{Cc}\ufffd]/u.test(value);

type Comes = (left: string, right: string) => boolean;
const isBeforeAsText: Comes = (left, right) => left < right;
const numberText = /^-?[0-9]+(?:\.[0-9]+)?$/;
/** Texts of one field have the same decimals. */
const scaled = (text: string) => BigInt(text.replace(".", ""));
const isBeforeAsNumber: Comes = (left, right) => scaled(left) < scaled(right);

/** Cut points among the distinct values seen: strictly ascending, never the smallest, so that every piece can hold something. */
function cutPoints(values: readonly string[], isBefore: Comes): string[] {
  const distinct = [...new Set(values)].sort((left, right) => (isBefore(left, right) ? -1 : 1));
  const usable = distinct.slice(1).filter(isUsableCut);
  const pieces = usable.length + 1;
  const ways = Math.min(splitWays, pieces);
  return Array.from({ length: ways - 1 }, (_, index) => usable[Math.floor(((index + 1) * pieces) / ways) - 1] ?? "");
}

function cutRange(given: Range, cuts: readonly string[]): Range[] {
  const bounds = [given.from, ...cuts, given.below];
  return bounds.slice(0, -1).map((from, index) => {
    const below = bounds[index + 1];
    return { field: given.field, ...(from === undefined ? {} : { from }), ...(below === undefined ? {} : { below }) };
  });
}

/** Only cuts inside the range narrow it; a database that sorts otherwise than we do may hand out keys that seem to lie outside. */
function isInside(given: Range, cut: string, isBefore: Comes = isBeforeAsText): boolean {
  return (given.from === undefined || isBefore(given.from, cut)) && (given.below === undefined || isBefore(cut, given.below));
}

/** `numeric` names the fields whose values are texts of numbers. */
export function splitSlice(table: string, slice: Slice, keysSeen: readonly RowKey[], numeric: readonly string[] = []): Slice[] {
  for (const [index, given] of slice.ranges.entries()) {
    const isNumber = numeric.includes(given.field);
    const isBefore = isNumber ? isBeforeAsNumber : isBeforeAsText;
    const seen = keysSeen.map((key) => key[given.field] ?? "").filter((value) => !isNumber || numberText.test(value));
    const carriedOn = isNumber ? undefined : extrapolateCuts(seen, given);
    const cuts = (carriedOn ?? cutPoints(seen, isBefore)).filter((cut) => isInside(given, cut, isBefore));
    if (cuts.length === 0) continue;
    return cutRange(given, cuts).map((piece) => ({ ...slice, ranges: slice.ranges.with(index, piece) }));
  }
  throw new Fault("sap.range-not-divisible", { place: labelOf(table, slice), detail: `${keysSeen.length} rows of one key` });
}

export type SortedCut = { field: string; at: string; kept: Slice; rest: Slice };

/**
 * The first rows in the order of the primary key are complete up to the last value of their leading column: what lies below it need not be
 * read again. A key column that the slice pins to one value leads nothing; the next does. Undefined where the rows hold one value only, or the
 * slice has no range over the column: then `splitSlice` it is.
 */
export function cutBehind(slice: Slice, keysSeen: readonly RowKey[]): SortedCut | undefined {
  const isPinned = (name: string) => slice.oneOf.some(({ field, values }) => field === name && values.length === 1);
  const field = Object.keys(keysSeen[0] ?? {}).find((name) => !isPinned(name));
  const index = slice.ranges.findIndex((each) => each.field === field);
  const given = slice.ranges[index];
  const at = field === undefined ? undefined : keysSeen.at(-1)?.[field];
  if (field === undefined || given === undefined || at === undefined) return undefined;
  if (at === keysSeen[0]?.[field] || !isInside(given, at) || !isUsableCut(at)) return undefined;
  const [kept, rest] = cutRange(given, [at]).map((piece) => ({ ...slice, ranges: slice.ranges.with(index, piece) }));
  return kept === undefined || rest === undefined ? undefined : { field, at, kept, rest };
}
