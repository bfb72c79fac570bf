/**
 * The sandbox's own decimals: exact, on bigint, never a float. It shares nothing with the product's, so that a mistake in one shows
 * against the other. Reads plain and exponent notation; rounds half away from zero; shows money as Procore v1 does ("1000.0").
 */
export type Decimal = { readonly digits: bigint; readonly scale: number };

const shape = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(?:[eE]([+-]?\d{1,2}))?$/;

export function parseDecimal(text: string): Decimal | undefined {
  const match = shape.exec(text.trim());
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

export function roundTo(value: Decimal, scale: number): Decimal {
  if (value.scale <= scale) return { digits: value.digits * 10n ** BigInt(scale - value.scale), scale };
  const divisor = 10n ** BigInt(value.scale - scale);
  const half = divisor / 2n;
  const digits = value.digits < 0n ? -((-value.digits + half) / divisor) : (value.digits + half) / divisor;
  return { digits, scale };
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

export function isEqual(a: Decimal, b: Decimal): boolean {
  const scale = Math.max(a.scale, b.scale);
  return roundTo(a, scale).digits === roundTo(b, scale).digits;
}

/** Totals are kept at this scale; amounts have at most four decimals, so it is exact. */
export const totalScale = 8;

export function toTotal(text: string | null): bigint {
  const value = text === null ? undefined : parseDecimal(text);
  return value === undefined ? 0n : roundTo(value, totalScale).digits;
}

/** procore 3 [A]: v1 money is a decimal string such as "1000.0": at least one decimal, no trailing zeros beyond it. */
export function showDecimal(value: Decimal): string {
  const negative = value.digits < 0n;
  const digits = (negative ? -value.digits : value.digits).toString().padStart(value.scale + 1, "0");
  const whole = digits.slice(0, digits.length - value.scale);
  const fraction = digits.slice(digits.length - value.scale).replace(/0+$/, "");
  return `${negative ? "-" : ""}${whole}.${fraction === "" ? "0" : fraction}`;
}

export const showTotal = (digits: bigint): string => showDecimal({ digits, scale: totalScale });

/** procore 3 [A]: requisitions show money with two places and unit prices with four, trailing zeros and all. */
export function showFixed(digits: bigint, places: number): string {
  const value = roundTo({ digits, scale: totalScale }, places);
  const text = (value.digits < 0n ? -value.digits : value.digits).toString().padStart(places + 1, "0");
  return `${value.digits < 0n ? "-" : ""}${text.slice(0, text.length - places)}.${text.slice(text.length - places)}`;
}

/** A percentage of `whole`, both at `totalScale`; 0 of nothing. */
export const percentOf = (part: bigint, whole: bigint): bigint =>
  whole === 0n ? 0n : (part * 100n * 10n ** BigInt(totalScale)) / whole;

/** `percent` percent of an amount, to `places` decimals, half away from zero; all at `totalScale`. */
export function takePercent(amount: bigint, percent: bigint, places: number): bigint {
  const exact = multiply({ digits: amount, scale: totalScale }, { digits: percent, scale: totalScale });
  return roundTo(roundTo({ digits: exact.digits, scale: exact.scale + 2 }, places), totalScale).digits;
}
