/**
 * RFC_READ_TABLE and its sisters with the same interface: the classic module step by step (sap-rfc 1.2 [S]), BBP_RFC_READ_TABLE (1.11: alignment
 * mended, still 512) and the two that answer in TBLOUT tables (`table2`). Rows come in a different order at every call unless the release
 * knows GET_SORTED; the layout is checked before any row is read; a STRING column kills the call even when nobody asked for it.
 */
import { AbapException } from "../abap-errors.ts";
import type { Field, TableDefinition } from "../dictionary/index.ts";
import { optionLineLength, withoutTrailingBlanks } from "../options/tokenize.ts";
import { profiles } from "../profile.ts";
import type { EccWorld } from "../world-state.ts";
import {
  type CallContext,
  type CallInput,
  type CallOutput,
  char,
  type FunctionModule,
  int4,
  type Parameter,
  type Row,
  structure,
  tableOf,
} from "./interface.ts";
import {
  cellsOf,
  databaseTable,
  describedTable,
  fieldNames,
  joinCells,
  layoutOf,
  lineText,
  portion,
  refuseUnreadableRow,
  requestedFields,
  select,
} from "./table-source.ts";

const rowWidthMax = 512;

type Variant = { program: string; canAlign: boolean };

function isSet(input: CallInput, name: string): boolean {
  return withoutTrailingBlanks(input.imports.get(name) ?? "") !== "";
}

/** The row numbers of a call, after the checks that come before any row. */
function rowsAsked(definition: TableDefinition, input: CallInput, world: EccWorld) {
  const table = databaseTable(definition, world);
  const skip = Math.max(0, Number(input.imports.get("ROWSKIPS") ?? 0));
  const count = Number(input.imports.get("ROWCOUNT") ?? 0);
  if (profiles[world.switches.profile].mustSkipsDivide && count > 0 && skip % count !== 0)
    throw new AbapException("OPTION_NOT_VALID", "ROWSKIPS is no multiple of ROWCOUNT");
  const take = count > 0 ? skip + count : Number.POSITIVE_INFINITY;
  const selection = select(table, input.tables.get("OPTIONS") ?? [], world);
  const isUnfiltered = (input.tables.get("OPTIONS") ?? []).length === 0;
  const rowsScanned = isUnfiltered ? Math.min(take, selection.rows.length) : selection.rowsScanned;
  const isSorted = isSet(input, "GET_SORTED");
  return { table, rowsScanned, rows: portion(table, { ...selection, rowsScanned }, { skip, take, isSorted }, world) };
}

/** sap-rfc 1.5: delimiter-joined, trimmed rather than padded; numbers keep their sign behind. */
function etLines(definition: TableDefinition, fields: readonly Field[], delimiter: string, input: CallInput, world: EccWorld) {
  const asked = rowsAsked(definition, input, world);
  const columns = fields.map((field) => asked.table.column(field.name));
  const lines = asked.rows.map((row) => ({
    LINE: fields.map((field, index) => etCell(field, columns[index]?.valueAt(row) ?? "")).join(delimiter),
  }));
  return { lines, rowsScanned: asked.rowsScanned };
}

function etCell(field: Field, value: string): string {
  if (field.intType === "X") return value.toUpperCase();
  if (!["P", "b", "s", "I"].includes(field.intType)) return value.trim();
  return value.startsWith("-") ? `${value.slice(1)}-` : value;
}

function wideText(definition: TableDefinition): { text: string; message?: { id: string; number: string } } {
  return { text: `Type E Number:559 ${definition.name} ${rowWidthMax}`, message: { id: "AD", number: "559" } };
}

function refuseWidth(definition: TableDefinition, world: EccWorld): never {
  if (!profiles[world.switches.profile].isTooWideExplained) throw new AbapException("DATA_BUFFER_EXCEEDED");
  const { text, message } = wideText(definition);
  throw new AbapException("DATA_BUFFER_EXCEEDED", text, message);
}

function echoOf(input: CallInput): Row[] {
  return (input.tables.get("OPTIONS") ?? []).map((row) => ({
    TEXT: withoutTrailingBlanks((row.TEXT ?? "").slice(0, optionLineLength)),
  }));
}

function begin(input: CallInput, context: CallContext) {
  const definition = describedTable(withoutTrailingBlanks(input.imports.get("QUERY_TABLE") ?? ""), context);
  const delimiter = withoutTrailingBlanks((input.imports.get("DELIMITER") ?? "").slice(0, 1));
  const { unknownField } = profiles[context.world.switches.profile];
  const fields = requestedFields(definition, fieldNames(input.tables.get("FIELDS") ?? []), unknownField);
  return { definition, delimiter, fields, layout: layoutOf(fields, delimiter) };
}

function run(variant: Variant, input: CallInput, context: CallContext): CallOutput {
  const { world } = context;
  const { definition, delimiter, fields, layout } = begin(input, context);
  const output = { FIELDS: layout.rows, OPTIONS: echoOf(input) };
  const isEtData = isSet(input, "USE_ET_DATA_4_RETURN");
  if (isSet(input, "NO_DATA")) return { exports: {}, tables: { DATA: [], ...output }, rowsScanned: 0 };
  if (isEtData) {
    // sap-rfc 1.3: strings work through ET_DATA only; the row type is not cast.
    const { lines, rowsScanned } = etLines(definition, fields, delimiter, input, world);
    return { exports: { ET_DATA: lines }, tables: { DATA: [], ...output }, rowsScanned };
  }
  if (layout.width > rowWidthMax) refuseWidth(definition, world);
  refuseUnreadableRow(definition, variant.program, variant.canAlign);
  const asked = rowsAsked(definition, input, world);
  const cells = cellsOf(asked.table, fields, world);
  const data = asked.rows.map((row) => ({ WA: lineText(joinCells(cells, row, delimiter), rowWidthMax, world) }));
  const hasEtData = profiles[world.switches.profile].hasEtData && variant.program === "SAPLSDTX";
  return { exports: hasEtData ? { ET_DATA: [] } : {}, tables: { DATA: data, ...output }, rowsScanned: asked.rowsScanned };
}

const imports: readonly Parameter[] = [
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
];
const getSorted: Parameter = {
  direction: "import",
  name: "GET_SORTED",
  type: char(1, "BAPIFLAG-BAPIFLAG"),
  default: "",
  text: "Return the rows in the order of the primary key",
};
const etData: readonly Parameter[] = [
  {
    direction: "import",
    name: "USE_ET_DATA_4_RETURN",
    type: char(1, "BOOLE_D"),
    default: "",
    text: "Fill ET_DATA instead of DATA",
  },
  { direction: "export", name: "ET_DATA", type: tableOf("SDTI_RESULT_LINE"), text: "Data read (out)" },
];
const names: readonly Parameter[] = [
  { direction: "table", name: "FIELDS", type: structure("RFC_DB_FLD"), text: "Names (in) and structure (out) of fields read" },
  { direction: "table", name: "OPTIONS", type: structure("RFC_DB_OPT"), text: 'Selection entries, "WHERE clauses" (in)' },
];
const data: Parameter = { direction: "table", name: "DATA", type: structure("TAB512"), text: "Data read (out)" };

const exceptions = [
  "TABLE_NOT_AVAILABLE",
  "TABLE_WITHOUT_DATA",
  "OPTION_NOT_VALID",
  "FIELD_NOT_VALID",
  "NOT_AUTHORIZED",
  "DATA_BUFFER_EXCEEDED",
] as const;

const classic: Omit<FunctionModule, "parameters"> = {
  name: "RFC_READ_TABLE",
  text: "External access to R/3 tables via RFC",
  exceptions,
  readsTables: true,
  run: (input, context) => run({ program: "SAPLSDTX", canAlign: false }, input, context),
};

export const readTable: FunctionModule = { ...classic, parameters: [...imports, data, ...names] };
/** 7.50 and newer: sap-rfc 1.1 †. */
export const readTableSorted: FunctionModule = { ...classic, parameters: [...imports, getSorted, data, ...names] };
export const readTableEtData: FunctionModule = { ...classic, parameters: [...imports, getSorted, ...etData, data, ...names] };

export const bbpReadTable: FunctionModule = {
  ...classic,
  name: "BBP_RFC_READ_TABLE",
  parameters: [...imports, data, ...names],
  run: (input, context) => run({ program: "SAPLBBPB", canAlign: true }, input, context),
};

const outTables = [128, 512, 2048, 8192, 30_000] as const;

/** sap-rfc 1.11: the smallest table that the row fits is filled, OUT_TABLE names it. */
function runTable2(input: CallInput, context: CallContext): CallOutput {
  const { world } = context;
  const { definition, delimiter, fields, layout } = begin(input, context);
  const width = outTables.find((each) => layout.width <= each);
  if (width === undefined) throw new AbapException("DATA_BUFFER_EXCEEDED");
  const empty = Object.fromEntries(outTables.map((each) => [`TBLOUT${each}`, [] as Row[]]));
  const output = { FIELDS: layout.rows, OPTIONS: echoOf(input) };
  const outTable = `TBLOUT${width}`;
  if (isSet(input, "NO_DATA")) return { exports: { OUT_TABLE: outTable }, tables: { ...empty, ...output } };
  refuseUnreadableRow(definition, "/BODS/SAPLBODS", true);
  const asked = rowsAsked(definition, input, world);
  const cells = cellsOf(asked.table, fields, world);
  const rows = asked.rows.map((row) => ({ WA: lineText(joinCells(cells, row, delimiter), width, world) }));
  return {
    exports: { OUT_TABLE: outTable },
    tables: { ...empty, [outTable]: rows, ...output },
    rowsScanned: asked.rowsScanned,
  };
}

export function table2(name: string): FunctionModule {
  return {
    name,
    text: "Data Services: read a table of any width",
    parameters: [
      ...imports,
      { direction: "export", name: "OUT_TABLE", type: char(30, "DD02L-TABNAME"), text: "Name of the table that was filled" },
      ...outTables.map(
        (each): Parameter => ({
          direction: "table",
          name: `TBLOUT${each}`,
          type: structure(`/BODS/TAB${each}`),
          text: `Rows of up to ${each} characters`,
        }),
      ),
      ...names,
    ],
    exceptions,
    readsTables: true,
    run: runTable2,
  };
}
