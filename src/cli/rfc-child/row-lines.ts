/** A table's rows in lines of at most 500 rows and about 256 KB each. */
type Row = Readonly<Record<string, string>>;
const rowsMax = 500;
const charactersMax = 256 * 1024;

function sizeOf(row: Row): number {
  let size = 2;
  for (const [name, text] of Object.entries(row)) size += name.length + text.length + 6;
  return size;
}

export function* rowLines(rows: readonly Row[]): Generator<readonly Row[]> {
  let part: Row[] = [];
  let size = 0;
  for (const row of rows) {
    const own = sizeOf(row);
    if (part.length >= rowsMax || (part.length > 0 && size + own > charactersMax)) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(row);
    size += own;
  }
  if (part.length > 0) yield part;
}
