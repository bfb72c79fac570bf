/**
 * Sorted texts, searched through numbers: twelve characters of each stand in two doubles, so that most steps of a search compare numbers in one
 * array instead of following a text into memory (half the time of a WBS look-up, `npm run bench:mapping`). Texts decide where numbers cannot.
 */
import { stretchOf } from "./spans.ts";

export type TextLine = { readonly texts: readonly string[]; readonly heads: Float64Array; readonly tails: Float64Array };

const packed = 6;
// One more than a Latin-1 code, since an end of text sorts before every character: 257^6 is a safe integer.
const base = 257;
const codeMax = 255;

/** Six characters from `from` on, in the order of text; NaN where a character is no Latin-1. */
function pack(text: string, from: number): number {
  let value = 0;
  for (let index = from; index < from + packed; index++) {
    const code = index < text.length ? text.charCodeAt(index) : -1;
    if (code > codeMax) return Number.NaN;
    value = value * base + code + 1;
  }
  return value;
}

export function textLine(texts: readonly string[]): TextLine {
  const heads = Float64Array.from(texts, (text) => pack(text, 0));
  const tails = Float64Array.from(texts, (text) => pack(text, packed));
  const isPlain = ![...heads, ...tails].some(Number.isNaN);
  return isPlain ? { texts, heads, tails } : { texts, heads: new Float64Array(), tails: new Float64Array() };
}

function isNotAbove(line: TextLine, index: number, text: string, head: number, tail: number): boolean {
  const itsHead = line.heads[index] as number;
  if (itsHead !== head) return itsHead < head;
  const itsTail = line.tails[index] as number;
  return itsTail === tail ? (line.texts[index] as string) <= text : itsTail < tail;
}

/** The last index whose text is not above `text`; -1 before the first. */
export function textStretchOf(line: TextLine, text: string): number {
  if (line.texts.length === 0) return -1;
  const [head, tail] = [pack(text, 0), pack(text, packed)];
  if (line.heads.length === 0 || Number.isNaN(head) || Number.isNaN(tail)) return stretchOf(line.texts, text);
  let low = 0;
  let high = line.texts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isNotAbove(line, middle, text, head, tail)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
