/** An extract that cannot be read without guessing. The message names file, line, column, value and what to do. */
export class ExtractRefused extends Error {
  override readonly name = "ExtractRefused";
}

/** A cell's objection, without its place; the reader of the file adds that. */
export class CellRefused extends Error {
  override readonly name = "CellRefused";
}
