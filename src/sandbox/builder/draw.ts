/**
 * A seeded source of choices. The same seed gives the same group on every machine and every Node, so a world can be named by its
 * options. It is a simulator's dice: not fit for keys or secrets.
 */
export type Draw = {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
};

/** sfc32: 128 bits of state, integer arithmetic only, so no platform rounds differently. */
export function createDraw(seed: number): Draw {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88 ^ Math.imul(seed, 0x85ebca6b);
  let c = 0xb7e15162;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  const int = (low: number, high: number) => low + (next() % (high - low + 1));
  return {
    int,
    chance: (percent) => int(0, 9999) < percent * 100,
    pick: (list) => {
      const chosen = list[int(0, list.length - 1)];
      if (chosen === undefined) throw new Error("nothing to pick from: an empty list");
      return chosen;
    },
  };
}
