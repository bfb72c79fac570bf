/**
 * How long the first read and the first sync take, as ranges, from measured speed and counted rows. Arithmetic on a sample: what SAP's hours of the day,
 * retries and pages shorter than asked for add is not known beforehand.
 */
import type { SapFacts, TableFact } from "./facts.ts";

export type HourRange = { readonly low: number; readonly high: number };

/** Slices that an agent works on at a time, where SAP is not under strain. */
const parallelMax = 3;
/** A sample of fewer rows measures the call and not the rows. */
const sampleRowsMin = 50;
/** Headers are read before and after their lines, and looked for before that. */
const readsOf: Readonly<Record<string, number>> = { BKPF: 3, COBK: 3, EKKO: 2, LFA1: 2, RBKP: 3 };

type Counted = { readonly rows: number; readonly isWhole: boolean; readonly uncounted: readonly string[] };

const isReadable = (table: TableFact): table is Extract<TableFact, { state: "readable" }> => table.state === "readable";

/** Rows over the wire of a first read of everything, by the whole tables. */
export function countFirstRead({ tables }: SapFacts): Counted {
  const readable = tables.filter(isReadable);
  const counted = readable.filter(({ rows }) => rows !== undefined);
  return {
    rows: counted.reduce((sum, { table, rows }) => sum + (rows?.rows ?? 0) * (readsOf[table] ?? 1), 0),
    isWhole: counted.every(({ rows }) => rows?.how === "counted"),
    uncounted: readable.filter(({ rows }) => rows === undefined).map(({ table }) => table),
  };
}

/** Undefined where no sample was large enough to measure by, or nothing was counted. */
export function firstReadHours(facts: SapFacts): HourRange | undefined {
  const speeds = facts.samples
    .filter(({ rows, milliseconds }) => rows >= sampleRowsMin && milliseconds > 0)
    .map(({ rows, milliseconds }) => (rows * 3_600_000) / milliseconds);
  const { rows } = countFirstRead(facts);
  if (speeds.length === 0 || rows === 0) return undefined;
  return { low: rows / (Math.max(...speeds) * parallelMax), high: rows / Math.min(...speeds) };
}

/** `under 0.1`, `0.4 to 2.0`. */
export function hoursText({ low, high }: HourRange): string {
  const tenths = (hours: number) => Math.ceil(hours * 10);
  const shown = (hours: number) => `${Math.floor(tenths(hours) / 10)}.${tenths(hours) % 10}`;
  if (tenths(high) <= 1) return "under 0.1 hours";
  return shown(low) === shown(high) ? `${shown(low)} hours` : `${shown(low)} to ${shown(high)} hours`;
}
