// The auditor's money: integers of a currency's minor unit, in bigint, with one rounding rule (half away from zero). It
// shares nothing with the product or the sandbox, so that agreement of the totals means something.
import { type Row, scaledOf, scaleText } from "./extract-csv.ts";

/**
 * Decimals of the currencies of the extracts that do not have two. JPY and KRW are proven by the data itself: their lines
 * print in WRBTR a hundredth of what PSWBT beside it shows, and only PSWBT at BKPF-KURSF yields DMBTR. So WRBTR, NETWR and
 * NETPR are the stored values (sap-data 0.6 [V]); expected.test.ts holds that proof.
 * JOD has three in ISO 4217 and occurs only in a held purchase order.
 */
const decimalsOf: ReadonlyMap<string, number> = new Map([
  ["JPY", 0],
  ["KRW", 0],
  ["JOD", 3],
]);

export const currencyDecimals = (currency: string): number => decimalsOf.get(currency) ?? 2;

/** A CURR cell in minor units. CURR is stored with two decimals whatever the currency, so its digits are the minor units. */
export const minorOf = (row: Row, column: string): bigint => scaledOf(row, column, 2);

/** Minor units as decimal text with the currency's own number of decimals. */
export function moneyText(minor: bigint, currency: string): string {
  const decimals = currencyDecimals(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return `${minor < 0n ? "-" : ""}${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ""}`;
}

export function divideHalfAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new Error(`cannot divide by ${divisor}`);
  const magnitude = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * magnitude + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}

/** An exchange rate DEC 9,5: `hundredThousandths` is its magnitude; indirect means "divide by it" (sap-data 1, EXCRT [D]). */
export type Rate = { readonly hundredThousandths: bigint; readonly isIndirect: boolean; readonly printed: string };

/** Reads `0.94`, `/46.69000`, `-1,277`; undefined for blank and zero, which say that there is no rate. */
export function rateOf(row: Row, column: string): Rate | undefined {
  const printed = row.get(column);
  const magnitude = scaleText(printed.replace(/^[/-]/, "") || "0", 5);
  if (magnitude === undefined) throw new Error(`${row.place}: column ${column} holds "${printed}", which is no exchange rate`);
  return magnitude === 0n ? undefined : { hundredThousandths: magnitude, isIndirect: /^[/-]/.test(printed), printed };
}

/** Converts minor units of one currency into minor units of another, rounded once, at the end. */
export function convert(minor: bigint, from: string, rate: Rate, to: string): bigint {
  const shift = currencyDecimals(to) - currencyDecimals(from);
  const up = shift > 0 ? 10n ** BigInt(shift) : 1n;
  const down = shift < 0 ? 10n ** BigInt(-shift) : 1n;
  return rate.isIndirect
    ? divideHalfAwayFromZero(minor * up * 100_000n, rate.hundredThousandths * down)
    : divideHalfAwayFromZero(minor * up * rate.hundredThousandths, 100_000n * down);
}

/** A count and a sum under one key, kept in the order in which keys first occur. */
export type Tally = { count: number; minor: bigint };

export function tally<T>(
  items: readonly T[],
  keyOfItem: (item: T) => string,
  minorOfItem: (item: T) => bigint,
): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const item of items) {
    const key = keyOfItem(item);
    const entry = tallies.get(key) ?? { count: 0, minor: 0n };
    tallies.set(key, { count: entry.count + 1, minor: entry.minor + minorOfItem(item) });
  }
  return tallies;
}
