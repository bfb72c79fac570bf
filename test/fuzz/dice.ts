/**
 * Seeded chance for the fuzz suites: the same seed plays the same world, so that a failure names one number that repeats it.
 * How much is played: CASES for parsers and clauses, WORLDS for completeness. `npm run test:fuzz` sets the full number; `npm test` a tenth.
 */
export type Dice = {
  fraction(): number;
  /** 0 to `count` - 1. */
  below(count: number): number;
  between(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
};

/** mulberry32. */
export function diceOf(seed: number): Dice {
  let state = (seed * 0x9e37_79b9) >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(fraction() * count);
  return {
    fraction,
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (share) => fraction() < share,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
  };
}

export const cases = Number(process.env.CASES ?? 10_000);
export const worlds = Number(process.env.WORLDS ?? 200);
