/**
 * The texts of a streamed table's rows, left where they stand in the pieces of the answer. A string of its own for each row would be a
 * copy, or one that V8 looks through to another at each character: either costs more than reading the cells (docs/decisions/0007).
 */

/** Row `n` is what stands in `text` from `spans[2 * n]` to before `spans[2 * n + 1]`. */
export type RowBlock = { text: string; spans: readonly number[] };

export type RowTexts = {
  blocks: readonly RowBlock[];
  count: number;
  /** A row came without the element that holds its text. */
  isTextMissing: boolean;
};

export function rowTextsOf(texts: readonly (string | undefined)[]): RowTexts {
  return {
    blocks: texts.map((text = "") => ({ text, spans: [0, text.length] })),
    count: texts.length,
    isTextMissing: texts.includes(undefined),
  };
}

export function mapTexts<T>({ blocks }: RowTexts, map: (text: string) => T): T[] {
  const mapped: T[] = [];
  for (const { text, spans } of blocks)
    for (let at = 0; at < spans.length; at += 2) mapped.push(map(text.slice(spans[at], spans[at + 1])));
  return mapped;
}

export function widestOf({ blocks }: RowTexts): number {
  let widest = 0;
  for (const { spans } of blocks)
    for (let at = 0; at < spans.length; at += 2) widest = Math.max(widest, (spans[at + 1] ?? 0) - (spans[at] ?? 0));
  return widest;
}
