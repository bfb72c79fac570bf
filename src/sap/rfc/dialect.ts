/**
 * What one function module does differently when it reads a table: its parameters, its row width, its layout, the columns it cannot
 * carry. Everything that must hold whatever the module (chunks joined on the key, the overflow witness, cells by type) is `read-table.ts`.
 */
import type { RfcClient, RfcFailure, RfcRowStream } from "../../ports/index.ts";
import type { DictionaryField, TableDescription } from "./dictionary.ts";
import type { RowBlock, RowTexts } from "./row-texts.ts";
import type { ReadFailure } from "./table-reader.ts";
import type { Where } from "./where.ts";

/** Cells in the order of the call's fields; those of the key padded to the width that the reader gives them. */
export type RawRow = readonly string[];
/** `isSorted`: the module was asked for the order of the primary key. Whether it kept it is for the caller to check. */
export type ChunkOutcome =
  | {
      kind: "rows";
      readonly rows: readonly RawRow[];
      isSorted: boolean;
      /** No key is among them twice, as the module that read them saw for itself. */
      isUnique?: true;
      /** The fixed-width lines that the rows are cut from, where there are such. */
      asLines?: { lines: RowTexts; slots: readonly { from: number; to: number }[] };
    }
  | ReadFailure;

export type ChunkCall = {
  description: TableDescription;
  fields: readonly DictionaryField[];
  /** The filter as lines of OPTIONS, and as the tree they were made from. */
  options: readonly string[];
  where: Where | undefined;
  /** 0 for all. */
  rowCount: number;
  timeoutMs: number;
};

export type CountOutcome = { kind: "count"; count: number } | ReadFailure;

export type Dialect = {
  /** Shown to people; the function module's name, with its way of answering where it has two. */
  readonly name: string;
  /** Characters of one row at most. */
  readonly widthMax: number;
  /** Characters of one cell. */
  widthOf(field: DictionaryField): number;
  /** Why a wanted field cannot be carried exactly. */
  whyUnreadable(field: DictionaryField): string | undefined;
  /** Why it cannot serve a table at all. */
  whyRefused(description: TableDescription): string | undefined;
  /** Why it will probably break on a table: then it is the last to be tried. */
  whyDoubtful(description: TableDescription): string | undefined;
  /** Blanks in front of a text may be lost (sap-rfc 1.5 [S], "trimmed"): a last resort before those that will probably break. */
  mayTrim?: true;
  readChunk(client: RfcClient, call: ChunkCall): Promise<ChunkOutcome>;
  /** Asks for the layout without a row (sap-rfc 1.11, NO_DATA), where the module can. */
  describe?(client: RfcClient, call: ChunkCall): Promise<RfcFailure | undefined>;
  count?(client: RfcClient, call: Omit<ChunkCall, "fields" | "rowCount">): Promise<CountOutcome>;
};

export function rfcFailed(failure: RfcFailure): ReadFailure {
  return { kind: "failure", cause: "rfc", failure };
}

export function answerDiffers(detail: string): ReadFailure {
  return { kind: "failure", cause: "answer", code: "layout-differs", detail };
}

/** Rows of a streamed table as the texts of their one field. What a row is that came as something else, `textOf` says. */
export function collectTexts(
  { table, field }: { table: string; field: string },
  textOf: (row: Readonly<Record<string, string>>) => string | undefined,
): { stream: RfcRowStream; texts(): RowTexts } {
  let blocks: RowBlock[] = [];
  let count = 0;
  let isTextMissing = false;
  const stream: RfcRowStream = {
    table,
    field,
    begin() {
      blocks = [];
      count = 0;
      isTextMissing = false;
    },
    row(row) {
      const text = textOf(row);
      if (text === undefined) isTextMissing = true;
      else blocks.push({ text, spans: [0, text.length] });
      count += 1;
    },
    lines(text, spans) {
      blocks.push({ text, spans });
      count += spans.length / 2;
    },
  };
  return { stream, texts: () => ({ blocks, count, isTextMissing }) };
}

export function fieldLines(fields: readonly DictionaryField[]): { FIELDNAME: string }[] {
  return fields.map(({ name }) => ({ FIELDNAME: name }));
}

export function textLines(lines: readonly string[]): { TEXT: string }[] {
  return lines.map((TEXT) => ({ TEXT }));
}
