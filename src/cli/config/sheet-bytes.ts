/**
 * A CSV file as a spreadsheet saved it: UTF-8 with or without its mark, UTF-16 ("Unicode text"), or Windows' Western code page, with commas, semicolons or tabs. The first
 * column's name tells which.
 */
export function decodeSheet(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

export const delimiters = { comma: ",", semicolon: ";", tab: "\t" } as const;
export type DelimiterName = keyof typeof delimiters;

/** Undefined where the first line does not begin with that column. */
export function findDelimiter(text: string, firstColumn: string): string | undefined {
  const head = text.replace(/^\uFEFF/, "").replace(/^"/, "");
  if (head.slice(0, firstColumn.length).toLowerCase() !== firstColumn) return undefined;
  const next = head.slice(firstColumn.length).replace(/^"/, "")[0];
  return Object.values(delimiters).find((delimiter) => delimiter === next);
}
