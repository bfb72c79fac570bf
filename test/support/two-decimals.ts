// Amounts as Procore writes them (`10.0`, `-3`) with two decimals, digit by digit: an amount in a test is no float either.
export function twoDecimals(amount: string): string {
  const parts = /^(-?\d+)(?:\.(\d{1,2})0*)?$/.exec(amount);
  if (!parts) throw new Error(`${amount} has more than two decimals, or is no amount`);
  return `${parts[1]}.${(parts[2] ?? "").padEnd(2, "0")}`;
}
