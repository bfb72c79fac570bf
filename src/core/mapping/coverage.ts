/**
 * Coverage in money, not rows: how much of what was read the rules place, which few of them carry most of it, and where the next rule would
 * gain most. Amounts count by their size, so that credits do not hide what they offset. Shares are of one currency; currencies are never added.
 */
import type { Mapping, MappingQuery } from "./rule.ts";

/** Lines of one key, summed: their number, and the sum of their amounts without sign. */
export type CoverageLine = {
  readonly query: MappingQuery;
  readonly currency: string;
  readonly lines: number;
  readonly sizeMinor: bigint;
};

export type CoverageShare = {
  readonly name: string;
  readonly lines: number;
  readonly sizeMinor: bigint;
  /** Of the currency's whole, in tenths of a percent, rounded down, so that nothing looks whole that is not. */
  readonly permille: number;
};

export type Coverage = {
  readonly currency: string;
  readonly lines: number;
  readonly sizeMinor: bigint;
  readonly coveredMinor: bigint;
  readonly coveredPermille: number;
  /** Rules by what they place, the largest first. */
  readonly rules: readonly CoverageShare[];
  /** Cost objects without a rule, the largest first: what a rule for all of the object's accounts would add. */
  readonly gaps: readonly CoverageShare[];
};

type Sum = { lines: number; sizeMinor: bigint };

function addTo(sums: Map<string, Sum>, name: string, { lines, sizeMinor }: CoverageLine): void {
  const sum = sums.get(name) ?? { lines: 0, sizeMinor: 0n };
  sums.set(name, { lines: sum.lines + lines, sizeMinor: sum.sizeMinor + sizeMinor });
}

export const permilleOf = (part: bigint, whole: bigint): number => (whole === 0n ? 0 : Number((part * 1_000n) / whole));

function shares(sums: ReadonlyMap<string, Sum>, whole: bigint): CoverageShare[] {
  return [...sums]
    .map(([name, sum]) => ({ name, ...sum, permille: permilleOf(sum.sizeMinor, whole) }))
    .sort((left, right) => {
      if (left.sizeMinor !== right.sizeMinor) return left.sizeMinor > right.sizeMinor ? -1 : 1;
      return left.name < right.name ? -1 : 1;
    });
}

function coverageOf(mapping: Mapping, currency: string, lines: readonly CoverageLine[]): Coverage {
  const [rules, gaps] = [new Map<string, Sum>(), new Map<string, Sum>()];
  for (const line of lines) {
    const answer = mapping.resolve(line.query);
    if (answer.kind === "mapped") addTo(rules, answer.rule.name, line);
    else addTo(gaps, `${line.query.objectKind} ${line.query.object}`, line);
  }
  const whole = lines.reduce((sum, { sizeMinor }) => sum + sizeMinor, 0n);
  const coveredMinor = [...rules.values()].reduce((sum, { sizeMinor }) => sum + sizeMinor, 0n);
  return {
    currency,
    lines: lines.reduce((sum, each) => sum + each.lines, 0),
    sizeMinor: whole,
    coveredMinor,
    coveredPermille: permilleOf(coveredMinor, whole),
    rules: shares(rules, whole),
    gaps: shares(gaps, whole),
  };
}

export function coverage(mapping: Mapping, lines: readonly CoverageLine[]): Coverage[] {
  const byCurrency = Map.groupBy(lines, ({ currency }) => currency);
  return [...byCurrency]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([currency, own]) => coverageOf(mapping, currency, own));
}
