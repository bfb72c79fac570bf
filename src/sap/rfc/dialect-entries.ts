/**
 * RFC_GET_TABLE_ENTRIES: the whole row raw, cut at 512 characters, with neither projection nor filter (sap-rfc 1.11). Only for small tables of
 * characters on a Unicode system: packed numbers would be bytes read as text, a wider row would lose its end. Columns lie where the dictionary's
 * internal offsets say (bytes, two a character), and the filter is applied here, exactly. An empty table is an exception there.
 */
import type { RfcClient } from "../../ports/index.ts";
import {
  answerDiffers,
  type ChunkCall,
  type ChunkOutcome,
  collectTexts,
  type Dialect,
  type RawRow,
  rfcFailed,
} from "./dialect.ts";
import type { DictionaryField, TableDescription } from "./dictionary.ts";
import { matcherOf } from "./match-where.ts";
import { type Slot, sliceRows } from "./read-chunk.ts";
import type { ReadFailure } from "./table-reader.ts";

const name = "RFC_GET_TABLE_ENTRIES";
const rowWidth = 512;
const bytesPerCharacter = 2;
/** More rows than this are no small table: each read would fetch them all. */
const entriesMaxDefault = 5_000;

export function entriesDialect({ entriesMax = entriesMaxDefault }: { entriesMax?: number } = {}): Dialect {
  return {
    name,
    widthMax: rowWidth,
    widthOf: ({ length }) => length,
    whyUnreadable: () => undefined,
    whyRefused,
    whyDoubtful: () => undefined,
    readChunk: (client, call) => readEntries(client, call, entriesMax),
  };
}

const isText = ({ abapType }: DictionaryField) => ["C", "N", "D", "T"].includes(abapType);

function whyRefused({ table, fields }: TableDescription): string | undefined {
  const raw = fields.find((field) => !isText(field));
  if (raw !== undefined) return `${name} cannot read ${table}: column ${raw.name} is not text (${raw.dataType}).`;
  const odd = fields.find(
    ({ offset, internalLength, length }) => offset % 2 !== 0 || internalLength !== length * bytesPerCharacter,
  );
  if (odd !== undefined)
    return `${name} cannot read ${table}: column ${odd.name} is not laid out in characters of two bytes (not a Unicode system?).`;
  const width = Math.max(0, ...fields.map(({ offset, internalLength }) => (offset + internalLength) / bytesPerCharacter));
  return width > rowWidth
    ? `${name} cannot read ${table}: its rows are ${width} characters wide, and ${rowWidth} come.`
    : undefined;
}

async function readEntries(client: RfcClient, call: ChunkCall, entriesMax: number): Promise<ChunkOutcome> {
  const { description } = call;
  const entries = collectTexts({ table: "ENTRIES", field: "WA" }, (row) => row.WA);
  const outcome = await client.call({
    function: name,
    parameters: { TABLE_NAME: description.table, MAX_ENTRIES: String(entriesMax + 1) },
    tables: ["ENTRIES"],
    timeoutMs: call.timeoutMs,
    stream: entries.stream,
  });
  if (outcome.kind === "failure")
    return outcome.class === "exception" && outcome.key === "TABLE_EMPTY"
      ? { kind: "rows", rows: [], isSorted: false }
      : rfcFailed(outcome);
  const lines = entries.texts();
  if (lines.count > entriesMax) return tooLarge(description.table, entriesMax);
  const sliced = sliceRows(description.table, description.fields.map(slotOf), lines, rowWidth);
  return sliced.kind === "rows" ? choose(call, sliced.rows) : sliced;
}

function slotOf({ offset, internalLength }: DictionaryField): Slot {
  return { from: offset / bytesPerCharacter, to: (offset + internalLength) / bytesPerCharacter };
}

function choose({ description, fields, where, rowCount }: ChunkCall, all: readonly RawRow[]): ChunkOutcome {
  const client = description.fields.findIndex(({ isKey, dataType }) => isKey && dataType === "CLNT");
  const isByClient = client === 0 && description.fields.filter(({ isKey }) => isKey).length > 1;
  // Rows of the logon client only [K]; nothing else says which client a row of ours would be.
  if (isByClient && all.some((row) => row[0] !== all[0]?.[0]))
    return answerDiffers(`${name} gave rows of ${description.table} of several clients.`);
  const at = fields.map(({ name: field }) => description.fields.findIndex((each) => each.name === field));
  const matches = where === undefined ? () => true : matcherOf(where, description);
  const rows: RawRow[] = [];
  for (const row of all) {
    if (!matches(row)) continue;
    rows.push(at.map((index) => row[index] ?? ""));
    if (rows.length === rowCount) break;
  }
  return { kind: "rows", rows, isSorted: false };
}

function tooLarge(table: string, entriesMax: number): ReadFailure {
  const detail = `${table} has more than ${entriesMax} rows: too many for ${name}, which has no filter.`;
  return { kind: "failure", cause: "answer", code: "table-too-large", detail };
}
