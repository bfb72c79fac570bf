/**
 * RFC_READ_TABLE and BBP_RFC_READ_TABLE with DATA: fixed-width rows of 512 characters (sap-rfc 1.1, 1.2). GET_SORTED is asked for where
 * the interface has it and a cut-off read can make use of the order; without it no order is promised. ROWSKIPS stays 0 (0.4).
 */
import type { RfcClient, RfcFailure } from "../../ports/index.ts";
import { whyUnreadable } from "./abap-values.ts";
import { type ChunkCall, type ChunkOutcome, collectTexts, type Dialect, fieldLines, rfcFailed, textLines } from "./dialect.ts";
import type { TableDescription } from "./dictionary.ts";
import { sliceAnswer, withOrder } from "./read-chunk.ts";

const rowWidth = 512;

export type ClassicOptions = {
  function?: "RFC_READ_TABLE" | "BBP_RFC_READ_TABLE";
  /** GET_SORTED is in the interface (sap-rfc 1.1: newer support packages only; an unknown parameter fails the call). */
  canSort?: boolean;
};

export function classicDialect({ function: name = "RFC_READ_TABLE", canSort = false }: ClassicOptions = {}): Dialect {
  // BBP_RFC_READ_TABLE repairs the cast of floating point, not that of strings (sap-rfc 1.11).
  const uncastable = name === "BBP_RFC_READ_TABLE" ? ["g", "y"] : ["g", "y", "F"];
  return {
    name,
    widthMax: rowWidth,
    widthOf: ({ length }) => length,
    whyUnreadable,
    whyRefused: () => undefined,
    whyDoubtful: (description) => whyUncastable(name, description, uncastable),
    describe: (client, call) => describeByNoData(client, name, call, ["DATA"]),
    readChunk: (client, call) => readData(client, name, call, canSort && call.rowCount > 0),
  };
}

/**
 * Classic systems cast every row to text before anything else, so that a STRING or FLTP column dumps although nobody asked for it
 * (sap-rfc 1.2 step 6 [S]); newer ones do not always.
 */
export function whyUncastable(name: string, { table, fields }: TableDescription, types: readonly string[]): string | undefined {
  const column = fields.find(({ abapType }) => types.includes(abapType));
  return column === undefined ? undefined : `${table} cannot be read this way: column ${column.name} makes ${name} dump.`;
}

export function classicParameters(call: ChunkCall) {
  return {
    QUERY_TABLE: call.description.table,
    DELIMITER: "",
    NO_DATA: "",
    ROWSKIPS: "0",
    ROWCOUNT: String(call.rowCount),
    OPTIONS: textLines(call.options),
    FIELDS: fieldLines(call.fields),
  };
}

export async function describeByNoData(
  client: RfcClient,
  name: string,
  call: ChunkCall,
  tables: readonly string[],
): Promise<RfcFailure | undefined> {
  const parameters = { QUERY_TABLE: call.description.table, DELIMITER: "", NO_DATA: "X", FIELDS: fieldLines(call.fields) };
  const { timeoutMs } = call;
  const outcome = await client.call({ function: name, parameters, tables: [...tables, "FIELDS", "OPTIONS"], timeoutMs });
  return outcome.kind === "failure" ? outcome : undefined;
}

async function readData(client: RfcClient, name: string, call: ChunkCall, isSorted: boolean): Promise<ChunkOutcome> {
  const lines = collectTexts({ table: "DATA", field: "WA" }, (row) => row.WA);
  const outcome = await client.call({
    function: name,
    parameters: { ...classicParameters(call), ...(isSorted ? { GET_SORTED: "X" } : {}) },
    tables: ["DATA", "FIELDS", "OPTIONS"],
    timeoutMs: call.timeoutMs,
    stream: lines.stream,
  });
  if (outcome.kind === "failure") return rfcFailed(outcome);
  const asked = { table: call.description.table, fields: call.fields };
  const sliced = sliceAnswer(asked, outcome.values.FIELDS, lines.texts(), rowWidth);
  return withOrder(sliced, isSorted);
}
