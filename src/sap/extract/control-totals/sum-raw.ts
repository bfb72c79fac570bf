/** Sums CURR cells as the tables keep them: decimal text with two decimals, signed. Exact, without knowing the currency. */
import { Fault } from "../../../core/index.ts";

/** Empty cells are nothing. Throws where a text is no such number: a total must not be short in silence. */
export function sumRaw(texts: readonly string[]): string {
  let cents = 0n;
  for (const text of texts) {
    if (text === "") continue;
    const match = /^(-?)([0-9]+)\.([0-9]{2})$/.exec(text);
    if (match === null)
      throw new Fault("sap.protocol", { place: "control totals", detail: `"${text.slice(0, 30)}" is no amount` });
    const value = BigInt(`${match[2]}${match[3]}`);
    cents += match[1] === "-" ? -value : value;
  }
  const digits = String(cents < 0n ? -cents : cents).padStart(3, "0");
  return `${cents < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
