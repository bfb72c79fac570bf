/**
 * Reads the file of journals for `ml-connector ledger`. Every complaint names the line, column and value, and nothing of a file is used unless all of
 * it can be. Unknown and missing columns are refused: a misspelt `tax_code` would be a posting without one.
 */
import {
  Fault,
  gatherJournals,
  type JournalColumn,
  journalColumns,
  journalColumnsNeeded,
  type PlacedJournal,
  type PlacedRow,
  readJournalRow,
  type SapClient,
} from "../../core/index.ts";
import { type CsvRow, readCsvTable } from "../config/index.ts";

type Complaint = { at: number; detail: string };

const invalid = (place: string, detail: string) => new Fault("ledger.csv-invalid", { place, detail });

const linesShownMax = 5;

/** The first complaint in full; the others by line. */
function refuse(file: string, complaints: readonly Complaint[]): never {
  const [first, ...others] = complaints;
  if (!first) throw new Error("Assertion failed: no complaint to tell");
  const shown = others.slice(0, linesShownMax).map(({ at }) => at);
  const more = others.length === 0 ? "" : ` (${others.length} more, lines ${shown.join(", ")})`;
  throw invalid(`${file}:${first.at}`, `${first.detail}${more}`);
}

function readPlacedRows(rows: readonly CsvRow<JournalColumn>[], complaints: Complaint[]): PlacedRow[] {
  return rows.flatMap(({ line, cells }) => {
    const row = readJournalRow(cells);
    if (row.ok) return [{ ...row.value, at: line }];
    const detail = row.error.map(({ column, value, detail: why }) => `${column} "${value.slice(0, 60)}" ${why}`).join("; ");
    complaints.push({ at: line, detail });
    return [];
  });
}

export function readJournals(client: SapClient, file: string, text: string): readonly PlacedJournal[] {
  const table = readCsvTable(file, text, { columns: journalColumns, needed: journalColumnsNeeded, invalid });
  const complaints: Complaint[] = table.complaints.map(({ line, detail }) => ({ at: line, detail }));
  const placed = readPlacedRows(table.rows, complaints);
  if (complaints.length > 0)
    refuse(
      file,
      complaints.sort((left, right) => left.at - right.at),
    );
  if (placed.length === 0) throw invalid(`${file}:${table.headerLine}`, "has no journal");
  const gathered = gatherJournals(client, placed);
  return gathered.ok ? gathered.value : refuse(file, gathered.error);
}
