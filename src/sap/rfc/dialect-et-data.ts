/**
 * RFC_READ_TABLE answering in ET_DATA (sap-rfc 1.1 †): no 512 limit and no cast, but fields are trimmed and joined by a delimiter
 * (1.5 [S]). A delimiter inside a text is harmless: every row must have exactly one column a field, none wider than its field; else
 * everything is read again with another delimiter, and when none is left the reader says so and another takes over.
 */
import type { RfcClient } from "../../ports/index.ts";
import { whyUnreadable } from "./abap-values.ts";
import { type ChunkCall, type ChunkOutcome, collectTexts, type Dialect, type RawRow, rfcFailed } from "./dialect.ts";
import { type ClassicOptions, classicParameters } from "./dialect-classic.ts";
import type { DictionaryField } from "./dictionary.ts";
import { mapTexts } from "./row-texts.ts";

/** Rare in business texts. One that is not in the system's code page comes back as another character and is passed over like a collision. */
const delimiters = ["¦", "¬", "~", "|"] as const;
/** Point and sign stand beside the digits that LENG counts. */
const signAndPoint = 2;

export function etDataDialect({ function: name = "RFC_READ_TABLE", canSort = false }: ClassicOptions = {}): Dialect {
  return {
    name: `${name} (ET_DATA)`,
    widthMax: Number.POSITIVE_INFINITY,
    widthOf: ({ length }) => length,
    whyUnreadable,
    whyRefused: () => undefined,
    whyDoubtful: () => undefined,
    mayTrim: true,
    async readChunk(client, call) {
      let outcome: ChunkOutcome | undefined;
      for (const delimiter of delimiters) {
        outcome = await readLines(client, { name, call, delimiter, isSorted: canSort && call.rowCount > 0 });
        if (outcome.kind === "rows" || outcome.cause === "rfc" || outcome.code !== "delimiter-in-text") return outcome;
      }
      return outcome ?? collides(call);
    },
  };
}

type Asked = { name: string; call: ChunkCall; delimiter: string; isSorted: boolean };

async function readLines(client: RfcClient, { name, call, delimiter, isSorted }: Asked): Promise<ChunkOutcome> {
  const lines = collectTexts({ table: "ET_DATA", field: "LINE" }, (row) => row.LINE ?? row[""] ?? "");
  const outcome = await client.call({
    function: name,
    parameters: {
      ...classicParameters(call),
      DELIMITER: delimiter,
      USE_ET_DATA_4_RETURN: "X",
      ...(isSorted ? { GET_SORTED: "X" } : {}),
    },
    tables: ["FIELDS", "OPTIONS"],
    timeoutMs: call.timeoutMs,
    stream: lines.stream,
  });
  if (outcome.kind === "failure") return rfcFailed(outcome);
  const rows: RawRow[] = [];
  for (const cells of mapTexts(lines.texts(), (line) => line.split(delimiter))) {
    if (cells.length !== call.fields.length || !call.fields.every((field, at) => fits(field, cells[at] ?? "")))
      return collides(call);
    rows.push(call.fields.map((field, at) => (field.isKey ? padded(field, cells[at] ?? "") : (cells[at] ?? ""))));
  }
  return { kind: "rows", rows, isSorted };
}

function fits({ abapType, length }: DictionaryField, cell: string): boolean {
  return cell.trim().length <= (["C", "N", "D", "T"].includes(abapType) ? length : length + signAndPoint);
}

/** Keys are joined and compared cell by cell: they get the width that the trimming took. */
function padded({ abapType, length }: DictionaryField, cell: string): string {
  return ["C", "N", "D", "T"].includes(abapType) ? cell.padEnd(length) : cell.padStart(length + signAndPoint);
}

function collides({ description }: ChunkCall): Extract<ChunkOutcome, { kind: "failure" }> {
  return {
    kind: "failure",
    cause: "answer",
    code: "delimiter-in-text",
    detail: `Every delimiter tried occurs in the texts of ${description.table}, so that its columns cannot be told apart.`,
  };
}
