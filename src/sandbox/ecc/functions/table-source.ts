/**
 * What every generic reader of the system does alike: the dictionary and the authority before any row, the dynamic WHERE, the order that
 * nobody promised, and the counters. What differs (widths, layouts, the tables that come back) is in the modules.
 */
import { AbapException, ShortDump } from "../abap-errors.ts";
import { isNumeric } from "../cell.ts";
import { definitionOf, type Field, type TableDefinition } from "../dictionary/index.ts";
import { compileWhere } from "../options/compile.ts";
import { keyRanges } from "../options/key-ranges.ts";
import { parseWhere } from "../options/parse.ts";
import { joinOptionLines, withoutTrailingBlanks } from "../options/tokenize.ts";
import { profiles } from "../profile.ts";
import { shuffleFirst } from "../shuffle.ts";
import { countRead } from "../stats.ts";
import type { Column } from "../store/column.ts";
import type { Table } from "../store/table.ts";
import type { EccWorld } from "../world-state.ts";
import type { CallContext, Row } from "./interface.ts";

/** Steps 1 and 2 of sap-rfc 1.2: authority first, so that a table one may not see and a table that is not there differ. */
export function describedTable(name: string, context: CallContext): TableDefinition {
  const definition = definitionOf(name);
  if (definition === undefined) throw new AbapException("TABLE_NOT_AVAILABLE");
  const { tables } = context.user;
  if (!tables.includes("*") && !tables.includes(name)) throw new AbapException("NOT_AUTHORIZED");
  if (definition.kind === "INTTAB") throw new AbapException("TABLE_WITHOUT_DATA");
  return definition;
}

export function fieldNames(rows: readonly Row[]): string[] {
  return rows.map((row) => withoutTrailingBlanks(row.FIELDNAME ?? ""));
}

/** No names: all columns, the client's included. */
export function requestedFields(definition: TableDefinition, names: readonly string[], unknown: string): readonly Field[] {
  if (names.length === 0) return definition.fields;
  return names.map((name) => {
    const field = definition.fields.find((known) => known.name === name);
    if (field === undefined) throw new AbapException(unknown);
    return field;
  });
}

/** Step 6: the whole row type is cast, whatever the projection (sap-rfc 1.3). BBPB's copy mends the float's alignment (1.11). */
export function refuseUnreadableRow(definition: TableDefinition, program: string, canAlign: boolean): void {
  for (const field of definition.fields) {
    if (field.dataType === "STRG" || field.dataType === "RSTR")
      throw new ShortDump(
        "ASSIGN_CASTING_ILLEGAL_CAST",
        `ASSIGN ... CASTING in program "${program}": ${definition.name} has strings.`,
      );
    if (field.dataType === "FLTP" && !canAlign)
      throw new ShortDump(
        "ASSIGN_BASE_WRONG_ALIGNMENT",
        `Wrong alignment of a field in program "${program}": ${definition.name}.`,
      );
  }
}

export function databaseTable(definition: TableDefinition, world: EccWorld): Table {
  const table = world.tables.get(definition.name);
  if (table === undefined) throw new ShortDump("DBIF_RSQL_SQL_ERROR", `${definition.name} is not in the database.`);
  return table;
}

export type Selection = { rows: number[]; rowsScanned: number };

/** A clause that cannot be parsed dumps, or is an exception on the releases that catch it (sap-rfc 1.3). */
export function select(table: Table, options: readonly Row[], world: EccWorld, exception = "OPTION_NOT_VALID"): Selection {
  try {
    return selectRows(table, options);
  } catch (error) {
    const isCaught = profiles[world.switches.profile].badWhere === "exception" || exception !== "OPTION_NOT_VALID";
    // A literal that is too long or no date stays a dump on every release (1.3).
    if (error instanceof ShortDump && isCaught && error.id !== "SAPSQL_DATA_LOSS")
      throw new AbapException(exception, error.message, { id: "SAIS", number: "000" });
    throw error;
  }
}

function selectRows(table: Table, options: readonly Row[]): Selection {
  const condition = parseWhere(joinOptionLines(options.map((row) => row.TEXT ?? "")));
  if (condition === undefined) {
    const rows = table.rows();
    return { rows, rowsScanned: rows.length };
  }
  const test = compileWhere(condition, table);
  const candidates = table.rows(keyRanges(condition, table));
  return { rows: candidates.filter(test), rowsScanned: candidates.length };
}

export type Portion = { skip: number; take: number; isSorted: boolean };

/** The rows that go out, counted. Sorted is the primary key's order; anything else is an order of this call alone. */
export function portion(table: Table, selection: Selection, asked: Portion, world: EccWorld): number[] {
  const { rows } = selection;
  if (asked.isSorted) table.sortByKey(rows);
  else if (world.switches.rowOrder === "shuffled") shuffleFirst(rows, asked.take, world.random);
  const sent = rows.slice(asked.skip, asked.take);
  countRead(world.stats, table.definition.name, {
    rowsScanned: selection.rowsScanned,
    rowsSent: sent.length,
    rowsSkipped: Math.min(asked.skip, rows.length),
  });
  return sent;
}

export type CellOf = (row: number) => string;

/** Cells at LENG (sap-rfc 1.5). */
export function cellsOf(table: Table, fields: readonly Field[], world: EccWorld): CellOf[] {
  return fields.map((field) => {
    const column = table.column(field.name);
    if (column === undefined) throw new ShortDump("SAPSQL_INVALID_FIELDNAME", field.name);
    return cellReader(column, table.definition.name, world);
  });
}

function cellReader(column: Column, table: string, world: EccWorld): CellOf {
  const isBlankWhenInitial = isNumeric(column.field) && world.switches.blankNumerics.includes(`${table}-${column.field.name}`);
  if (!isBlankWhenInitial) return (row) => column.cellAt(row);
  return (row) => (column.codeAt(row) === 0 ? " ".repeat(column.field.length) : column.cellAt(row));
}

export function joinCells(cells: readonly CellOf[], row: number, delimiter: string): string {
  let text = "";
  for (let index = 0; index < cells.length; index += 1) {
    if (index > 0) text += delimiter;
    text += cells[index]?.(row) ?? "";
  }
  return text;
}

/** sap-rfc 2.2.2: trailing blanks of WA may be gone. */
export function lineText(text: string, width: number, world: EccWorld): string {
  return world.switches.trimTrailingBlanks ? withoutTrailingBlanks(text) : text.padEnd(width);
}

/** Step 4: OFFSET is a running cursor, LENGTH the dictionary's LENG, both six digits. */
export function layoutOf(fields: readonly Field[], delimiter: string): { rows: Row[]; width: number } {
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
