/**
 * RFC_READ_TABLE as the classic module does it, step by step (sap-rfc 1.2 [S]). Rows come in a different order at every call, the
 * layout is checked before any row is read, and a STRING or float column kills the call even when nobody asked for it.
 */
import { AbapException, ShortDump } from "../abap-errors.ts";
import { isNumeric } from "../cell.ts";
import { definitionOf, type Field, type TableDefinition } from "../dictionary/index.ts";
import { compileWhere } from "../options/compile.ts";
import { keyRanges } from "../options/key-ranges.ts";
import { parseWhere } from "../options/parse.ts";
import { joinOptionLines, optionLineLength, withoutTrailingBlanks } from "../options/tokenize.ts";
import { shuffleFirst } from "../shuffle.ts";
import { countRead } from "../stats.ts";
import type { Column } from "../store/column.ts";
import type { Table } from "../store/table.ts";
import type { EccWorld } from "../world-state.ts";
import {
  type CallContext,
  type CallInput,
  type CallOutput,
  char,
  type FunctionModule,
  int4,
  type Row,
  structure,
} from "./interface.ts";

const rowWidthMax = 512;

/** Steps 1 and 2: authority first, so that a table one may not see and a table that is not there differ. */
function describedTable(name: string, context: CallContext): TableDefinition {
  const definition = definitionOf(name);
  if (definition === undefined) throw new AbapException("TABLE_NOT_AVAILABLE");
  const { tables } = context.user;
  if (!tables.includes("*") && !tables.includes(name)) throw new AbapException("NOT_AUTHORIZED");
  if (definition.kind === "INTTAB") throw new AbapException("TABLE_WITHOUT_DATA");
  return definition;
}

function requestedFields(definition: TableDefinition, rows: readonly Row[]): readonly Field[] {
  if (rows.length === 0) return definition.fields;
  return rows.map((row) => {
    const name = withoutTrailingBlanks(row.FIELDNAME ?? "");
    const field = definition.fields.find((known) => known.name === name);
    if (field === undefined) throw new AbapException("FIELD_NOT_VALID");
    return field;
  });
}

/** Step 4: OFFSET is a running cursor, LENGTH the dictionary's LENG, both six digits. */
function layoutOf(fields: readonly Field[], delimiter: string): { rows: Row[]; width: number } {
  let cursor = 0;
  const rows = fields.map((field, index) => {
    if (index > 0) cursor += delimiter.length;
    const offset = cursor;
    cursor += field.length;
    return {
      FIELDNAME: field.name,
      OFFSET: String(offset).padStart(6, "0"),
      LENGTH: String(field.length).padStart(6, "0"),
      TYPE: field.intType,
      FIELDTEXT: field.text,
    };
  });
  return { rows, width: cursor };
}

/** Step 6: the whole row type is cast, whatever the projection (sap-rfc 1.3). */
function refuseUnreadableRow(definition: TableDefinition): void {
  for (const field of definition.fields) {
    if (field.dataType === "STRG" || field.dataType === "RSTR")
      throw new ShortDump(
        "ASSIGN_CASTING_ILLEGAL_CAST",
        `ASSIGN ... CASTING in program "SAPLSDTX": ${definition.name} has strings.`,
      );
    if (field.dataType === "FLTP")
      throw new ShortDump("ASSIGN_BASE_WRONG_ALIGNMENT", `Wrong alignment of a field in program "SAPLSDTX": ${definition.name}.`);
  }
}

type Selection = { rows: number[]; rowsScanned: number };

function select(table: Table, options: readonly Row[], take: number): Selection {
  const condition = parseWhere(joinOptionLines(options.map((row) => row.TEXT ?? "")));
  if (condition === undefined) {
    const rows = table.rows();
    return { rows, rowsScanned: Math.min(take, rows.length) };
  }
  const test = compileWhere(condition, table);
  const candidates = table.rows(keyRanges(condition, table));
  return { rows: candidates.filter(test), rowsScanned: candidates.length };
}

function cellReader(column: Column, table: string, world: EccWorld): (row: number) => string {
  const isBlankWhenInitial = isNumeric(column.field) && world.switches.blankNumerics.includes(`${table}-${column.field.name}`);
  if (!isBlankWhenInitial) return (row) => column.cellAt(row);
  return (row) => (column.codeAt(row) === 0 ? " ".repeat(column.field.length) : column.cellAt(row));
}

function writeRows(table: Table, fields: readonly Field[], rows: readonly number[], delimiter: string, world: EccWorld): Row[] {
  const cells = fields.map((field) => {
    const column = table.column(field.name);
    if (column === undefined) throw new ShortDump("SAPSQL_INVALID_FIELDNAME", field.name);
    return cellReader(column, table.definition.name, world);
  });
  return rows.map((row) => {
    let text = "";
    for (let index = 0; index < cells.length; index += 1) {
      if (index > 0) text += delimiter;
      text += cells[index]?.(row) ?? "";
    }
    return { WA: world.switches.trimTrailingBlanks ? withoutTrailingBlanks(text) : text.padEnd(rowWidthMax) };
  });
}

function readRows(definition: TableDefinition, fields: readonly Field[], delimiter: string, input: CallInput, world: EccWorld) {
  refuseUnreadableRow(definition);
  const table = world.tables.get(definition.name);
  if (table === undefined) throw new ShortDump("DBIF_RSQL_SQL_ERROR", `${definition.name} is not in the database.`);
  const skip = Math.max(0, Number(input.imports.get("ROWSKIPS") ?? 0));
  const count = Number(input.imports.get("ROWCOUNT") ?? 0);
  const take = count > 0 ? skip + count : Number.POSITIVE_INFINITY;
  const selection = select(table, input.tables.get("OPTIONS") ?? [], take);
  if (world.switches.rowOrder === "shuffled") shuffleFirst(selection.rows, take, world.random);
  const sent = selection.rows.slice(skip, take);
  countRead(world.stats, definition.name, {
    rowsScanned: selection.rowsScanned,
    rowsSent: sent.length,
    rowsSkipped: Math.min(skip, selection.rows.length),
  });
  return { data: writeRows(table, fields, sent, delimiter, world), rowsScanned: selection.rowsScanned };
}

function run(input: CallInput, context: CallContext): CallOutput {
  const definition = describedTable(withoutTrailingBlanks(input.imports.get("QUERY_TABLE") ?? ""), context);
  const delimiter = withoutTrailingBlanks((input.imports.get("DELIMITER") ?? "").slice(0, 1));
  const isDescriptionOnly = withoutTrailingBlanks(input.imports.get("NO_DATA") ?? "") !== "";
  const fields = requestedFields(definition, input.tables.get("FIELDS") ?? []);
  const layout = layoutOf(fields, delimiter);
  if (layout.width > rowWidthMax && !isDescriptionOnly) throw new AbapException("DATA_BUFFER_EXCEEDED");
  const read = isDescriptionOnly ? undefined : readRows(definition, fields, delimiter, input, context.world);
  const echo = (input.tables.get("OPTIONS") ?? []).map((row) => ({
    TEXT: withoutTrailingBlanks((row.TEXT ?? "").slice(0, optionLineLength)),
  }));
  return {
    exports: {},
    tables: { DATA: read?.data ?? [], FIELDS: layout.rows, OPTIONS: echo },
    rowsScanned: read?.rowsScanned ?? 0,
  };
}

export const readTable: FunctionModule = {
  name: "RFC_READ_TABLE",
  text: "External access to R/3 tables via RFC",
  parameters: [
    {
      direction: "import",
      name: "DELIMITER",
      type: char(1, "SONV-FLAG"),
      default: "",
      text: "Sign for indicating field limits in DATA",
    },
    { direction: "import", name: "NO_DATA", type: char(1, "SONV-FLAG"), default: "", text: "If <> SPACE, only FIELDS is filled" },
    { direction: "import", name: "QUERY_TABLE", type: char(30, "DD02L-TABNAME"), text: "Table read" },
    { direction: "import", name: "ROWCOUNT", type: int4("SOID-ACCNT"), default: "0", text: "" },
    { direction: "import", name: "ROWSKIPS", type: int4("SOID-ACCNT"), default: "0", text: "" },
    { direction: "table", name: "DATA", type: structure("TAB512"), text: "Data read (out)" },
    { direction: "table", name: "FIELDS", type: structure("RFC_DB_FLD"), text: "Names (in) and structure (out) of fields read" },
    { direction: "table", name: "OPTIONS", type: structure("RFC_DB_OPT"), text: 'Selection entries, "WHERE clauses" (in)' },
  ],
  exceptions: [
    "TABLE_NOT_AVAILABLE",
    "TABLE_WITHOUT_DATA",
    "OPTION_NOT_VALID",
    "FIELD_NOT_VALID",
    "NOT_AUTHORIZED",
    "DATA_BUFFER_EXCEEDED",
  ],
  run,
};
