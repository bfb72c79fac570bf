/**
 * Reads back a file of proposals: the rules of the rows that a person marked. `yes` takes a row as it was proposed, and a row that is not as it was proposed any more is
 * refused, since most often a spreadsheet did it; `changed` takes what stands there now. Every bad row is named with its line; nothing is taken of a file with one.
 */
import { basename } from "node:path";
import { Fault, type MappingCells, type MappingRule, mappingCells, mappingColumns, readMappingRule } from "../../core/index.ts";
import { readCsvTable } from "./csv-table.ts";
import { proposalColumns, ruleAsText } from "./proposal-columns.ts";
import { decodeSheet, findDelimiter } from "./sheet-bytes.ts";
import { fromSheetCell } from "./sheet-cell.ts";

export type MarkedRows = { readonly rules: readonly MappingRule[]; readonly changed: number; readonly rows: number };

const invalid = (place: string, detail: string) => new Fault("mapping.invalid", { place, detail });

type Mark = "yes" | "changed" | "no";
const marks: Readonly<Record<string, Mark>> = {
  "": "no",
  no: "no",
  n: "no",
  nein: "no",
  yes: "yes",
  y: "yes",
  ja: "yes",
  j: "yes",
  x: "yes",
  changed: "changed",
};

/** An error text where the row cannot be taken. */
function readRow(name: string, mark: Mark, cells: MappingCells, asProposed: string): MappingRule | string {
  const rule = readMappingRule(name, cells);
  if (!rule.ok) return rule.error.map(({ column, value, detail }) => `${column} "${value}" ${detail}`).join("; ");
  const now = ruleAsText(mappingCells(rule.value));
  if (mark === "changed" || now === asProposed) return rule.value;
  return `is not as it was proposed (${asProposed}) but ${now}; a spreadsheet may have turned a code into a day or a number. Write "changed" where it is meant so`;
}

const linesShownMax = 5;

export function readProposalFile(file: string, bytes: Uint8Array): MarkedRows {
  const text = decodeSheet(bytes);
  const delimiter = findDelimiter(text, "accept");
  if (delimiter === undefined)
    throw invalid(`${file}:1`, 'is no file of proposals: its first column must be "accept"; "map propose --out" writes one');
  const needed = ["accept", "object_type", "project", "cost_code", "cost_type", "as_proposed"] as const;
  const { rows, complaints } = readCsvTable(file, text, { columns: proposalColumns, needed, invalid, delimiter });
  const wrong = [...complaints];
  const rules: MappingRule[] = [];
  let changed = 0;
  for (const { line, cells } of rows) {
    const written = (cells.accept ?? "").trim().toLowerCase();
    const mark = Object.hasOwn(marks, written) ? marks[written] : undefined;
    if (mark === "no") continue;
    if (mark === undefined) {
      wrong.push({ line, detail: `accept is "${written}"; write yes, changed, or nothing` });
      continue;
    }
    const own = Object.fromEntries(mappingColumns.map((column) => [column, fromSheetCell(cells[column] ?? "")]));
    const rule = readRow(`${basename(file)}:${line}`, mark, own, (cells.as_proposed ?? "").trim());
    if (typeof rule === "string") wrong.push({ line, detail: rule });
    else rules.push(rule);
    if (mark === "changed") changed += 1;
  }
  const [first, ...others] = wrong.sort((left, right) => left.line - right.line);
  if (!first) return { rules, changed, rows: rows.length };
  const shown = others.slice(0, linesShownMax).map(({ line }) => line);
  const more = others.length === 0 ? "" : ` (${others.length} more bad lines: ${shown.join(", ")})`;
  throw invalid(`${file}:${first.line}`, `${first.detail}${more}`);
}
