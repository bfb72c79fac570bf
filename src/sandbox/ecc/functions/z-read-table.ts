/**
 * The customer's own reader Z_MLC_READ_TABLE, as docs/sap describes it: allow-list, order of the primary key, a cursor that is the last row's key,
 * count, cells wide enough for point and sign. A field without allowance is refused before the dictionary says whether it exists.
 */
import { AbapException } from "../abap-errors.ts";
import { definitionOf, type Field, type TableDefinition } from "../dictionary/index.ts";
import { withoutTrailingBlanks } from "../options/tokenize.ts";
import type { Table } from "../store/table.ts";
import {
  type CallContext,
  type CallInput,
  type CallOutput,
  char,
  type FunctionModule,
  int4,
  string,
  structure,
  tableOf,
} from "./interface.ts";
import { databaseTable, fieldNames, lineText, portion, select } from "./table-source.ts";

const version = "1";
const rowsMaxOfServer = 50_000;
const keywords = new Set("AND OR NOT IN BETWEEN LIKE ESCAPE IS NULL EQ NE LT LE GT GE ( ) , = <> < <= > >=".split(" "));

function allowedFields(table: string, context: CallContext): readonly string[] {
  const { zAllow } = context.world.switches;
  const fields = zAllow === "all" ? ["*"] : zAllow[table];
  if (fields === undefined) throw new AbapException("TABLE_NOT_ALLOWED", `${table} is not in ZMLC_ALLOW`);
  return fields;
}

/** Names of a clause: words outside the quotes that are no operators. */
function filteredNames(lines: readonly string[]): string[] {
  return lines
    .join("")
    .replace(/'(?:[^']|'')*'/g, " ")
    .split(" ")
    .filter((word) => word !== "" && !keywords.has(word.toUpperCase()))
    .map((word) => word.toUpperCase());
}

function checkAllowed(table: string, names: readonly string[], context: CallContext): void {
  const allowed = allowedFields(table, context);
  const wrong = allowed.includes("*") ? undefined : names.find((name) => !allowed.includes(name));
  if (wrong !== undefined) throw new AbapException("FIELD_NOT_ALLOWED", `${table}-${wrong.slice(0, 30)} is not in ZMLC_ALLOW`);
}

function describedTable(name: string, context: CallContext): TableDefinition {
  const definition = definitionOf(name);
  if (definition === undefined || definition.kind === "INTTAB") throw new AbapException("TABLE_NOT_FOUND");
  const { tables } = context.user;
  if (!tables.includes("*") && !tables.includes(name)) throw new AbapException("NOT_AUTHORIZED");
  return definition;
}

function widthOf({ intType, length }: Field): number {
  if (intType === "P") return length + 2;
  if (intType === "X") return length * 2;
  return ["b", "s", "I"].includes(intType) ? length + 1 : length;
}

function fieldOf(definition: TableDefinition, name: string): Field {
  const field = definition.fields.find((known) => known.name === name);
  if (field === undefined || ["F", "g", "y"].includes(field.intType))
    throw new AbapException("FIELD_NOT_VALID", `${definition.name}-${name.slice(0, 30)}`);
  return field;
}

function cellText(field: Field, value: string): string {
  const width = widthOf(field);
  if (!["P", "b", "s", "I"].includes(field.intType)) return value.padEnd(width).slice(0, width);
  const text = value.startsWith("-") ? `${value.slice(1)}-` : `${value} `;
  return text.padStart(width);
}

function layoutOf(fields: readonly Field[]) {
  let offset = 0;
  return fields.map((field) => {
    const from = offset;
    offset += widthOf(field);
    return {
      FIELDNAME: field.name,
      OFFSET: String(from).padStart(6, "0"),
      LENGTH: String(widthOf(field)).padStart(6, "0"),
      INTTYPE: field.intType,
      DECIMALS: String(field.decimals).padStart(6, "0"),
    };
  });
}

/** The key's cells one behind the other; of a row that is gone meanwhile, too: only its place counts. */
function cursorOf(table: Table, row: number): string {
  return withoutTrailingBlanks(table.keyAt(row));
}

function rowsBehind(table: Table, rows: readonly number[], cursor: string): number[] {
  if (cursor === "") return [...rows];
  const width = table.keyFields.reduce((sum, field) => sum + field.length, 0);
  if (cursor.length > width) throw new AbapException("CURSOR_NOT_VALID", "the cursor is longer than the key");
  const padded = cursor.padEnd(width);
  return rows.filter((row) => table.keyAt(row) > padded);
}

function run(input: CallInput, context: CallContext): CallOutput {
  const name = withoutTrailingBlanks(input.imports.get("IV_TABLE") ?? "");
  const mode = withoutTrailingBlanks(input.imports.get("IV_MODE") ?? "");
  const where = input.tables.get("IT_WHERE") ?? [];
  const names = fieldNames(input.tables.get("IT_FIELDS") ?? []);
  checkAllowed(name, [...names, ...filteredNames(where.map((row) => row.TEXT ?? ""))], context);
  const definition = describedTable(name, context);
  if (mode !== "C" && names.length === 0) throw new AbapException("FIELD_NOT_VALID", "IT_FIELDS is empty");
  const fields = names.map((each) => fieldOf(definition, each));
  const echo = { IT_FIELDS: names.map((FIELDNAME) => ({ FIELDNAME })), IT_WHERE: where, ET_LAYOUT: layoutOf(fields) };
  const answer = (values: Partial<Record<"ET_ROWS" | "EV_COUNT" | "EV_CURSOR", unknown>>, rowsScanned: number): CallOutput => ({
    exports: { ET_ROWS: [], EV_COUNT: "0", EV_CURSOR: "", EV_VERSION: version, ...(values as CallOutput["exports"]) },
    tables: echo,
    rowsScanned,
  });
  if (mode === "D") return answer({}, 0);
  const table = databaseTable(definition, context.world);
  const selection = select(table, where, context.world, "WHERE_NOT_VALID");
  if (mode === "C") return answer({ EV_COUNT: String(selection.rows.length) }, selection.rowsScanned);
  return rowsAnswer({ input, context, table, fields, selection, answer });
}

function rowsAnswer({
  input,
  context,
  table,
  fields,
  selection,
  answer,
}: {
  input: CallInput;
  context: CallContext;
  table: Table;
  fields: readonly Field[];
  selection: { rows: number[]; rowsScanned: number };
  answer: (values: Partial<Record<"ET_ROWS" | "EV_COUNT" | "EV_CURSOR", unknown>>, rowsScanned: number) => CallOutput;
}): CallOutput {
  const { world } = context;
  const wanted = Number(input.imports.get("IV_ROWS_MAX") ?? 0);
  const take = wanted > 0 ? Math.min(wanted, rowsMaxOfServer) : rowsMaxOfServer;
  const behind = rowsBehind(table, selection.rows, input.imports.get("IV_CURSOR") ?? "");
  const rows = portion(table, { rows: behind, rowsScanned: selection.rowsScanned }, { skip: 0, take, isSorted: true }, world);
  const columns = fields.map((field) => table.column(field.name));
  const width = fields.reduce((sum, field) => sum + widthOf(field), 0);
  const lines = rows.map((row) => {
    const text = fields.map((field, index) => cellText(field, columns[index]?.valueAt(row) ?? "")).join("");
    return { WA: lineText(text, width, world) };
  });
  const last = rows.at(-1);
  const cursor = last === undefined || behind.length <= rows.length ? "" : cursorOf(table, last);
  return answer({ ET_ROWS: lines, EV_COUNT: String(rows.length), EV_CURSOR: cursor }, selection.rowsScanned);
}

export const zReadTable: FunctionModule = {
  name: "Z_MLC_READ_TABLE",
  text: "ml-connector: read a table that is allowed",
  parameters: [
    { direction: "import", name: "IV_TABLE", type: char(30, "DD02L-TABNAME"), text: "Table" },
    { direction: "import", name: "IV_MODE", type: char(1), default: "", text: "Blank rows, C count, D describe" },
    { direction: "import", name: "IV_ROWS_MAX", type: int4(), default: "0", text: "Rows at most" },
    { direction: "import", name: "IV_CURSOR", type: string(), default: "", text: "Go on behind this row" },
    { direction: "export", name: "ET_ROWS", type: tableOf("ZMLC_ROW"), text: "Rows" },
    { direction: "export", name: "EV_COUNT", type: char(20), text: "Number of rows" },
    { direction: "export", name: "EV_CURSOR", type: string(), text: "Initial: no more rows" },
    { direction: "export", name: "EV_VERSION", type: char(10), text: "Version of this interface" },
    { direction: "table", name: "IT_FIELDS", type: structure("ZMLC_FIELD"), text: "Columns wanted" },
    { direction: "table", name: "IT_WHERE", type: structure("RFC_DB_OPT"), text: "Filter" },
    { direction: "table", name: "ET_LAYOUT", type: structure("ZMLC_LAYOUT"), text: "Where each column stands" },
  ],
  exceptions: [
    "TABLE_NOT_ALLOWED",
    "FIELD_NOT_ALLOWED",
    "TABLE_NOT_FOUND",
    "FIELD_NOT_VALID",
    "WHERE_NOT_VALID",
    "NOT_AUTHORIZED",
    "CURSOR_NOT_VALID",
  ],
  readsTables: true,
  run,
};
