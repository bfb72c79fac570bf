/**
 * RFC_GET_TABLE_ENTRIES (sap-rfc 1.11): whole rows as they lie in memory, cut at 512 characters, no projection, no filter but keys. A
 * packed number is bytes read as text, which nobody can use. An empty table is an exception here.
 */
import { AbapException } from "../abap-errors.ts";
import { definitionOf, type Field } from "../dictionary/index.ts";
import { withoutTrailingBlanks } from "../options/tokenize.ts";
import type { Table } from "../store/table.ts";
import { byteOffsets, internalBytes } from "./dictionary.ts";
import { type CallContext, type CallInput, type CallOutput, char, type FunctionModule, int4, structure } from "./interface.ts";
import { databaseTable, lineText, portion } from "./table-source.ts";

const entryWidth = 512;

/** Characters a byte-wise field takes in a character row: two bytes each, the unreadable ones as #. */
function rawText(field: Field, value: string): string {
  const characters = Math.ceil(internalBytes(field) / 2);
  return ["C", "N", "D", "T"].includes(field.intType) ? value.padEnd(characters) : "#".repeat(characters);
}

function rowText(table: Table, row: number): string {
  const { fields } = table.definition;
  const { offsets } = byteOffsets(fields);
  let text = "";
  fields.forEach((field, index) => {
    text = text.padEnd((offsets[index] ?? 0) / 2) + rawText(field, table.column(field.name)?.valueAt(row) ?? "");
  });
  return text.slice(0, entryWidth);
}

function keyRows(table: Table, input: CallInput): number[] {
  const argument = (name: string) => withoutTrailingBlanks(input.imports.get(name) ?? "");
  const [generic, from, to] = [argument("GEN_KEY"), argument("FROM_KEY"), argument("TO_KEY")];
  return table.rows().filter((row) => {
    const key = table.keyAt(row);
    return key.startsWith(generic) && (from === "" || key >= from) && (to === "" || key.slice(0, to.length) <= to);
  });
}

function run(input: CallInput, context: CallContext): CallOutput {
  const { world, user } = context;
  const name = withoutTrailingBlanks(input.imports.get("TABLE_NAME") ?? "");
  const definition = definitionOf(name);
  if (definition === undefined || definition.kind === "INTTAB") throw new AbapException("TABLE_NOT_FOUND");
  // The module knows no exception of its own for a missing right [K].
  if (!user.tables.includes("*") && !user.tables.includes(name))
    throw new AbapException("INTERNAL_ERROR", "no authority to show");
  const table = databaseTable(definition, world);
  const rows = keyRows(table, input);
  const wanted = Number(input.imports.get("MAX_ENTRIES") ?? 0);
  const take = wanted > 0 ? wanted : Number.POSITIVE_INFINITY;
  const sent = portion(table, { rows, rowsScanned: rows.length }, { skip: 0, take, isSorted: false }, world);
  if (sent.length === 0) throw new AbapException("TABLE_EMPTY");
  return {
    exports: { NUMBER_OF_ENTRIES: String(sent.length) },
    tables: { ENTRIES: sent.map((row) => ({ WA: lineText(rowText(table, row), entryWidth, world) })) },
    rowsScanned: rows.length,
  };
}

export const tableEntries: FunctionModule = {
  name: "RFC_GET_TABLE_ENTRIES",
  text: "Read table entries",
  parameters: [
    { direction: "import", name: "BYPASS_BUFFER", type: char(1), default: "", text: "Read past the table buffer" },
    { direction: "import", name: "FROM_KEY", type: char(255), default: "", text: "From this key" },
    { direction: "import", name: "GEN_KEY", type: char(255), default: "", text: "Beginning of the key" },
    { direction: "import", name: "MAX_ENTRIES", type: int4(), default: "0", text: "Rows at most" },
    { direction: "import", name: "TABLE_NAME", type: char(30, "DD02L-TABNAME"), text: "Table" },
    { direction: "import", name: "TO_KEY", type: char(255), default: "", text: "To this key" },
    { direction: "export", name: "NUMBER_OF_ENTRIES", type: int4(), text: "Number of rows" },
    { direction: "table", name: "ENTRIES", type: structure("TAB512"), text: "Rows" },
  ],
  exceptions: ["INTERNAL_ERROR", "TABLE_EMPTY", "TABLE_NOT_FOUND"],
  readsTables: true,
  run,
};

/** EM_GET_NUMBER_OF_ENTRIES (sap-rfc 1.8 [L]): the whole table's count, 0 for a table that is not there. */
export const numberOfEntries: FunctionModule = {
  name: "EM_GET_NUMBER_OF_ENTRIES",
  text: "Number of entries of tables",
  parameters: [{ direction: "table", name: "IT_TABLES", type: structure("EMTABLES"), text: "Tables (in), counts (out)" }],
  exceptions: [],
  run: (input, { world }) => ({
    exports: {},
    tables: {
      IT_TABLES: (input.tables.get("IT_TABLES") ?? []).map((row) => ({
        TABNAME: row.TABNAME ?? "",
        TABROWS: String(world.tables.get(withoutTrailingBlanks(row.TABNAME ?? ""))?.rowCount ?? 0),
      })),
    },
  }),
};
