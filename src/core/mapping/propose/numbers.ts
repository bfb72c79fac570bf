/**
 * Numbers of projects and codes as they compare: runs of letters and of digits, without what stands between them and without leading zeros. P-1001, P1001 and
 * p.01001 are one; P-100-1 is another, though its characters are the same.
 */
export type NumberParts = readonly string[];

export function partsOf(text: string): NumberParts {
  const runs = text.toUpperCase().match(/\p{L}+|\d+/gu) ?? [];
  return runs.map((run) => run.replace(/^0+(?=\d)/, ""));
}

export const partsKey = (parts: NumberParts): string => parts.join(" ");

/** Only letters and digits: equal where nothing but the separators differs. */
export const charactersOf = (text: string): string => text.toUpperCase().replace(/[^\p{L}\d]+/gu, "");

const lengthLeast = 3;

/** A number that says something when it is found in another: not "1", and not letters alone. */
export const isTelling = (parts: NumberParts): boolean =>
  parts.some((part) => /\d/.test(part)) && parts.join("").length >= lengthLeast;

const digitsInTextLeast = 5;

/** A number that a text may name: of several parts, or long. "Repairs 2024" names no project 2024. */
export const isNameable = (parts: NumberParts): boolean =>
  isTelling(parts) && (parts.length > 1 || parts.join("").length >= digitsInTextLeast);

export function beginsWith(long: NumberParts, short: NumberParts): boolean {
  return short.length > 0 && short.length <= long.length && short.every((part, index) => part === long[index]);
}

const endDigitsLeast = 4;

/** The last run of digits, where it is long enough to be somebody's number. */
export function endOf(parts: NumberParts): string | undefined {
  const last = parts.at(-1);
  return last !== undefined && /^\d+$/.test(last) && last.length >= endDigitsLeast ? last : undefined;
}
