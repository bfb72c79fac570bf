/**
 * Whether a row came before in the same read: lists that were asked for in parts may bring one twice, and so may pages. Keys that only rise need no memory,
 * which is how a service that sorts sends them; from the first one that does not, all of them are kept.
 */
import type { RawRow } from "../rfc/index.ts";

export type SeenKeys = {
  /** True once a key. The rows that it was true of stand among `rows` when it is asked again. */
  isNew(cells: RawRow): boolean;
  /** After rows were dropped. */
  restart(): void;
};

/** `keys` are the places of the key's cells. */
export function watchKeys(keys: readonly number[], rows: readonly RawRow[]): SeenKeys {
  const textOf = (cells: RawRow): string => keys.map((at) => cells[at]).join("\u0000");
  /** Above nothing every key is higher. */
  const isHigher = (cells: RawRow, before: RawRow): boolean => {
    for (const at of keys) {
      const [one, other] = [cells[at] ?? "", before[at] ?? ""];
      if (one !== other) return one > other;
    }
    return false;
  };
  let highest: RawRow | undefined;
  let all: Set<string> | undefined;
  return {
    isNew(cells) {
      if (all === undefined && (highest === undefined || isHigher(cells, highest))) {
        highest = cells;
        return true;
      }
      all ??= new Set(rows.map(textOf));
      const key = textOf(cells);
      if (all.has(key)) return false;
      all.add(key);
      return true;
    },
    restart() {
      highest = undefined;
      all = rows.length === 0 ? undefined : new Set(rows.map(textOf));
    },
  };
}
