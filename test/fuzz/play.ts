/**
 * Plays one world a seed. A failure names its seed, and SEED plays that one again and nothing else. `within` bounds each world's time: what takes
 * longer hangs, as far as a reader at work is concerned.
 */
import { expect } from "vitest";
import { type Dice, diceOf } from "./dice.ts";

const slowestMs = 1_000;
const only = process.env.SEED === undefined ? undefined : Number(process.env.SEED);

function told(error: unknown, seed: number): Error {
  const message = error instanceof Error ? error.message : String(error);
  return new Error(`seed ${seed} (SEED=${seed} plays it again): ${message}`, { cause: error });
}

/** What `one` answers is counted by its name, so that a test can ask whether each way was gone at all. */
export async function play(
  number: number,
  one: (dice: Dice, seed: number) => string | undefined | Promise<string | undefined>,
): Promise<(name: string) => number> {
  const counts = new Map<string, number>();
  const seeds = only === undefined ? Array.from({ length: Math.ceil(number) }, (_, at) => at + 1) : [only];
  for (const seed of seeds) {
    const startedAt = performance.now();
    try {
      const name = (await one(diceOf(seed), seed)) ?? "";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    } catch (error) {
      throw told(error, seed);
    }
    const ms = performance.now() - startedAt;
    if (ms > slowestMs) throw told(`it took ${Math.round(ms)} ms`, seed);
  }
  // One world alone goes one way.
  return (name) => (only === undefined ? (counts.get(name) ?? 0) : Number.POSITIVE_INFINITY);
}

/** Of plain values. As quick as texts are compared, and as clear as ever where they differ. */
export function expectSame(seen: unknown, given: unknown): void {
  if (JSON.stringify(seen) !== JSON.stringify(given)) expect(seen).toEqual(given);
}

/** 1 to 3 faults of the kinds that lines, proxies and bad programs make. */
export function mutate(bytes: Uint8Array, dice: Dice, hostile: readonly string[]): Uint8Array {
  let now = Buffer.from(bytes);
  for (let times = dice.between(1, 3); times > 0; times -= 1) now = dice.pick(faults)(now, dice, hostile);
  return now;
}

type Fault = (bytes: Buffer, dice: Dice, hostile: readonly string[]) => Buffer<ArrayBuffer>;
const spliced = (bytes: Buffer, from: number, to: number, put: Uint8Array | string) =>
  Buffer.concat([bytes.subarray(0, from), typeof put === "string" ? Buffer.from(put, "utf8") : put, bytes.subarray(to)]);
const structure = Buffer.from('<>/"{}[]:,=');

const faults: readonly Fault[] = [
  (bytes, dice) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[dice.below(changed.length)] = dice.below(256);
    return changed;
  },
  // One letter becomes another: a name that nobody knows.
  (bytes, dice) => {
    const changed = Buffer.from(bytes);
    const at = dice.below(changed.length + 1);
    const letter = changed.subarray(at).findIndex((code) => (code | 32) >= 97 && (code | 32) <= 122);
    if (letter >= 0) changed[at + letter] = 97 + dice.below(26);
    return changed;
  },
  (bytes, dice) => {
    const changed = Buffer.from(bytes);
    const at = dice.below(changed.length + 1);
    const mark = changed.subarray(at).findIndex((code) => structure.includes(code));
    if (mark >= 0) changed[at + mark] = dice.pick([...structure]);
    return changed;
  },
  (bytes, dice) => Buffer.from(bytes.subarray(0, dice.below(bytes.length + 1))),
  (bytes, dice) => {
    const from = dice.below(bytes.length + 1);
    return spliced(bytes, from, Math.min(bytes.length, from + dice.between(1, 60)), "");
  },
  (bytes, dice) => {
    const from = dice.below(bytes.length + 1);
    const at = dice.below(bytes.length + 1);
    return spliced(bytes, at, at, bytes.subarray(from, from + dice.between(1, 80)));
  },
  // A part that stands twice, from one mark to another.
  (bytes, dice) => {
    const ends = [...bytes.entries()].flatMap(([at, code]) => (structure.includes(code) ? [at + 1] : []));
    const from = dice.below(ends.length + 1);
    const end = ends[from + dice.between(1, 8)] ?? bytes.length;
    return spliced(bytes, end, end, bytes.subarray(ends[from] ?? 0, end));
  },
  (bytes, dice, hostile) => {
    const at = dice.below(bytes.length + 1);
    return spliced(bytes, at, at, dice.pick(hostile));
  },
  (bytes, dice, hostile) => {
    // Where something ends, rather than anywhere.
    const ends = [...bytes.entries()].flatMap(([at, code]) => (structure.includes(code) ? [at + 1] : []));
    const at = ends.length === 0 ? 0 : dice.pick(ends);
    return spliced(bytes, at, at, dice.pick(hostile));
  },
];
