/**
 * Reads one CSV extract into raw rows by its profile and the dictionary. Columns that the dictionary does not know are dropped by
 * name; an equal row that comes twice counts once; two rows of one key that differ are refused. Nothing is repaired silently: the
 * report says what was skipped, dropped or lost.
 */
import { parse } from "csv-parse/sync";
import { type Field, fieldsOf } from "../ecc/index.ts";
import type { EccRow } from "../world.ts";
import { LossyCell, readCell } from "./cell.ts";
import type { FileProfile } from "./profiles.ts";
import { CellRefused, ExtractRefused } from "./refused.ts";

export type ExtractReport = {
  table: string;
  file: string;
  rowsRead: number;
  rowsKept: number;
  continuationRows: number;
  duplicateRows: number;
  /** Rows of a client that the loaded world is not. */
  otherClientRows: number;
  /** Values dropped because their digits are lost, by column. */
  lossyValues: Readonly<Record<string, number>>;
  /** Columns that the dictionary does not know. */
  droppedColumns: readonly string[];
};

export type Extract = { rows: readonly EccRow[]; report: ExtractReport };

type Source = { header: readonly string[]; records: readonly { line: number; cells: readonly string[] }[] };

const byteOrderMark = "\uFEFF";

function readSource(text: string, file: string, profile: FileProfile): Source {
  const hasMark = text.startsWith(byteOrderMark);
  if (hasMark !== profile.hasByteOrderMark) {
    const seen = hasMark ? "begins with a byte order mark, which its profile does not expect" : "lacks its byte order mark";
    throw new ExtractRefused(`${file}:1: ${seen}; take the file as it was exported, or correct the profile`);
  }
  try {
    const parsed = parse(text, { bom: true, info: true }) as unknown as { info: { lines: number }; record: string[] }[];
    const [first, ...rest] = parsed;
    if (first === undefined) throw new ExtractRefused(`${file}:1: is empty; it must begin with a line of column names`);
    return { header: first.record, records: rest.map(({ info, record }) => ({ line: info.lines, cells: record })) };
  } catch (error) {
    if (error instanceof ExtractRefused) throw error;
    throw new ExtractRefused(`${file}: is not a well-formed CSV file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Column = { at: number; field: Field };

/** The field that a header cell means; undefined for a label that stands for none of the dictionary's. */
function fieldName(written: string, profile: FileProfile, counts: Map<string, number>): string | undefined {
  if (profile.labels === undefined) return profile.hasLowerCaseHeader === true ? written.toUpperCase() : written;
  const occurrence = (counts.get(written) ?? 0) + 1;
  counts.set(written, occurrence);
  return profile.labels.get(`${written}#${occurrence}`);
}

function planColumns(source: Source, file: string, profile: FileProfile): { columns: Column[]; dropped: string[] } {
  const fields = fieldsOf(profile.table);
  if (fields === undefined) throw new ExtractRefused(`${file}: the dictionary has no table ${profile.table}`);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const columns: Column[] = [];
  const dropped: string[] = [];
  const seen = new Set<string>();
  const labelCounts = new Map<string, number>();
  source.header.forEach((written, at) => {
    if (at === 0 && written === "" && profile.hasIndexColumn) return;
    const name = fieldName(written, profile, labelCounts);
    if (name === undefined) {
      dropped.push(written);
      return;
    }
    if (name === "" || seen.has(name)) {
      throw new ExtractRefused(
        `${file}:1: column ${at + 1}, value "${name}": a name is missing or comes twice; use technical names`,
      );
    }
    seen.add(name);
    const field = byName.get(name);
    if (field === undefined) dropped.push(name);
    else columns.push({ at, field });
  });
  const lost = [...(profile.labels ?? [])].filter(([, name]) => !seen.has(name)).map(([label]) => label);
  if (lost.length > 0)
    throw new ExtractRefused(`${file}:1: lacks the label ${lost.join(", ")}; export all columns, or correct the profile`);
  const isNeeded = (field: Field) => field.isKey && (field.dataType !== "CLNT" || profile.labels === undefined);
  const absent = fields.filter((field) => isNeeded(field) && !seen.has(field.name)).map((field) => field.name);
  if (absent.length > 0)
    throw new ExtractRefused(`${file}:1: lacks the key column ${absent.join(", ")}; export the table with its keys`);
  return { columns, dropped };
}

type Counters = { lossy: Record<string, number> };

function readRow(
  columns: readonly Column[],
  cells: readonly string[],
  at: string,
  profile: FileProfile,
  counters: Counters,
): EccRow {
  const row: Record<string, string> = {};
  for (const { at: index, field } of columns) {
    const raw = cells[index] ?? "";
    if (raw === "") continue;
    if (profile.lossy[field.name]?.test(raw) === true) {
      counters.lossy[field.name] = (counters.lossy[field.name] ?? 0) + 1;
      continue;
    }
    try {
      const hasComma = profile.commaColumns?.includes(field.name) === true;
      const value = readCell(field, raw, hasComma ? { ...profile.style, decimalMark: "," } : profile.style);
      if (value !== "") row[field.name] = value;
    } catch (error) {
      if (!(error instanceof CellRefused || error instanceof LossyCell)) throw error;
      throw new ExtractRefused(`${at}: column ${field.name}, value "${raw}": ${error.message}`);
    }
  }
  return row;
}

export function readExtract(text: string, file: string, profile: FileProfile, worldClient: string): Extract {
  const client = profile.client ?? worldClient;
  const hasClient = profile.labels === undefined;
  const source = readSource(text, file, profile);
  const { columns, dropped } = planColumns(source, file, profile);
  const keys = columns.filter(({ field }) => field.isKey);
  const counters: Counters = { lossy: {} };
  const rows = new Map<string, { text: string; row: EccRow }>();
  let continuationRows = 0;
  let duplicateRows = 0;
  let otherClientRows = 0;
  for (const { line, cells } of source.records) {
    const at = `${file}:${line}`;
    if (keys.every((key) => (cells[key.at] ?? "").trim() === "") && profile.hasContinuationRows) {
      continuationRows += 1;
      continue;
    }
    const { MANDT = hasClient ? "" : client, ...row } = readRow(columns, cells, at, profile, counters);
    if (MANDT !== client && profile.hasOtherClients === true) {
      otherClientRows += 1;
      continue;
    }
    if (MANDT !== client)
      throw new ExtractRefused(`${at}: column MANDT, value "${MANDT ?? ""}": the extract must be of client ${client}`);
    const keyText = keys.map(({ field }) => row[field.name] ?? "").join(" ");
    const known = rows.get(keyText);
    const rowText = JSON.stringify(row);
    if (known === undefined) rows.set(keyText, { text: rowText, row });
    else if (known.text === rowText) duplicateRows += 1;
    else
      throw new ExtractRefused(`${at}: key ${keyText.trim()}: an earlier row of the same key has other values; keep one of them`);
  }
  const report: ExtractReport = {
    table: profile.table,
    file,
    rowsRead: source.records.length,
    rowsKept: rows.size,
    continuationRows,
    duplicateRows,
    otherClientRows,
    lossyValues: counters.lossy,
    droppedColumns: dropped,
  };
  return { rows: [...rows.values()].map(({ row }) => row), report };
}
