// A table held as text cells, served through every function module that reads tables; written for tests alone, with no code of the product's.
import type { RfcCall, RfcClient, RfcFailure, RfcOutcome } from "../../src/ports/index.ts";

export type Column = { name: string; type: string; letter: string; length: number; decimals?: number; isKey?: boolean };
export type Script = {
  columns: readonly Column[];
  rows: readonly Readonly<Record<string, string>>[];
  /** Function modules of the system with the parameters their interface names. */
  modules: Readonly<Record<string, readonly string[]>>;
  /** Answers instead of the module. */
  instead?: ((call: RfcCall) => RfcOutcome | undefined) | undefined;
  /** Rows of one answer of the Z reader at most. */
  pageMax?: number;
  /** The order GET_SORTED and the Z reader give; by default that of the table. */
  order?: (rows: readonly Readonly<Record<string, string>>[]) => readonly Readonly<Record<string, string>>[];
};

export const zParameters = ["IV_TABLE", "IV_MODE", "IV_ROWS_MAX", "IV_CURSOR", "IT_FIELDS", "IT_WHERE", "ET_LAYOUT", "ET_ROWS"];
export const classicParameters = ["QUERY_TABLE", "DELIMITER", "NO_DATA", "ROWSKIPS", "ROWCOUNT", "OPTIONS", "FIELDS", "DATA"];
export const newParameters = [...classicParameters, "GET_SORTED", "USE_ET_DATA_4_RETURN", "ET_DATA"];

export const failed = (kind: RfcFailure["class"], key: string): RfcFailure => ({
  kind: "failure",
  class: kind,
  key,
  detail: key,
});
const digits = (value: number) => String(value).padStart(6, "0");
const answer = (values: Extract<RfcOutcome, { kind: "answer" }>["values"]): RfcOutcome => ({ kind: "answer", values });
const text = ({ parameters }: RfcCall, name: string) => String(parameters[name] ?? "");
const list = ({ parameters }: RfcCall, name: string) => (parameters[name] ?? []) as readonly Readonly<Record<string, string>>[];
const isNumber = ({ letter }: Column) => ["P", "I", "s", "b"].includes(letter);

export function scriptedSap(script: Script): { client: RfcClient; calls: RfcCall[]; called: () => string[] } {
  const calls: RfcCall[] = [];
  const client: RfcClient = {
    call: async (call) => {
      calls.push(call);
      return script.instead?.(call) ?? serve(script, call);
    },
    serverTime: () => undefined,
    close: async () => undefined,
  };
  return { client, calls, called: () => calls.map((call) => call.function) };
}

function serve(script: Script, call: RfcCall): RfcOutcome {
  switch (call.function) {
    case "DDIF_FIELDINFO_GET":
      return answer({ DDOBJTYPE: "TRANSP", DFIES_TAB: dictionaryRows(script) });
    case "RFC_GET_FUNCTION_INTERFACE": {
      const parameters = script.modules[text(call, "FUNCNAME")];
      if (parameters === undefined) return failed("exception", "FU_NOT_FOUND");
      return answer({ PARAMS: parameters.map((PARAMETER) => ({ PARAMCLASS: "I", PARAMETER })) });
    }
    case "RFC_GET_TABLE_ENTRIES":
      return entries(script, call);
    default:
      if (script.modules[call.function] === undefined) return failed("exception", "FU_NOT_FOUND");
      return call.parameters.IV_TABLE === undefined ? readTable(script, call) : zReader(script, call);
  }
}

function dictionaryRows({ columns }: Script) {
  let offset = 0;
  return columns.map(({ name, type, letter, length, decimals = 0, isKey = false }) => {
    const bytes = letter === "P" ? Math.floor(length / 2) + 1 : letter === "X" ? length : length * 2;
    const row = { FIELDNAME: name, DATATYPE: type, INTTYPE: letter, LENG: digits(length), DECIMALS: digits(decimals) };
    const placed = { ...row, KEYFLAG: isKey ? "X" : "", OFFSET: digits(offset), INTLEN: digits(bytes) };
    offset += bytes;
    return placed;
  });
}

const columnsOf = (script: Script, call: RfcCall, fields: string) =>
  list(call, fields).map(({ FIELDNAME }) => {
    const column = script.columns.find(({ name }) => name === FIELDNAME);
    if (column === undefined) throw new Error(`no column ${FIELDNAME}`);
    return column;
  });

/** Only `A = 'x' AND B = 'y'`. */
function hits({ rows }: Script, clause: string) {
  const conditions = [...clause.matchAll(/(\w+) = '((?:[^']|'')*)'/g)].map(([, name = "", value = ""]) => [
    name,
    value.trimEnd(),
  ]);
  return rows.filter((row) => conditions.every(([name = "", value = ""]) => (row[name] ?? "") === value));
}

const fixed = (column: Column, cell: string, width: number) => (isNumber(column) ? cell.padStart(width) : cell.padEnd(width));

function layout(columns: readonly Column[], widthOf: (column: Column) => number) {
  let at = 0;
  return columns.map((column) => {
    const row = { FIELDNAME: column.name, OFFSET: digits(at), LENGTH: digits(widthOf(column)) };
    at += widthOf(column);
    return row;
  });
}

function emit(call: RfcCall, table: string, rows: readonly Readonly<Record<string, string>>[]) {
  if (call.stream?.table !== table) return rows;
  call.stream.begin();
  for (const row of rows) call.stream.row(row);
  return [];
}

const outWidths = [128, 512, 2_048, 8_192, 30_000];

function readTable(script: Script, call: RfcCall): RfcOutcome {
  const columns = columnsOf(script, call, "FIELDS");
  const FIELDS = layout(columns, ({ length }) => length);
  if (text(call, "NO_DATA") === "X") return answer({ FIELDS, OPTIONS: [] });
  const clause = list(call, "OPTIONS")
    .map(({ TEXT }) => TEXT)
    .join("");
  const found = hits(script, clause);
  const count = Number(text(call, "ROWCOUNT"));
  const sorted = text(call, "GET_SORTED") === "X" ? (script.order ?? ((all) => all))(found) : found.toReversed();
  const chosen = sorted.slice(0, count === 0 ? undefined : count);
  if (text(call, "USE_ET_DATA_4_RETURN") === "X") {
    const lines = chosen.map((row) => ({
      LINE: columns.map(({ name }) => (row[name] ?? "").trim()).join(text(call, "DELIMITER")),
    }));
    return answer({ FIELDS, OPTIONS: [], ET_DATA: emit(call, "ET_DATA", lines) });
  }
  const width = columns.reduce((sum, { length }) => sum + length, 0);
  const rows = chosen.map((row) => ({
    WA: columns
      .map((column) => fixed(column, row[column.name] ?? "", column.length))
      .join("")
      .trimEnd(),
  }));
  if (!call.function.startsWith("/")) {
    return width > 512
      ? failed("exception", "DATA_BUFFER_EXCEEDED")
      : answer({ FIELDS, OPTIONS: [], DATA: emit(call, "DATA", rows) });
  }
  const out = `TBLOUT${outWidths.find((each) => each >= width)}`;
  const tables = Object.fromEntries(outWidths.map((each) => [`TBLOUT${each}`, `TBLOUT${each}` === out ? rows : []]));
  return answer({ FIELDS, OPTIONS: [], OUT_TABLE: out, ...tables });
}

function zWidth({ letter, length }: Column): number {
  if (letter === "P") return length + 2;
  if (letter === "X") return 2 * length;
  return letter === "I" ? length + 1 : length;
}

function zReader(script: Script, call: RfcCall): RfcOutcome {
  const columns = columnsOf(script, call, "IT_FIELDS");
  const ET_LAYOUT = layout(columns, zWidth);
  const found = hits(
    script,
    list(call, "IT_WHERE")
      .map(({ TEXT }) => TEXT)
      .join(""),
  );
  const mode = text(call, "IV_MODE");
  if (mode !== "") return answer({ ET_LAYOUT, EV_COUNT: String(found.length), EV_CURSOR: "", EV_VERSION: "1" });
  const from = Number(text(call, "IV_CURSOR") || "0");
  const rowsMax = Math.min(Number(text(call, "IV_ROWS_MAX")) || 50_000, script.pageMax ?? 50_000);
  const page = (script.order ?? ((all) => all))(found).slice(from, from + rowsMax);
  const rows = page.map((row) => ({
    WA: columns
      .map((column) => fixed(column, row[column.name] ?? "", zWidth(column)))
      .join("")
      .trimEnd(),
  }));
  const next = from + page.length < found.length ? String(from + page.length) : "";
  const exports = { EV_COUNT: String(rows.length), EV_CURSOR: next, EV_VERSION: "1" };
  return answer({ ET_LAYOUT, ...exports, ET_ROWS: emit(call, "ET_ROWS", rows) });
}

function entries(script: Script, call: RfcCall): RfcOutcome {
  if (script.modules.RFC_GET_TABLE_ENTRIES === undefined) return failed("exception", "FU_NOT_FOUND");
  if (script.rows.length === 0) return failed("exception", "TABLE_EMPTY");
  const rows = script.rows.map((row) => ({
    WA: script.columns
      .map(({ name, length }) => (row[name] ?? "").padEnd(length))
      .join("")
      .slice(0, 512),
  }));
  const max = Number(text(call, "MAX_ENTRIES"));
  return answer({ NUMBER_OF_ENTRIES: String(rows.length), ENTRIES: emit(call, "ENTRIES", rows.slice(0, max || undefined)) });
}
