/**
 * Reads the file of journals for `ml-connector ledger`. Every complaint names the line, column and value, and nothing of a file is used unless all of
 * it can be. Unknown and missing columns are refused: a misspelt `tax_code` would be a posting without one.
 */
import { CsvError, parse } from "csv-parse/sync";
import {
  Fault,
  gatherJournals,
  type JournalCells,
  type JournalColumn,
  journalColumns,
  journalColumnsNeeded,
  type PlacedJournal,
  type PlacedRow,
  readJournalRow,
  type SapClient,
} from "../../core/index.ts";
import { nearestOf } from "../config/index.ts";

type Row = { line: number; cells: readonly string[] };
type Complaint = { at: number; detail: string };

const invalid = (file: string, line: number | string, detail: string) =>
  new Fault("ledger.csv-invalid", { place: `${file}:${line}`, detail });

function readRows(file: string, text: string): Row[] {
  try {
    const options = { info: true, bom: true, relax_column_count: true, skip_empty_lines: true };
    // csv-parse's types do not know what `info` makes of a record.
    const found = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    // `lines` counts to the record's last line; its first is earlier by the line breaks inside it.
    return found.map(({ record, info }) => ({
      line: info.lines - record.reduce((breaks, cell) => breaks + cell.split("\n").length - 1, 0),
      cells: record,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(file, String(error.lines), `is no CSV (${error.message})`);
  }
}

function isColumn(name: string): name is JournalColumn {
  return journalColumns.some((column) => column === name);
}

function readHeader(file: string, row: Row | undefined): readonly JournalColumn[] {
  if (!row) throw invalid(file, 1, `has no header; its columns are ${journalColumns.join(",")}`);
  const names = row.cells.map((cell) => cell.trim().toLowerCase());
  const columns = names.filter(isColumn);
  const unknown = names.find((name) => !isColumn(name));
  if (unknown !== undefined)
    throw invalid(file, row.line, `column "${unknown}" is not known; the nearest is "${nearestOf(unknown, journalColumns)}"`);
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice) throw invalid(file, row.line, `column "${twice}" is there twice`);
  const missing = journalColumnsNeeded.find((column) => !columns.includes(column));
  if (missing) throw invalid(file, row.line, `column "${missing}" is missing`);
  return columns;
}

const linesShownMax = 5;

/** The first complaint in full; the others by line. */
function refuse(file: string, complaints: readonly Complaint[]): never {
  const [first, ...others] = complaints;
  if (!first) throw new Error("Assertion failed: no complaint to tell");
  const shown = others.slice(0, linesShownMax).map(({ at }) => at);
  const more = others.length === 0 ? "" : ` (${others.length} more, lines ${shown.join(", ")})`;
  throw invalid(file, first.at, `${first.detail}${more}`);
}

function readPlacedRows(columns: readonly JournalColumn[], rows: readonly Row[], complaints: Complaint[]): PlacedRow[] {
  return rows.flatMap(({ line, cells }) => {
    if (cells.length !== columns.length) {
      complaints.push({ at: line, detail: `has ${cells.length} cells where the header has ${columns.length}` });
      return [];
    }
    const named: JournalCells = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
    const row = readJournalRow(named);
    if (row.ok) return [{ ...row.value, at: line }];
    const detail = row.error.map(({ column, value, detail: why }) => `${column} "${value.slice(0, 60)}" ${why}`).join("; ");
    complaints.push({ at: line, detail });
    return [];
  });
}

export function readJournals(client: SapClient, file: string, text: string): readonly PlacedJournal[] {
  const [header, ...rows] = readRows(file, text);
  const columns = readHeader(file, header);
  const complaints: Complaint[] = [];
  const placed = readPlacedRows(columns, rows, complaints);
  if (complaints.length > 0) refuse(file, complaints);
  if (placed.length === 0) throw invalid(file, header?.line ?? 1, "has no journal");
  const gathered = gatherJournals(client, placed);
  return gathered.ok ? gathered.value : refuse(file, gathered.error);
}
