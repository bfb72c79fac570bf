/**
 * Rows for people and for programs. CSV and JSON hold SAP's internal form, as it was read; the table shows dates as YYYY-MM-DD, numbers to
 * the right, and an empty number as a dash. CSV is streamed; a table is laid out in one piece, so it is for limited reads.
 */
import type { DictionaryField, TableRow } from "../../sap/index.ts";
import { type Column, type Paint, renderTable } from "../report/text-table.ts";

export type RowOutput = { header(): string[]; rows(rows: readonly TableRow[]): string[]; end(): string[] };

const isNumber = ({ abapType }: DictionaryField) => ["P", "b", "s", "I", "8"].includes(abapType);

function csvCell(value: string | null): string {
  const text = value ?? "";
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvOutput(fields: readonly DictionaryField[]): RowOutput {
  return {
    header: () => [fields.map(({ name }) => csvCell(name)).join(",")],
    rows: (rows) => rows.map((row) => fields.map(({ name }) => csvCell(row[name] ?? null)).join(",")),
    end: () => [],
  };
}

/** One object a line, so that a large table streams. */
export function jsonOutput(fields: readonly DictionaryField[]): RowOutput {
  return {
    header: () => [],
    rows: (rows) => rows.map((row) => JSON.stringify(Object.fromEntries(fields.map(({ name }) => [name, row[name] ?? null])))),
    end: () => [],
  };
}

export function tableOutput(fields: readonly DictionaryField[], paint: Paint): RowOutput {
  const kept: string[][] = [];
  const columns = fields.map((field): Column => ({ title: field.name, align: isNumber(field) ? "right" : "left" }));
  return {
    header: () => [],
    rows(rows) {
      for (const row of rows) kept.push(fields.map((field) => shown(field, row[field.name] ?? null)));
      return [];
    },
    end: () => renderTable(columns, kept, paint).map((line) => line.replace(/^ {2}/, "")),
  };
}

function shown({ abapType }: DictionaryField, value: string | null): string {
  if (value === null) return "-";
  if (abapType === "D")
    return /^[0-9]{8}$/.test(value) && value !== "00000000" ? `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}` : "";
  // A tab or a line end in a text would break the table; CSV and JSON keep it.
  return value.replaceAll(/\p{Cc}/gu, "·");
}
