/**
 * A CSV file that people keep, as rows of named cells with their lines. Unknown, doubled and missing columns are refused: a misspelt one would be
 * read as empty. A row with more or fewer cells than the header is told as a complaint, so that all bad lines of a file can be named at once.
 */
import { CsvError, parse } from "csv-parse/sync";
import type { Fault } from "../../core/index.ts";
import { nearestOf } from "./nearest.ts";

type Line = { line: number; cells: readonly string[] };

export type CsvRow<Column extends string> = { line: number; cells: Partial<Record<Column, string>> };
export type CsvComplaint = { line: number; detail: string };
export type CsvTable<Column extends string> = {
  headerLine: number;
  rows: readonly CsvRow<Column>[];
  complaints: readonly CsvComplaint[];
};

export type CsvShape<Column extends string> = {
  columns: readonly Column[];
  needed: readonly Column[];
  /** `place` is `file:line`. */
  invalid: (place: string, detail: string) => Fault;
  /** A comma where none is given. */
  delimiter?: string;
};

function parseLines(file: string, text: string, { invalid, delimiter = "," }: CsvShape<string>): Line[] {
  try {
    const options = { delimiter, info: true, bom: true, relax_column_count: true, skip_empty_lines: true };
    // csv-parse's types do not know what `info` makes of a record.
    const found = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    // `lines` counts to the record's last line; its first is earlier by the line breaks inside it.
    return found.map(({ record, info }) => ({
      line: info.lines - record.reduce((breaks, cell) => breaks + cell.split("\n").length - 1, 0),
      cells: record,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(`${file}:${String(error.lines)}`, `is no CSV (${error.message})`);
  }
}

function readHeader<Column extends string>(
  file: string,
  { line, cells }: Line,
  { columns: known, needed, invalid }: CsvShape<Column>,
): readonly Column[] {
  const place = `${file}:${line}`;
  const columns = cells.map((cell) => {
    const name = cell.trim().toLowerCase();
    const column = known.find((each) => each === name);
    if (column === undefined) throw invalid(place, `column "${name}" is not known; the nearest is "${nearestOf(name, known)}"`);
    return column;
  });
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice) throw invalid(place, `column "${twice}" is there twice`);
  const missing = needed.find((column) => !columns.includes(column));
  if (missing) throw invalid(place, `column "${missing}" is missing`);
  return columns;
}

export function readCsvTable<Column extends string>(file: string, text: string, shape: CsvShape<Column>): CsvTable<Column> {
  const [header, ...lines] = parseLines(file, text, shape);
  if (!header) throw shape.invalid(`${file}:1`, `has no header; its columns are ${shape.columns.join(",")}`);
  const columns = readHeader(file, header, shape);
  const rows: CsvRow<Column>[] = [];
  const complaints: CsvComplaint[] = [];
  for (const { line, cells } of lines) {
    const named = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
    if (cells.length === columns.length) rows.push({ line, cells: named as Partial<Record<Column, string>> });
    else complaints.push({ line, detail: `has ${cells.length} cells where the header has ${columns.length}` });
  }
  return { headerLine: header.line, rows, complaints };
}
