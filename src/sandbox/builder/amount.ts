/**
 * Money of the sandbox: whole minor units of the currency as bigint, and their three spellings. The stored CURR text has always two
 * decimals, so its digits *are* the minor units whatever TCURX says (sap-data 0.6: real = raw x 10^(2 - CURRDEC)). The product has
 * decimals of its own; none is shared.
 */
const decimalsByCurrency: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, CLP: 0, KWD: 3, BHD: 3 };

/** What TCURX lists: only the exceptions to two decimals. */
export const decimalExceptions: readonly (readonly [string, number])[] = Object.entries(decimalsByCurrency);

export function fixed(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const sign = units < 0n ? "-" : "";
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** As a table holds it: two decimals. */
export const storedAmount = (minor: bigint): string => fixed(minor, 2);

/**
 * Whether RFC_READ_TABLE loses digits of a packed number: its text has only as many characters as the field has digits, and neither the
 * point nor a minus is budgeted (sap-rfc 1.5 [D]).
 */
export const isTooWide = (units: bigint, decimals: number, length: number): boolean => fixed(units, decimals).length > length;

export type Decimals = (currency: string) => number;

/** Units of a decimal text with at most `decimals` digits after the point; an absent field is initial. */
export function unitsOf(text: string | undefined, decimals: number): bigint {
  if (text === undefined || text === "") return 0n;
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (match === null || (match[3] ?? "").length > decimals) {
    throw new Error(`"${text}" is not a decimal with at most ${decimals} places`);
  }
  const units = BigInt((match[2] ?? "") + (match[3] ?? "").padEnd(decimals, "0"));
  return match[1] === "-" ? -units : units;
}

export const minorOf = (stored: string | undefined): bigint => unitsOf(stored, 2);

/** `part / whole` of an amount, rounded half away from zero. */
export function shareOf(amount: bigint, part: bigint, whole: bigint): bigint {
  if (whole === 0n) return 0n;
  const product = amount * part;
  const isNegative = product < 0n !== whole < 0n;
  const size = (value: bigint) => (value < 0n ? -value : value);
  const rounded = (2n * size(product) + size(whole)) / (2n * size(whole));
  return isNegative ? -rounded : rounded;
}
