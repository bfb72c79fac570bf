// Chance that a seed replays, the same on every machine (mulberry32). Each user of chance has dice of its own, so that one more throw here moves
// nothing there.
import type { Random } from "../../src/ports/index.ts";

export type Dice = Random & {
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  chance(share: number): boolean;
};

export function createDice(seed: number, use: string): Dice {
  let state = seed * 0x9e37_79b9;
  for (const letter of use) state = Math.imul(state ^ letter.charCodeAt(0), 0x0100_0193);
  const fraction = (): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count: number): number => Math.floor(fraction() * count);
  return {
    fraction,
    below,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
    between: (low, high) => low + below(high - low + 1),
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    chance: (share) => fraction() < share,
  };
}
