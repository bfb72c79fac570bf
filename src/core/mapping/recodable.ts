/**
 * Which posted lines stand elsewhere than the rules of today put them (ruling 23), and what moving them would move. Pure. A line that no rule places any
 * more has nowhere to go and stays; what is not simply posted cannot be moved now and is said.
 */
import type { Mapping, MappingQuery } from "./rule.ts";
import { isSame, type MappingPlace, type Move, nowhere, placeIn, whatIf } from "./what-if.ts";

/** One line of a part. */
export type StandingLine<Key> = {
  readonly key: Key;
  readonly query: MappingQuery;
  readonly period: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly place: MappingPlace;
  /** Why it cannot be moved now: not sent yet, held, in doubt. */
  readonly obstacle?: string;
};

export type RecodableLine<Key> = StandingLine<Key> & { readonly to: MappingPlace };
export type LeftLines = { readonly why: string; readonly currency: string; readonly lines: number; readonly minor: bigint };

export type Recodable<Key> = {
  readonly lines: readonly RecodableLine<Key>[];
  /** The same in money, the largest first. */
  readonly moves: readonly Move[];
  /** Lines that stand elsewhere than the rules put them, and stay. */
  readonly left: readonly LeftLines[];
};

/** What is chosen of what would move; all of it where nothing is said. */
export type RecodeChoice = {
  /** `2026.007`: this period and later ones. */
  readonly fromPeriod?: string;
  /** Either side. */
  readonly project?: string;
  /** The rule of today that places the line. */
  readonly rule?: string;
};

function isChosen(line: StandingLine<unknown>, to: MappingPlace, rule: string | undefined, choice: RecodeChoice): boolean {
  const { fromPeriod, project } = choice;
  if (fromPeriod !== undefined && line.period < fromPeriod) return false;
  if (project !== undefined && line.place.project !== project && to.project !== project) return false;
  return choice.rule === undefined || rule === choice.rule;
}

/** So that of a store full of lines only these need be kept. */
export function standsElsewhere(mapping: Mapping, line: StandingLine<unknown>, choice: RecodeChoice): boolean {
  const { place: to, rule } = placeIn(mapping, line.query);
  return !isSame(line.place, to) && isChosen(line, to, rule, choice);
}

function leftOf(lines: readonly { why: string; line: StandingLine<unknown> }[]): LeftLines[] {
  const groups = Map.groupBy(lines, ({ why, line }) => `${why}\n${line.currency}`);
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, group]) => {
      const [why = "", currency = ""] = key.split("\n");
      return { why, currency, lines: group.length, minor: group.reduce((sum, { line }) => sum + line.minor, 0n) };
    });
}

export function recodable<Key>(
  mapping: Mapping,
  standing: Iterable<StandingLine<Key>>,
  choice: RecodeChoice = {},
): Recodable<Key> {
  const lines: RecodableLine<Key>[] = [];
  const left: { why: string; line: StandingLine<Key> }[] = [];
  for (const line of standing) {
    if (!standsElsewhere(mapping, line, choice)) continue;
    const { place: to } = placeIn(mapping, line.query);
    if (isSame(to, nowhere)) left.push({ why: "no rule places it any more", line });
    else if (line.obstacle !== undefined) left.push({ why: line.obstacle, line });
    else lines.push({ ...line, to });
  }
  const moved = lines.map(({ query, period, currency, minor, place }) => ({
    query,
    period,
    currency,
    minor,
    lines: 1,
    posted: place,
  }));
  return { lines, moves: whatIf(mapping, mapping, moved).moves, left: leftOf(left) };
}
