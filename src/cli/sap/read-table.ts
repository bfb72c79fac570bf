/** `sap read`: checks what is asked against the dictionary, reads leaf by leaf, and tells at the end what came and what it cost. */
import type { SapDesk } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import {
  buildOptions,
  type DictionaryField,
  errorCodeOf,
  readLeaves,
  type TableDescription,
  type Where,
} from "../../sap/index.ts";
import { UsageError } from "../exit-codes.ts";
import { terminal } from "../terminal.ts";
import { readableFields } from "./described.ts";
import { csvOutput, jsonOutput, type RowOutput, tableOutput } from "./row-output.ts";
import { parseWhere } from "./where-text.ts";

export type ReadAsked = {
  table: string;
  fields?: readonly string[];
  where?: string;
  limit?: number;
  format: "table" | "csv" | "json";
};

/** A leaf's rows; less where a person wants to see a few, for a leaf comes whole. */
const rowsPerLeaf = { most: 5_000, least: 100 };
/** A table on the screen is laid out in one piece. */
const tableRowsMax = 10_000;
const countTimeoutMs = 30_000;

export async function describeTable(desk: SapDesk, table: string): Promise<TableDescription> {
  const described = await desk.dictionary.describe(table);
  if (described.kind === "table") return described.description;
  if (described.key === "NOT_FOUND") throw new UsageError(`SAP knows no table ${table}.`);
  throw new Fault(errorCodeOf(described), { place: table, detail: `${described.key}: ${described.detail}` });
}

function keyFieldsOf({ fields }: TableDescription): DictionaryField[] {
  return fields.filter(({ isKey, dataType }) => isKey && dataType !== "CLNT");
}

function chosen(description: TableDescription, names: readonly string[] | undefined): DictionaryField[] {
  if (names === undefined) return readableFields(description);
  return names.map((name) => {
    const field = description.byName.get(name.toUpperCase());
    if (field === undefined)
      throw new UsageError(
        `${description.table} has no field ${name}. "ml-connector sap describe ${description.table}" lists them.`,
      );
    return field;
  });
}

/** Dates may be written with dashes, NUMC without its zeros. */
function valueFor(description: TableDescription) {
  return (name: string, value: string): string | undefined => {
    const field = description.byName.get(name);
    if (field === undefined) return undefined;
    if (field.abapType === "D") return value.replaceAll("-", "");
    return field.abapType === "N" && /^[0-9]+$/.test(value) ? value.padStart(field.length, "0") : value;
  };
}

/** The filter as the readers take it; a value that SAP would dump on is the caller's mistake, and told before SAP is asked. */
function filterOf(description: TableDescription, text: string | undefined): Where | undefined {
  if (text === undefined) return undefined;
  const where = parseWhere(text, valueFor(description));
  const clause = buildOptions(where, description);
  if (clause.kind === "refused") throw new UsageError(`The filter cannot be asked of SAP. ${clause.detail}`);
  return where;
}

function outputOf(format: ReadAsked["format"], fields: readonly DictionaryField[]): RowOutput {
  if (format === "csv") return csvOutput(fields);
  return format === "json" ? jsonOutput(fields) : tableOutput(fields, terminal.paint);
}

export async function readTable(desk: SapDesk, asked: ReadAsked): Promise<void> {
  const description = await describeTable(desk, asked.table);
  const fields = chosen(description, asked.fields);
  const where = filterOf(description, asked.where);
  const keyFields = keyFieldsOf(description).map(({ name }) => name);
  if (asked.limit === undefined) await sayHowMany(desk, asked.table, where);
  const output = outputOf(asked.format, fields);
  terminal.printAll(output.header());
  const counted = { rows: 0, rejected: 0, doubtful: 0 };
  const rowsMax = asked.limit ?? (asked.format === "table" ? tableRowsMax : Number.POSITIVE_INFINITY);
  const leaves = readLeaves(desk.reader, {
    table: asked.table,
    fields: fields.map(({ name }) => name),
    keyFields,
    where,
    rowsPerLeaf: Math.max(rowsPerLeaf.least, Math.min(rowsPerLeaf.most, rowsMax)),
  });
  for await (const leaf of leaves) {
    const left = rowsMax - counted.rows;
    terminal.printAll(output.rows(leaf.rows.length > left ? leaf.rows.slice(0, left) : leaf.rows));
    counted.rows += Math.min(left, leaf.rows.length);
    counted.rejected += leaf.rejected.length;
    counted.doubtful += leaf.doubtful.length;
    for (const { rejected, field, code } of leaf.rejected.slice(0, 20))
      terminal.note(`refused: ${Object.values(rejected).join("/")} ${field} ${code}`);
    terminal.progress(`${counted.rows} rows`);
    // A slow reader holds SAP back, not rows in memory.
    await terminal.drained();
    if (counted.rows >= rowsMax) break;
  }
  terminal.progress("");
  terminal.printAll(output.end());
  tellEnd(desk, asked, counted, rowsMax);
}

/** The customer's reader counts with the filter; otherwise the whole table's number is better than none. */
async function sayHowMany(desk: SapDesk, table: string, where: Where | undefined): Promise<void> {
  const counted = await desk.reader.count?.({ table, ...(where ? { where } : {}) });
  if (counted?.kind === "count") {
    terminal.note(where ? `${counted.count} rows of ${table} meet the filter` : `${table} has ${counted.count} rows`);
    return;
  }
  const outcome = await desk.client.call({
    function: "EM_GET_NUMBER_OF_ENTRIES",
    parameters: { IT_TABLES: [{ TABNAME: table }] },
    tables: ["IT_TABLES"],
    timeoutMs: countTimeoutMs,
  });
  const rows = outcome.kind === "answer" ? outcome.values.IT_TABLES : undefined;
  const count = Array.isArray(rows) ? (rows[0] as Readonly<Record<string, string>> | undefined)?.TABROWS?.trim() : undefined;
  // Not allowed or not there: then nobody knows beforehand, and the read goes on.
  if (count !== undefined && count !== "") terminal.note(`${table} has ${count} rows${where ? ", before the filter" : ""}`);
}

function tellEnd(
  desk: SapDesk,
  asked: ReadAsked,
  counted: { rows: number; rejected: number; doubtful: number },
  rowsMax: number,
): void {
  const { calls, rows, milliseconds } = desk.receipt();
  const choice = desk.reader.choices?.().find(({ table }) => table === asked.table);
  const more = counted.rows >= rowsMax ? ", there may be more" : "";
  const lost = counted.rejected === 0 ? "" : `; ${counted.rejected} refused, their numbers lost digits on the way`;
  const odd = counted.doubtful === 0 ? "" : `; ${counted.doubtful} dates or times that do not exist`;
  terminal.note(`${counted.rows} rows${more}${lost}${odd}`);
  terminal.note(
    `read with ${choice?.reader ?? "no reader"}: ${calls} calls, ${rows} rows over the wire, ${Math.round(milliseconds / 100) / 10} s of SAP's time`,
  );
}
