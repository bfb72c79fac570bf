/**
 * Slices fixed-width rows by the OFFSET and LENGTH of the answer after padding them again (sap-rfc 0.6 [M]: trailing blanks may be gone).
 * The layout must be the one that was asked for; a row wider than the reader's rows can be is refused, for its columns were shifted on
 * the way. Rows are kept as raw cells; what they mean is `read-table.ts`'s business.
 */
import type { RfcValue } from "../../ports/index.ts";
import { answerDiffers, type ChunkOutcome, type RawRow } from "./dialect.ts";
import { type DictionaryField, wholeNumber } from "./dictionary.ts";
import { mapTexts, type RowTexts, widestOf } from "./row-texts.ts";
import type { ReadFailure } from "./table-reader.ts";

/** The widest row type of ABAP is far below. */
const layoutWidthMax = 100_000;

export type Slot = { from: number; to: number };

/** The answer's own layout, or what is wrong with it. */
export function layoutOf(table: string, fields: readonly DictionaryField[], rows: RfcValue | undefined): Slot[] | string {
  if (!Array.isArray(rows) || rows.length !== fields.length)
    return `SAP described ${Array.isArray(rows) ? rows.length : "no"} columns of ${table} where ${fields.length} were asked for.`;
  const slots: Slot[] = [];
  for (const [index, field] of fields.entries()) {
    const { FIELDNAME = "", OFFSET = "", LENGTH = "" } = rows[index] as Readonly<Record<string, string>>;
    const from = wholeNumber(OFFSET.trim());
    const length = wholeNumber(LENGTH.trim());
    if (FIELDNAME.trim() !== field.name || from < 0 || length < 1 || from < (slots.at(-1)?.to ?? 0))
      return `SAP described column ${index + 1} of ${table} as ${JSON.stringify(FIELDNAME.slice(0, 30))} where ${field.name} was asked for.`;
    slots.push({ from, to: from + length });
  }
  return slots;
}

/**
 * Rows cut from their lines when somebody asks; the hot path reads the lines themselves. A class, because a getter in a literal makes a
 * hidden class of its own each time, which V8 keeps until its next full collection, with the lines that the getter sees.
 */
class FixedRows {
  readonly kind = "rows";
  readonly isSorted: boolean;
  readonly asLines: { lines: RowTexts; slots: readonly Slot[] };
  #cut: readonly RawRow[] | undefined;

  constructor(lines: RowTexts, slots: readonly Slot[], isSorted = false) {
    this.asLines = { lines, slots };
    this.isSorted = isSorted;
  }

  get rows(): readonly RawRow[] {
    const { lines, slots } = this.asLines;
    const width = slots.at(-1)?.to ?? 0;
    this.#cut ??= mapTexts(lines, (line) => cutRow(line, slots, width));
    return this.#cut;
  }
}

type Sliced = FixedRows | ReadFailure;

export function sliceRows(table: string, slots: readonly Slot[], lines: RowTexts, widthMax: number): Sliced {
  const width = slots.at(-1)?.to ?? 0;
  // Short rows are padded to the layout's end: a layout beyond any row would ask for memory without end.
  if (lines.count > 0 && width > Math.min(widthMax, layoutWidthMax))
    return answerDiffers(`SAP described rows of ${table} as ${width} characters wide; there is no such row.`);
  // An initial row is an empty element (sap-rfc 2.2.2); no element at all would be read as a row of blanks that nobody has.
  if (lines.isTextMissing) return answerDiffers(`A row of ${table} came without its text.`);
  const widest = widestOf(lines);
  if (widest > widthMax)
    return answerDiffers(`A row of ${table} is ${widest} characters wide; ${widthMax} is the most there can be.`);
  return new FixedRows(lines, slots);
}

function cutRow(line: string, slots: readonly Slot[], width: number): RawRow {
  const padded = line.length < width ? line.padEnd(width) : line;
  return slots.map(({ from, to }) => padded.slice(from, to));
}

/** Layout and rows in one. */
export function sliceAnswer(
  { table, fields }: { table: string; fields: readonly DictionaryField[] },
  layout: RfcValue | undefined,
  lines: RowTexts,
  widthMax: number,
): Sliced {
  const slots = layoutOf(table, fields, layout);
  return typeof slots === "string" ? answerDiffers(slots) : sliceRows(table, slots, lines, widthMax);
}

export function withOrder(sliced: Sliced, isSorted: boolean): ChunkOutcome {
  return sliced.kind === "failure" ? sliced : new FixedRows(sliced.asLines.lines, sliced.asLines.slots, isSorted);
}
