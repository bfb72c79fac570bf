/**
 * The customer's own reader (docs/sap/z-mlc-read-table.md): rows in the order of the primary key, page by page behind a cursor that is the
 * last row's key, so that a large read is bounded a call and a row that is there throughout comes exactly once. Cells are wide enough
 * for point and sign, so that no number is cut, and RAW comes whole as hexadecimal digits. It counts, too.
 */
import type { RfcClient, RfcParameters } from "../../ports/index.ts";
import { whyUnreadable } from "./abap-values.ts";
import {
  answerDiffers,
  type ChunkCall,
  type ChunkOutcome,
  type CountOutcome,
  collectTexts,
  type Dialect,
  fieldLines,
  type RawRow,
  rfcFailed,
  textLines,
} from "./dialect.ts";
import type { DictionaryField } from "./dictionary.ts";
import { sliceAnswer } from "./read-chunk.ts";
import type { ReadFailure } from "./table-reader.ts";

export const zReaderDefault = "Z_MLC_READ_TABLE";
const version = "1";
/** About 20 MB in a work process at a thousand characters a row (sap-rfc 1.8); the module itself never gives more than 50,000. */
const pageRowsDefault = 20_000;
const pagesMax = 100_000;

export type ZReaderOptions = { name?: string; pageRows?: number };

export function zDialect({ name = zReaderDefault, pageRows = pageRowsDefault }: ZReaderOptions = {}): Dialect {
  return {
    name,
    widthMax: Number.POSITIVE_INFINITY,
    widthOf: zWidth,
    whyUnreadable: (field) => (field.abapType === "X" ? undefined : whyUnreadable(field)),
    whyRefused: () => undefined,
    whyDoubtful: () => undefined,
    async describe(client, call) {
      const parameters = { IV_TABLE: call.description.table, IV_MODE: "D", IT_FIELDS: fieldLines(call.fields) };
      const { timeoutMs } = call;
      const outcome = await client.call({
        function: name,
        parameters,
        tables: ["IT_FIELDS", "IT_WHERE", "ET_LAYOUT"],
        timeoutMs,
      });
      return outcome.kind === "failure" ? outcome : undefined;
    },
    readChunk: (client, call) => readPages(client, { name, pageRows, call }),
    count: (client, call) => countRows(client, name, call),
  };
}

function zWidth({ abapType, length }: DictionaryField): number {
  switch (abapType) {
    case "P":
      return length + 2;
    case "b":
    case "s":
    case "I":
    case "8":
      return length + 1;
    case "X":
      return 2 * length;
    default:
      return length;
  }
}

type Paging = { name: string; pageRows: number; call: ChunkCall };

async function readPages(client: RfcClient, paging: Paging): Promise<ChunkOutcome> {
  const { rowCount, description } = paging.call;
  const rows: RawRow[] = [];
  let cursor = "";
  for (let page = 1; page <= pagesMax; page += 1) {
    const wanted = rowCount === 0 ? paging.pageRows : Math.min(paging.pageRows, rowCount - rows.length);
    const read = await readPage(client, paging, cursor, wanted);
    if (read.kind === "failure") return read;
    for (const row of read.rows) rows.push(row);
    if (read.cursor === "" || (rowCount > 0 && rows.length >= rowCount)) return { kind: "rows", rows, isSorted: true };
    if (read.rows.length === 0 || read.cursor === cursor) break;
    ({ cursor } = read);
  }
  return answerDiffers(`${paging.name} gave a cursor for ${description.table} that leads nowhere.`);
}

type Page = { kind: "page"; rows: readonly RawRow[]; cursor: string };

async function readPage(client: RfcClient, { name, call }: Paging, cursor: string, wanted: number): Promise<Page | ReadFailure> {
  const rows = collectTexts({ table: "ET_ROWS", field: "WA" }, (row) => row.WA ?? row[""] ?? "");
  const outcome = await client.call({
    function: name,
    parameters: {
      IV_TABLE: call.description.table,
      IV_MODE: "",
      IV_ROWS_MAX: String(wanted),
      IV_CURSOR: cursor,
      IT_FIELDS: fieldLines(call.fields),
      IT_WHERE: textLines(call.options),
    },
    tables: ["IT_FIELDS", "IT_WHERE", "ET_LAYOUT"],
    timeoutMs: call.timeoutMs,
    stream: rows.stream,
  });
  if (outcome.kind === "failure") return rfcFailed(outcome);
  const wrong = checkVersion(name, outcome.values);
  if (wrong !== undefined) return wrong;
  const lines = rows.texts();
  if (Number(textOf(outcome.values, "EV_COUNT")) !== lines.count)
    return answerDiffers(`${name} says it gave ${textOf(outcome.values, "EV_COUNT").slice(0, 20)} rows; ${lines.count} came.`);
  const asked = { table: call.description.table, fields: call.fields };
  const sliced = sliceAnswer(asked, outcome.values.ET_LAYOUT, lines, Number.POSITIVE_INFINITY);
  return sliced.kind === "rows" ? { kind: "page", rows: sliced.rows, cursor: cursorOf(outcome.values) } : sliced;
}

async function countRows(client: RfcClient, name: string, call: Omit<ChunkCall, "fields" | "rowCount">): Promise<CountOutcome> {
  const outcome = await client.call({
    function: name,
    parameters: { IV_TABLE: call.description.table, IV_MODE: "C", IT_WHERE: textLines(call.options) },
    tables: ["IT_FIELDS", "IT_WHERE", "ET_LAYOUT"],
    timeoutMs: call.timeoutMs,
  });
  if (outcome.kind === "failure") return rfcFailed(outcome);
  const wrong = checkVersion(name, outcome.values);
  if (wrong !== undefined) return wrong;
  const count = textOf(outcome.values, "EV_COUNT");
  return /^[0-9]{1,15}$/.test(count)
    ? { kind: "count", count: Number(count) }
    : answerDiffers(`${name} counted ${JSON.stringify(count.slice(0, 20))} rows.`);
}

function checkVersion(name: string, values: RfcParameters): ReadFailure | undefined {
  const said = textOf(values, "EV_VERSION");
  if (said === version) return undefined;
  const detail = `${name} is version ${JSON.stringify(said.slice(0, 10))}; this agent knows version ${version}.`;
  return { kind: "failure", cause: "answer", code: "reader-version", detail };
}

/** Opaque: a key that begins with blanks makes a cursor that does, and without them it would lead past rows. */
function cursorOf({ EV_CURSOR: cursor }: RfcParameters): string {
  return typeof cursor === "string" ? cursor : "";
}

function textOf(values: RfcParameters, name: string): string {
  const value = values[name];
  return typeof value === "string" ? value.trim() : "";
}
