/**
 * Reads a mapping, CSV or by its name YAML, into compiled rules. Every complaint names file and line, column and value; two rules that tie name both lines. An
 * empty table is allowed: everything is then held for want of a rule, which is what a new installation should show.
 */
import { basename } from "node:path";
import { CsvError, parse } from "csv-parse/sync";
import {
  compileMapping,
  Fault,
  type Mapping,
  type MappingColumn,
  type MappingProblem,
  type MappingRule,
  mappingColumns,
  mappingColumnsNeeded,
  readMappingRule,
} from "../../core/index.ts";
import type { MappingRow } from "./mapping-rows.ts";
import { nearestOf } from "./nearest.ts";
import { readYamlRows } from "./read-mapping-yaml.ts";

type Row = { line: number; cells: readonly string[] };

const invalid = (place: string, detail: string) => new Fault("mapping.invalid", { place, detail });

function readRows(file: string, text: string): Row[] {
  try {
    const options = { info: true, bom: true, relax_column_count: true, skip_empty_lines: true };
    // csv-parse's types do not know what `info` makes of a record.
    const found = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    // `lines` counts to the record's last line; its first is earlier by the line breaks inside it.
    return found.map(({ record, info }) => ({
      line: info.lines - record.reduce((breaks, cell) => breaks + cell.split("\n").length - 1, 0),
      cells: record,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(`${file}:${String(error.lines)}`, `is no CSV (${error.message})`);
  }
}

function isColumn(name: string): name is MappingColumn {
  return mappingColumns.some((column) => column === name);
}

function readHeader(file: string, row: Row | undefined): readonly MappingColumn[] {
  if (!row) throw invalid(`${file}:1`, `has no header; the first line is ${mappingColumns.join(",")}`);
  const place = `${file}:${row.line}`;
  const names = row.cells.map((cell) => cell.trim().toLowerCase());
  const columns = names.filter(isColumn);
  const unknown = names.find((name) => !isColumn(name));
  if (unknown !== undefined)
    throw invalid(place, `column "${unknown}" is not known; the nearest is "${nearestOf(unknown, mappingColumns)}"`);
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice) throw invalid(place, `column "${twice}" is there twice`);
  const missing = mappingColumnsNeeded.find((column) => !columns.includes(column));
  if (missing) throw invalid(place, `column "${missing}" is missing`);
  return columns;
}

const linesShownMax = 5;

type Wrong = { line: number; detail: string };

function readCsvRows(file: string, text: string, wrong: Wrong[]): MappingRow[] {
  const [header, ...rows] = readRows(file, text);
  const columns = readHeader(file, header);
  return rows.flatMap(({ line, cells }) => {
    if (cells.length === columns.length)
      return [{ line, cells: Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""])) }];
    wrong.push({ line, detail: `has ${cells.length} cells where the header has ${columns.length}` });
    return [];
  });
}

/** The first bad line in full; the others by number. */
function readRules(file: string, rows: readonly MappingRow[], unread: readonly Wrong[]): MappingRule[] {
  const wrong = [...unread];
  const rules: MappingRule[] = [];
  for (const { line, cells } of rows) {
    const rule = readMappingRule(`${basename(file)}:${line}`, cells);
    if (rule.ok) rules.push(rule.value);
    else wrong.push({ line, detail: rule.error.map(({ column, value, detail }) => `${column} "${value}" ${detail}`).join("; ") });
  }
  const [first, ...others] = wrong.sort((left, right) => left.line - right.line);
  if (!first) return rules;
  const shown = others.slice(0, linesShownMax).map(({ line }) => line);
  const more = others.length === 0 ? "" : ` (${others.length} more bad lines: ${shown.join(", ")})`;
  throw invalid(`${file}:${first.line}`, `${first.detail}${more}`);
}

function problemFault(file: string, problems: readonly MappingProblem[]): Fault {
  const [first] = problems;
  if (!first) throw new Error("Assertion failed: no problem to tell");
  const lines = first.rules.map((name) => name.slice(name.lastIndexOf(":") + 1));
  const more = problems.length === 1 ? "" : ` (${problems.length - 1} more problems)`;
  const said = first.code === "mapping.tie" ? `lines ${lines.join(" and ")} tie: ${first.detail}` : first.detail;
  return invalid(`${file}:${lines.at(-1)}`, `${said}${more}`);
}

export function readMapping(file: string, text: string): Mapping {
  const unread: Wrong[] = [];
  const rows = /\.ya?ml$/i.test(file) ? readYamlRows(file, text) : readCsvRows(file, text, unread);
  const mapping = compileMapping(readRules(file, rows, unread));
  if (!mapping.ok) throw problemFault(file, mapping.error);
  return mapping.value;
}
