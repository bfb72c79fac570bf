/**
 * Money without floats: a signed count of the currency's minor units with its currency, and decimal text at the edges.
 * Guarantees: parsing never rounds, formatting never loses a minor unit, splitting never creates or destroys one, and the only
 * rounding (conversion) is half away from zero and asked for by name. Division beyond that is not here.
 */
import { assert, err, ok, type Result } from "./result.ts";

export type Money = { readonly minor: bigint; readonly currency: string };

export type MoneyProblem = { code: "money.not-a-number" | "money.too-precise"; text: string; currency: string };

// ISO 4217 minor units that are not 2. The inner representation follows ISO and not the customer's TCURX, which only says how ECC
// stored the number (rulings 26): a real amount that does not fit is refused, never rounded.
const minorDigitsByCurrency: Readonly<Record<string, number>> = {
  BHD: 3, BIF: 0, CLP: 0, DJF: 0, GNF: 0, IQD: 3, ISK: 0, JOD: 3, JPY: 0, KMF: 0, KRW: 0, KWD: 3, LYD: 3, OMR: 3,
  PYG: 0, RWF: 0, TND: 3, UGX: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
}; // biome-ignore format: a table

export function minorDigits(currency: string): number {
  return minorDigitsByCurrency[currency] ?? 2;
}

const decimalText = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Integer value of decimal text scaled by 10^digits; undefined when it is no decimal text, null when digits would be lost. */
function scaled(text: string, digits: number): bigint | null | undefined {
  const match = decimalText.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const lost = fraction.slice(digits);
  if (/[^0]/.test(lost)) return null;
  const value = BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  return sign === "-" ? -value : value;
}

/** Decimal text with a point and a leading minus to minor units. More decimals than the currency has are refused unless they are zeros. */
export function parseMoney(text: string, currency: string): Result<Money, MoneyProblem> {
  const minor = scaled(text, minorDigits(currency));
  if (minor === undefined) return err({ code: "money.not-a-number", text, currency });
  if (minor === null) return err({ code: "money.too-precise", text, currency });
  return ok({ minor, currency });
}

/** Decimal text with exactly the currency's decimals: `-12.50`, `1250` for JPY. */
export function formatMoney(money: Money): string {
  const digits = minorDigits(money.currency);
  const isNegative = money.minor < 0n;
  const text = (isNegative ? -money.minor : money.minor).toString().padStart(digits + 1, "0");
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return isNegative ? `-${whole}` : whole;
}

export function zero(currency: string): Money {
  return { minor: 0n, currency };
}

export function add(left: Money, right: Money): Money {
  assert(left.currency === right.currency, `money of ${left.currency} and ${right.currency} cannot be added`);
  return { minor: left.minor + right.minor, currency: left.currency };
}

export function negate(money: Money): Money {
  return { minor: -money.minor, currency: money.currency };
}

export function sum(amounts: Iterable<Money>, currency: string): Money {
  let total = zero(currency);
  for (const amount of amounts) total = add(total, amount);
  return total;
}

/** Numerator over denominator, rounded half away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  assert(denominator !== 0n, "division by zero");
  const isNegative = numerator < 0n !== denominator < 0n;
  const above = numerator < 0n ? -numerator : numerator;
  const below = denominator < 0n ? -denominator : denominator;
  const rounded = (2n * above + below) / (2n * below);
  return isNegative ? -rounded : rounded;
}

/**
 * Ruling 10: shares follow the weights, each rounded half away from zero; the last one takes the remainder, so the parts always
 * sum to the whole. All weights zero: the last takes everything.
 */
export function splitByWeights(whole: Money, weights: readonly bigint[]): Money[] {
  assert(weights.length > 0, "a split needs at least one share");
  const total = weights.reduce((sumSoFar, weight) => sumSoFar + weight, 0n);
  let left = whole.minor;
  return weights.map((weight, index) => {
    const isLast = index === weights.length - 1;
    const minor = isLast ? left : total === 0n ? 0n : divideRounded(whole.minor * weight, total);
    left -= minor;
    return { minor, currency: whole.currency };
  });
}

/**
 * Ruling 26, sap-data 0.6 [K]: a CURR column holds the amount with the column's decimals (2) whatever the currency; the real value is
 * raw x 10^(column decimals - TCURX decimals). JPY 1,250 is stored `12.50`. Exact: only the point moves.
 */
export function shiftByTcurx(raw: string, options: { columnDecimals: number; currencyDecimals: number }): string | undefined {
  const value = scaled(raw, options.columnDecimals);
  if (value === undefined || value === null) return undefined;
  const digits = options.currencyDecimals;
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, "0");
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return value < 0n ? `-${whole}` : whole;
}

/** An exact decimal factor such as an exchange rate, as numerator over a power of ten. */
export function parseFactor(text: string): { numerator: bigint; denominator: bigint } | undefined {
  const digits = text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
  const numerator = scaled(text, digits);
  return numerator === undefined || numerator === null ? undefined : { numerator, denominator: 10n ** BigInt(digits) };
}

/**
 * Converts by an ECC exchange rate: positive is direct (amount x rate), negative is indirect (amount / |rate|) (sap-data 1 [D]).
 * Rate 0 is legal where both currencies are one and then counts as 1 [D]; otherwise it converts nothing and answers undefined.
 */
export function convert(money: Money, rate: string, currency: string): Money | undefined {
  const factor = parseFactor(rate);
  if (!factor) return undefined;
  if (factor.numerator === 0n) return money.currency === currency ? money : undefined;
  const scale = 10n ** BigInt(minorDigits(currency));
  const unscale = 10n ** BigInt(minorDigits(money.currency));
  const minor =
    factor.numerator > 0n
      ? divideRounded(money.minor * factor.numerator * scale, factor.denominator * unscale)
      : divideRounded(money.minor * factor.denominator * scale, -factor.numerator * unscale);
  return { minor, currency };
}
