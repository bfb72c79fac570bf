/**
 * Reads cells straight out of a fixed-width row, without cutting it into pieces first: what `abap-values.ts` says of a cell, at a fraction of its
 * cost for the cells that are as they should be. Whatever looks unusual is handed to `abap-values.ts`, so that there is one judge of what
 * a cell means (a property test holds the two against each other). A row may be short: trailing blanks get lost (sap-rfc 0.6 [M]).
 */
import { type Cell, cellReaderOf } from "./abap-values.ts";
import type { DictionaryField } from "./dictionary.ts";

/** Text, null for an empty number, or a cell that is doubtful or broken. */
export type LineCell = string | null | Cell;
/** The cell lies from `from` to before `to`, its line ends at `end`: in front of that, or short of it. */
export type LineCellReader = (text: string, from: number, to: number, end: number) => LineCell;

const blank = 32;
const zero = 48;
const nine = 57;

export function lineCellReaderOf(field: DictionaryField): LineCellReader {
  const judge = cellReaderOf(field);
  const slowly: LineCellReader = (text, from, to, end) => {
    const cell = judge(text.slice(from, Math.min(to, end)).padEnd(to - from));
    return cell.kind === "text" ? cell.text : cell.kind === "null" ? null : cell;
  };
  switch (field.abapType) {
    case "C":
      return readText;
    case "N":
      return (text, from, to, end) =>
        to <= end && isDigits(text, from, to) ? text.slice(from, to) : slowly(text, from, to, end);
    case "D":
      return (text, from, to, end) =>
        to <= end && isPlainDate(text, from, to) ? text.slice(from, to) : slowly(text, from, to, end);
    case "P":
    case "b":
    case "s":
    case "I":
    case "8":
      return numberReader(field.decimals, slowly);
    default:
      return slowly;
  }
}

function readText(text: string, from: number, to: number, end: number): string {
  const last = lastBehind(text, from, Math.min(to, end));
  return last <= from ? "" : text.slice(from, last);
}

/** Behind the last character that is no blank. */
function lastBehind(text: string, from: number, to: number): number {
  let last = to;
  while (last > from && text.charCodeAt(last - 1) === blank) last -= 1;
  return last;
}

function isDigits(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code < zero || code > nine) return false;
  }
  return to > from;
}

/** A date of the first 28 days of a month between 1000 and 9999; the others are judged with more care. */
function isPlainDate(text: string, from: number, to: number): boolean {
  if (to - from !== 8 || !isDigits(text, from, to)) return false;
  const month = (text.charCodeAt(from + 4) - zero) * 10 + text.charCodeAt(from + 5) - zero;
  const day = (text.charCodeAt(from + 6) - zero) * 10 + text.charCodeAt(from + 7) - zero;
  return text.charCodeAt(from) > zero && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

/** Digits with the field's point and no needless zero in front, blanks around: the text is the number. A minus behind goes in front. */
function numberReader(decimals: number, slowly: LineCellReader): LineCellReader {
  return (text, from, to, end) => {
    let last = lastBehind(text, from, Math.min(to, end));
    const isNegative = last > from && text.charCodeAt(last - 1) === 45;
    if (isNegative) last -= 1;
    let first = from;
    while (first < last && text.charCodeAt(first) === blank) first += 1;
    const point = decimals === 0 ? last : last - decimals - 1;
    if (point <= first || (decimals > 0 && text.charCodeAt(point) !== 46)) return slowly(text, from, to, end);
    if (text.charCodeAt(first) === zero && (point - first > 1 || isNegative)) return slowly(text, from, to, end);
    if (!isDigits(text, first, point) || (decimals > 0 && !isDigits(text, point + 1, last))) return slowly(text, from, to, end);
    const digits = text.slice(first, last);
    return isNegative ? `-${digits}` : digits;
  };
}
