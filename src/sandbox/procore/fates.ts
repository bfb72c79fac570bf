/**
 * What becomes of the rows of one bulk write in bad weather. Which rows it is depends on the order's own seed and on nothing else, so
 * that a failing run plays again.
 */
import type { Row } from "./values.ts";

export type BulkWeather = {
  readonly seed: number;
  /** Not done, and in `errors`. */
  readonly refused: number;
  /** Not done, and in neither list. */
  readonly lost: number;
  /** Done, and in neither list. */
  readonly hidden: number;
  /** Done, and in `entities` twice. */
  readonly duplicated: number;
  /** Done, and answered with the origin id of a record that nobody asked for. */
  readonly foreign: number;
};

const counts = ["refused", "lost", "hidden", "duplicated", "foreign"] as const;
export type Fate = (typeof counts)[number] | "done";

export function readBulk(body: Row): BulkWeather | string {
  const [seed, refused, lost, hidden, duplicated, foreign] = ["seed", ...counts].map((key) => body[key] ?? 0);
  const numbers = { seed, refused, lost, hidden, duplicated, foreign };
  for (const [key, value] of Object.entries(numbers)) {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
      return `Weather "${key}" is a whole number from 0.`;
  }
  return numbers as BulkWeather;
}

/** A fate for each of `count` rows: the orders take their rows one after another from a shuffled deck. */
export function dealFates(weather: BulkWeather | undefined, count: number): readonly Fate[] {
  const fates = Array.from<unknown, Fate>({ length: count }, () => "done");
  if (weather === undefined) return fates;
  const deck = [...fates.keys()].sort((a, b) => mix(weather.seed, a) - mix(weather.seed, b) || a - b);
  for (const fate of counts) for (const index of deck.splice(0, weather[fate])) fates[index] = fate;
  return fates;
}

/** A number that looks like chance and is not: the finaliser of MurmurHash3. */
function mix(seed: number, index: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The answered entities as this weather has them. */
export function distort(entity: unknown, fate: Fate): readonly unknown[] {
  switch (fate) {
    case "hidden":
      return [];
    case "duplicated":
      return [entity, entity];
    case "foreign":
      return [{ ...(entity as Row), origin_id: `foreign-${String((entity as Row).origin_id ?? (entity as Row).id)}` }];
    default:
      return [entity];
  }
}
