/**
 * The money that no rule places, by object, account and company code, with its share of its currency. Shares order what is proposed; amounts of two currencies are never
 * added.
 */
import type { CoverageLine } from "../coverage.ts";
import type { Mapping } from "../rule.ts";
import type { Place } from "./answers.ts";

export type Money = { readonly currency: string; readonly lines: number; readonly sizeMinor: bigint };

export type Mass = Place & {
  readonly money: readonly Money[];
  /** Sum of its shares of its currencies, in billionths: for order only. */
  readonly weight: number;
};

const wholeShare = 1_000_000_000n;

/** Of each currency: all that was read, and what the rules of today place of it. */
export type Whole = { readonly currency: string; readonly sizeMinor: bigint; readonly coveredMinor: bigint };

export function addMoney(sums: Map<string, Money>, { currency, lines, sizeMinor }: Money): void {
  const sum = sums.get(currency);
  sums.set(currency, { currency, lines: (sum?.lines ?? 0) + lines, sizeMinor: (sum?.sizeMinor ?? 0n) + sizeMinor });
}

export const byCurrency = (sums: ReadonlyMap<string, Money>): readonly Money[] =>
  [...sums.values()].sort((left, right) => (left.currency < right.currency ? -1 : 1));

export function wholesOf(mapping: Mapping, lines: readonly CoverageLine[]): readonly Whole[] {
  const wholes = new Map<string, { sizeMinor: bigint; coveredMinor: bigint }>();
  for (const { query, currency, sizeMinor } of lines) {
    const whole = wholes.get(currency) ?? { sizeMinor: 0n, coveredMinor: 0n };
    const isCovered = mapping.resolve(query).kind === "mapped";
    wholes.set(currency, {
      sizeMinor: whole.sizeMinor + sizeMinor,
      coveredMinor: whole.coveredMinor + (isCovered ? sizeMinor : 0n),
    });
  }
  return [...wholes].sort(([left], [right]) => (left < right ? -1 : 1)).map(([currency, whole]) => ({ currency, ...whole }));
}

export function moneyOf(masses: readonly Mass[]): readonly Money[] {
  const sums = new Map<string, Money>();
  for (const mass of masses) for (const each of mass.money) addMoney(sums, each);
  return byCurrency(sums);
}

/** The heaviest first. */
export function massesOf(mapping: Mapping, lines: readonly CoverageLine[], wholes: readonly Whole[]): readonly Mass[] {
  const sizes = new Map(wholes.map(({ currency, sizeMinor }) => [currency, sizeMinor]));
  const drafts = new Map<string, { place: Place; sums: Map<string, Money> }>();
  for (const line of lines) {
    if (mapping.resolve(line.query).kind === "mapped") continue;
    const { objectKind, object, companyCode, account } = line.query;
    const name = [objectKind, object, account, companyCode].join("\n");
    const draft = drafts.get(name) ?? { place: { objectKind, object, companyCode, account }, sums: new Map() };
    addMoney(draft.sums, line);
    drafts.set(name, draft);
  }
  const masses = [...drafts].map(([name, { place, sums }]) => {
    const money = byCurrency(sums);
    const weight = money.reduce((sum, { currency, sizeMinor }) => sum + shareOf(sizeMinor, sizes.get(currency) ?? 0n), 0);
    return { name, mass: { ...place, money, weight } };
  });
  return masses
    .sort((left, right) => right.mass.weight - left.mass.weight || (left.name < right.name ? -1 : 1))
    .map(({ mass }) => mass);
}

/** Never nothing for something: what is small beside the whole is proposed too, last. */
function shareOf(part: bigint, whole: bigint): number {
  if (part === 0n || whole === 0n) return 0;
  return Math.max(1, Number((part * wholeShare) / whole));
}
