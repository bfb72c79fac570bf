/**
 * Decimal text as the sandbox keeps it: a leading minus, a point where the field has decimals, exactly the field's decimals.
 * Independent of the product's money on purpose. Nothing here goes through a float.
 */
const numberShape = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The value times 10^decimals, or undefined where the text is no number or carries more decimals than that. */
export function parseScaled(text: string, decimals: number): bigint | undefined {
  const match = numberShape.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  if (fraction.length > decimals) return undefined;
  const magnitude = BigInt(whole + fraction.padEnd(decimals, "0"));
  return sign === "-" ? -magnitude : magnitude;
}

export function scaledText(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const sign = value < 0n ? "-" : "";
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

export function digitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString().length;
}
