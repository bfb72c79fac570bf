/**
 * Cells that pass through a spreadsheet and come back as they were. Excel reads `03-10` as a day, `0815` and `800001000012` as numbers, and `=` or `+` as the beginning of
 * a formula, also where the text came from SAP or Procore; an apostrophe before it keeps a text a text, and is taken off again when the file is read.
 */

/** Words, short numbers and prefixes, which no spreadsheet reads as anything else. */
const safe = /^(?:[A-Za-z][A-Za-z_]*(?:-[A-Za-z_]+)*|0|[1-9]\d{0,8}|[A-Za-z\d][\w.-]*\*)$/;

export function toSheetCell(text: string): string {
  return text === "" || safe.test(text) ? text : `'${text}`;
}

/** A person may have typed the cell anew, without the apostrophe. */
export function fromSheetCell(text: string): string {
  const cell = text.trim();
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
