/**
 * Whether no two rows have the same key, told without a string a row: by hashes, and only where two of them are the same by the keys
 * themselves. It is asked of every read (`line-rows.ts`).
 */
import type { RowTexts } from "./row-texts.ts";

export type KeySlot = { from: number; to: number };

const blank = 32;

export function areKeysUnique(lines: RowTexts, key: KeySlot): boolean {
  return areHashesUnique(lines, key) || areTextsUnique(lines, key);
}

function areHashesUnique({ blocks, count }: RowTexts, key: KeySlot): boolean {
  const table = new Int32Array(2 ** Math.ceil(Math.log2(count + 1) + 1));
  const mask = table.length - 1;
  for (const { text, spans } of blocks)
    for (let at = 0; at < spans.length; at += 2) {
      // 0 is an empty place.
      const hash = hashOf(text, spans[at] ?? 0, spans[at + 1] ?? 0, key) || 1;
      let place = hash & mask;
      for (let met = table[place]; met !== 0; met = table[place]) {
        if (met === hash) return false;
        place = (place + 1) & mask;
      }
      table[place] = hash;
    }
  return true;
}

/** FNV-1a, and its bits mixed once more for the sake of the low ones. A short line has lost blanks at its end. */
function hashOf(text: string, begin: number, end: number, { from, to }: KeySlot): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = begin + from; at < begin + to; at += 1)
    hash = Math.imul(hash ^ (at < end ? text.charCodeAt(at) : blank), 0x01_00_01_93);
  return hash ^ (hash >>> 15);
}

function areTextsUnique({ blocks, count }: RowTexts, { from, to }: KeySlot): boolean {
  const seen = new Set<string>();
  for (const { text, spans } of blocks)
    for (let at = 0; at < spans.length; at += 2) {
      const begin = spans[at] ?? 0;
      seen.add(text.slice(begin + from, Math.min(begin + to, spans[at + 1] ?? 0)).padEnd(to - from));
    }
  return seen.size === count;
}
