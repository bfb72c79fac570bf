/** Sums CURR cells as the tables keep them: decimal text with two decimals, signed. Exact, without knowing the currency. */
import { Fault } from "../../../core/index.ts";
import { sumTexts } from "../rows.ts";

/** Empty cells are nothing. Throws where a text is no such number: a total must not be short in silence. */
export function sumRaw(texts: readonly string[]): string {
  const given = texts.filter((text) => text !== "");
  const wrong = given.find((text) => !/^-?[0-9]+\.[0-9]{2}$/.test(text));
  const sum = wrong === undefined ? sumTexts(given, 2) : undefined;
  if (sum !== undefined) return sum;
  throw new Fault("sap.protocol", { place: "control totals", detail: `"${(wrong ?? "").slice(0, 30)}" is no amount` });
}
