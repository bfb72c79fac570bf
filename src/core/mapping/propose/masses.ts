/**
 * The money that no rule places, by object, account, material group and company code, with its share of its currency. Of two kinds: cost that was read, and what was
 * ordered on purchase orders, whose cost is no cost of its own (ruling 21). Shares order what is proposed; amounts of two currencies or kinds are never added.
 */
import type { CoverageLine } from "../coverage.ts";
import type { Mapping } from "../rule.ts";
import type { Place } from "./answers.ts";

export type MoneyKind = "cost" | "order";

/** `isKept`: it is in Procore already, where no rule moves it (ruling 27). */
export type OrderedLine = CoverageLine & { readonly isKept: boolean };

export type SourceLine = CoverageLine & { readonly of: MoneyKind; readonly isKept?: boolean };

export type Money = {
  readonly of: MoneyKind;
  readonly currency: string;
  readonly lines: number;
  readonly sizeMinor: bigint;
};

export type Mass = Place & {
  readonly money: readonly Money[];
  /** Sum of its shares of its currencies, in billionths: for order only. */
  readonly weight: number;
};

const wholeShare = 1_000_000_000n;

/** Of each kind and currency: all that was read, and what the rules of today place of it. */
export type Whole = {
  readonly of: MoneyKind;
  readonly currency: string;
  readonly sizeMinor: bigint;
  readonly coveredMinor: bigint;
};

/** Costs first, then orders; each by currency. */
export const moneyKey = ({ of, currency }: Pick<Money, "of" | "currency">): string => `${of} ${currency}`;

export function addMoney(sums: Map<string, Money>, { of, currency, lines, sizeMinor }: Money): void {
  const sum = sums.get(moneyKey({ of, currency }));
  const added = { of, currency, lines: (sum?.lines ?? 0) + lines, sizeMinor: (sum?.sizeMinor ?? 0n) + sizeMinor };
  sums.set(moneyKey(added), added);
}

export const byCurrency = (sums: ReadonlyMap<string, Money>): readonly Money[] =>
  [...sums].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, money]) => money);

const isPlaced = (mapping: Mapping, { query, isKept = false }: SourceLine): boolean =>
  isKept || mapping.resolve(query).kind === "mapped";

export function wholesOf(mapping: Mapping, lines: readonly SourceLine[]): readonly Whole[] {
  const wholes = new Map<string, Whole>();
  for (const line of lines) {
    const { of, currency, sizeMinor } = line;
    const whole = wholes.get(moneyKey(line)) ?? { of, currency, sizeMinor: 0n, coveredMinor: 0n };
    const coveredMinor = whole.coveredMinor + (isPlaced(mapping, line) ? sizeMinor : 0n);
    wholes.set(moneyKey(line), { ...whole, sizeMinor: whole.sizeMinor + sizeMinor, coveredMinor });
  }
  return [...wholes].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, whole]) => whole);
}

export function moneyOf(masses: readonly Mass[]): readonly Money[] {
  const sums = new Map<string, Money>();
  for (const mass of masses) for (const each of mass.money) addMoney(sums, each);
  return byCurrency(sums);
}

/** A currency's cost and orders together, so that a small order outweighs no large cost. */
function sizesOf(wholes: readonly Whole[]): ReadonlyMap<string, bigint> {
  const sizes = new Map<string, bigint>();
  for (const { currency, sizeMinor } of wholes) sizes.set(currency, (sizes.get(currency) ?? 0n) + sizeMinor);
  return sizes;
}

/** The heaviest first. */
export function massesOf(mapping: Mapping, lines: readonly SourceLine[], wholes: readonly Whole[]): readonly Mass[] {
  const sizes = sizesOf(wholes);
  const drafts = new Map<string, { place: Place; sums: Map<string, Money> }>();
  for (const line of lines) {
    if (isPlaced(mapping, line)) continue;
    const { objectKind, object, companyCode, account, materialGroup } = line.query;
    const name = [objectKind, object, account, companyCode, materialGroup].join("\n");
    const place = { objectKind, object, companyCode, account, materialGroup };
    const draft = drafts.get(name) ?? { place, sums: new Map() };
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
