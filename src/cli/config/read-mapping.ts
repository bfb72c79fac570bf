/**
 * Reads a mapping, CSV or by its name YAML, into compiled rules. Every complaint names file and line, column and value; two rules that tie name both lines. An
 * empty table is allowed: everything is then held for want of a rule, which is what a new installation should show.
 */
import { basename } from "node:path";
import {
  compileMapping,
  Fault,
  type Mapping,
  type MappingProblem,
  type MappingRule,
  mappingColumns,
  mappingColumnsNeeded,
  readMappingRule,
} from "../../core/index.ts";
import { type CsvComplaint, readCsvTable } from "./csv-table.ts";
import type { MappingRow } from "./mapping-rows.ts";
import { readYamlRows } from "./read-mapping-yaml.ts";

const invalid = (place: string, detail: string) => new Fault("mapping.invalid", { place, detail });

const linesShownMax = 5;

function readCsvRows(file: string, text: string): { rows: readonly MappingRow[]; complaints: readonly CsvComplaint[] } {
  return readCsvTable(file, text, { columns: mappingColumns, needed: mappingColumnsNeeded, invalid });
}

/** The first bad line in full; the others by number. */
function readRules(file: string, rows: readonly MappingRow[], unread: readonly CsvComplaint[]): MappingRule[] {
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
  const isYaml = /\.ya?ml$/i.test(file);
  const { rows, complaints } = isYaml ? { rows: readYamlRows(file, text), complaints: [] } : readCsvRows(file, text);
  const mapping = compileMapping(readRules(file, rows, complaints));
  if (!mapping.ok) throw problemFault(file, mapping.error);
  return mapping.value;
}
