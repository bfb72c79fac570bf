/**
 * Reads cells straight out of a fixed-width row, without cutting it into pieces first: what `abap-values.ts` says of a cell, at a fraction of its
 * cost for the cells that are as they should be. Whatever looks unusual is handed to `abap-values.ts`, so that there is one judge of what
 * a cell means (a property test holds the two against each other). A row may be short: trailing blanks get lost (sap-rfc 0.6 [M]).
 */
import { type Cell, cellReaderOf } from "./abap-values.ts";
import type { DictionaryField } from "./dictionary.ts";

/** Text, null for an empty number, or a cell that is doubtful or broken. */
export type LineCell = string | null | Cell;
export type LineCellReader = (line: string, from: number, to: number) => LineCell;

const blank = 32;
const zero = 48;
const nine = 57;

export function lineCellReaderOf(field: DictionaryField): LineCellReader {
  const judge = cellReaderOf(field);
  const slowly: LineCellReader = (line, from, to) => {
    const cell = judge(line.slice(from, to).padEnd(to - from));
    return cell.kind === "text" ? cell.text : cell.kind === "null" ? null : cell;
  };
  switch (field.abapType) {
    case "C":
      return textReader();
    case "N":
      return (line, from, to) => (isDigits(line, from, to) ? line.slice(from, to) : slowly(line, from, to));
    case "D":
      return (line, from, to) => (isPlainDate(line, from, to) ? line.slice(from, to) : slowly(line, from, to));
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

const knownPlaces = 64;
/** Longer texts rarely repeat. */
const knownLengthMax = 12;

/** Company codes, plants, units and the like repeat: the same text is kept once and not once a row. */
function textReader(): LineCellReader {
  const known = Array.from({ length: knownPlaces }, () => "");
  return (line, from, to) => {
    let end = Math.min(to, line.length);
    while (end > from && line.charCodeAt(end - 1) === blank) end -= 1;
    const length = end - from;
    if (length <= 0) return "";
    if (length > knownLengthMax) return line.slice(from, end);
    const place =
      (line.charCodeAt(from) * 7 + line.charCodeAt(end - 1) * 31 + line.charCodeAt(from + (length >> 1))) % knownPlaces;
    const last = known[place] ?? "";
    if (last.length === length && standsAt(last, line, from)) return last;
    const text = line.slice(from, end);
    known[place] = text;
    return text;
  };
}

/** By hand: for a dozen characters the built-in comparison costs more than the comparing. */
function standsAt(text: string, line: string, from: number): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== line.charCodeAt(from + at)) return false;
  return true;
}

function isDigits(line: string, from: number, to: number): boolean {
  if (to > line.length) return false;
  for (let at = from; at < to; at += 1) {
    const code = line.charCodeAt(at);
    if (code < zero || code > nine) return false;
  }
  return to > from;
}

/** A date of the first 28 days of a month between 1000 and 9999; the others are judged with more care. */
function isPlainDate(line: string, from: number, to: number): boolean {
  if (to - from !== 8 || !isDigits(line, from, to)) return false;
  const month = (line.charCodeAt(from + 4) - zero) * 10 + line.charCodeAt(from + 5) - zero;
  const day = (line.charCodeAt(from + 6) - zero) * 10 + line.charCodeAt(from + 7) - zero;
  return line.charCodeAt(from) > zero && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

/** Digits with the field's point and no needless zero in front, blanks around: the text is the number. A minus behind goes in front. */
function numberReader(decimals: number, slowly: LineCellReader): LineCellReader {
  return (line, from, to) => {
    let end = Math.min(to, line.length);
    while (end > from && line.charCodeAt(end - 1) === blank) end -= 1;
    const isNegative = end > from && line.charCodeAt(end - 1) === 45;
    if (isNegative) end -= 1;
    let start = from;
    while (start < end && line.charCodeAt(start) === blank) start += 1;
    const point = decimals === 0 ? end : end - decimals - 1;
    if (point <= start || (decimals > 0 && line.charCodeAt(point) !== 46)) return slowly(line, from, to);
    if (line.charCodeAt(start) === zero && (point - start > 1 || isNegative)) return slowly(line, from, to);
    for (let at = start; at < end; at += 1) {
      const code = line.charCodeAt(at);
      if ((code < zero || code > nine) && at !== point) return slowly(line, from, to);
    }
    const digits = line.slice(start, end);
    return isNegative ? `-${digits}` : digits;
  };
}
