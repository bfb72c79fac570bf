// Reads the CSV dumps of the teaching company as an auditor would: by its own parser, so that a mistake of the loader under
// test cannot hide here. It guarantees that a column which is missing, a number or date of an unknown form, or a lossy value
// ends in an error that names file, line, column and value. It does not know SAP's dictionary: callers say what a column is.
// The data lies outside the repository and may be absent; `extractFolder` then answers undefined and the suites skip.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const sapFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../../../shared/data/sap");

/** One line of a dump. `get` answers the cell as printed, without surrounding blanks. */
export type Row = { readonly place: string; readonly columns: readonly string[]; get(column: string): string };

/** The folder of an extract, or undefined where the data is not there. */
export function extractFolder(name: string): string | undefined {
  const folder = join(sapFolder, name);
  return existsSync(folder) ? folder : undefined;
}

export function readRows(folder: string, table: string): readonly Row[] {
  const file = join(folder, `${table}.csv`);
  return parseRows(readFileSync(file, "utf8"), `${basename(folder)}/${basename(file)}`);
}

/** `name` is how errors call the text. */
export function parseRows(text: string, name: string): readonly Row[] {
  const [header, ...records] = splitRecords(text);
  if (header === undefined) throw new Error(`${name}: there is nothing in it; fetch the file again`);
  const columns = header.cells.map((cell, index) => (index === 0 ? cell.replace(/^\uFEFF/, "") : cell).trim());
  const position = new Map(columns.map((column, index) => [column, index]));
  return records.map(({ cells, line }) => {
    const place = `${name}:${line}`;
    if (cells.length !== columns.length) {
      throw new Error(`${place}: ${cells.length} cells under ${columns.length} columns; the file is cut or badly quoted`);
    }
    const get = (column: string): string => {
      const index = position.get(column);
      if (index === undefined) throw new Error(`${place}: there is no column ${column}`);
      return (cells[index] ?? "").trim();
    };
    return { place, columns, get };
  });
}

type RawRecord = { readonly cells: readonly string[]; readonly line: number };

/** RFC 4180: quotes double inside quotes, and a quoted cell may hold commas and line ends. */
export function splitRecords(text: string): RawRecord[] {
  const records: RawRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let startedAt = 1;
  let at = 0;
  const endRecord = () => {
    if (cells.length > 1 || cells[0] !== "") records.push({ cells, line: startedAt });
    cells = [];
  };
  while (at < text.length) {
    const cell = readCell(text, at);
    cells.push(cell.value);
    line += cell.lineEnds;
    const next = text[cell.end];
    at = cell.end + 1;
    if (next === ",") {
      // A comma as the very last character still opens one more, empty, cell.
      if (at === text.length) cells.push("");
      continue;
    }
    if (next === "\r" && text[at] === "\n") at += 1;
    if (next !== undefined && next !== "\r" && next !== "\n") throw new Error(`line ${line}: text after a closing quote`);
    line += 1;
    endRecord();
    startedAt = line;
  }
  if (cells.length > 0) endRecord();
  return records;
}

function readCell(text: string, start: number): { value: string; end: number; lineEnds: number } {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && !",\r\n".includes(text[end] ?? "")) end += 1;
    return { value: text.slice(start, end), end, lineEnds: 0 };
  }
  let value = "";
  let at = start + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close < 0) throw new Error(`a quote opened at character ${start} is never closed`);
    value += text.slice(at, close);
    if (text[close + 1] !== '"') return { value, end: close + 1, lineEnds: value.split("\n").length - 1 };
    value += '"';
    at = close + 2;
  }
}

const refuse = (row: Row, column: string, why: string): never => {
  throw new Error(`${row.place}: column ${column} holds "${row.get(column)}": ${why}`);
};

/** An identifier in SAP's stored form (sap-data 1, ALPHA [V]): digits only are padded with zeros, anything else stays; blank stays. */
export function keyOf(row: Row, column: string, length: number): string {
  // sap-data 9 [D]: "1500000001.0" is a number that went through a data frame; the fraction is always zero.
  const value = row.get(column).replace(/^(\d+)\.0$/, "$1");
  if (/^\d(\.\d+)?E[+-]?\d+$/i.test(value)) refuse(row, column, "the digits are lost; this cell cannot be used as a key");
  if (value.length > length) refuse(row, column, `longer than the field's ${length} characters`);
  return /^\d+$/.test(value) ? value.padStart(length, "0") : value.toUpperCase();
}

/** Blank, zero and zeros all mean "none" for the object fields of a line (sap-data 1, NUMC [V]). */
export function isFilled(row: Row, column: string): boolean {
  return !/^[0.]*$/.test(row.get(column));
}

/** A number as an integer of the given number of decimals. Thousands separators must sit where they belong; blank is zero. */
export function scaledOf(row: Row, column: string, decimals: number): bigint {
  const text = row.get(column);
  if (text === "") return 0n;
  return scaleText(text, decimals) ?? refuse(row, column, `not a number of at most ${decimals} decimals`);
}

export function scaleText(text: string, decimals: number): bigint | undefined {
  const match = /^(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  const kept = fraction.slice(0, decimals);
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  const value = BigInt(whole.replaceAll(",", "") + kept.padEnd(decimals, "0"));
  return sign === "-" ? -value : value;
}

/** A date as YYYYMMDD. The dumps print M/D/YY and MM/DD/YYYY, and an initial date as blank or 00/00/0000 (sap-data 9 [D]). */
export function dateOf(row: Row, column: string): string {
  const text = row.get(column);
  if (text === "" || text === "00/00/0000") return "00000000";
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(text);
  if (match === null) return refuse(row, column, "not a date of the form M/D/YY or MM/DD/YYYY");
  const [, month = "", day = "", year = ""] = match;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) refuse(row, column, "no such day");
  return (year.length === 2 ? `20${year}` : year) + month.padStart(2, "0") + day.padStart(2, "0");
}
