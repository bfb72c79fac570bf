/**
 * One call of RFC_READ_TABLE: asks for a chunk of columns without a delimiter and slices each row by the OFFSET and LENGTH of the
 * answer after padding it again (sap-rfc 0.6 [M]: trailing blanks may be gone). Rows are kept as raw cells; what they mean is
 * `read-table.ts`'s business.
 */
import type { RfcClient } from "../../ports/index.ts";
import { wholeNumber } from "./dictionary.ts";
import type { Chunk } from "./projection.ts";
import type { ReadFailure } from "./table-reader.ts";

/** Cells in the order of the chunk's fields. */
export type RawRow = readonly string[];
export type ChunkOutcome = { kind: "rows"; rows: readonly RawRow[] } | ReadFailure;

export type ChunkCall = {
  table: string;
  chunk: Chunk;
  options: readonly string[];
  /** 0 for all. */
  rowCount: number;
  timeoutMs: number;
};

type Slot = { from: number; to: number };

export async function readChunk(client: RfcClient, call: ChunkCall): Promise<ChunkOutcome> {
  let lines: string[] = [];
  const outcome = await client.call({
    function: "RFC_READ_TABLE",
    parameters: {
      QUERY_TABLE: call.table,
      DELIMITER: "",
      NO_DATA: "",
      ROWSKIPS: "0",
      ROWCOUNT: String(call.rowCount),
      OPTIONS: call.options.map((TEXT) => ({ TEXT })),
      FIELDS: call.chunk.fields.map(({ name }) => ({ FIELDNAME: name })),
    },
    tables: ["DATA", "FIELDS", "OPTIONS"],
    timeoutMs: call.timeoutMs,
    stream: {
      table: "DATA",
      begin() {
        lines = [];
      },
      row(row) {
        lines.push(row.WA ?? "");
      },
    },
  });
  if (outcome.kind === "failure") return { kind: "failure", cause: "rfc", failure: outcome };
  const layout = layoutOf(call, outcome.values.FIELDS);
  if (typeof layout === "string") return differs(layout);
  return slice(call, layout, lines);
}

function differs(detail: string): ReadFailure {
  return { kind: "failure", cause: "answer", code: "layout-differs", detail };
}

/** The answer's own layout; it must be the one that was asked for. */
function layoutOf({ table, chunk }: ChunkCall, rows: unknown): Slot[] | string {
  if (!Array.isArray(rows) || rows.length !== chunk.fields.length)
    return `SAP described ${Array.isArray(rows) ? rows.length : "no"} columns of ${table} where ${chunk.fields.length} were asked for.`;
  const slots: Slot[] = [];
  for (const [index, field] of chunk.fields.entries()) {
    const { FIELDNAME = "", OFFSET = "", LENGTH = "" } = rows[index] as Readonly<Record<string, string>>;
    const from = wholeNumber(OFFSET.trim());
    const length = wholeNumber(LENGTH.trim());
    if (FIELDNAME.trim() !== field.name || from < 0 || length < 1 || from < (slots.at(-1)?.to ?? 0))
      return `SAP described column ${index + 1} of ${table} as ${JSON.stringify(FIELDNAME.slice(0, 30))} where ${field.name} was asked for.`;
    slots.push({ from, to: from + length });
  }
  return slots;
}

function slice(call: ChunkCall, slots: readonly Slot[], lines: readonly string[]): ChunkOutcome {
  const width = slots.at(-1)?.to ?? 0;
  const rows: RawRow[] = [];
  for (const line of lines) {
    // DATA is TAB512: more is another reader's row, or a row whose columns were shifted on the way.
    if (line.length > 512)
      return differs(`A row of ${call.table} is ${line.length} characters wide; 512 is the most there can be.`);
    const padded = line.length < width ? line.padEnd(width) : line;
    rows.push(slots.map(({ from, to }) => padded.slice(from, to)));
  }
  return { kind: "rows", rows };
}
