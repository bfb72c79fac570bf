/** mapping.csv to a compiled mapping; every complaint names its line, column and value, and a tie names both lines. */
import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import {
  compileMapping,
  Fault,
  type Mapping,
  type MappingRule,
  mappingColumns,
  mappingColumnsNeeded,
  readMappingRule,
} from "../../core/index.ts";

function invalid(place: string, detail: string, cause?: unknown): Fault {
  return new Fault("mapping.invalid", { place, detail, cause });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw invalid(file, "the file cannot be read; `mapping` in the configuration names it", cause);
  }
}

type Row = { record: Record<string, string>; info: { lines: number } };

function parseRows(file: string, text: string): Row[] {
  let header: string[] = [];
  const columns = (names: string[]) => {
    header = names;
    return names;
  };
  try {
    const rows: Row[] = parse(text, { columns, bom: true, info: true, trim: true, skip_empty_lines: true });
    const unknown = header.filter((name) => !(mappingColumns as readonly string[]).includes(name));
    if (unknown.length > 0)
      throw invalid(`${file}:1`, `column "${unknown[0]}" is not known; there are ${mappingColumns.join(", ")}`);
    const missing = mappingColumnsNeeded.filter((name) => !header.includes(name));
    if (text.trim() === "" || missing.length > 0)
      throw invalid(`${file}:1`, `column "${missing[0] ?? mappingColumnsNeeded[0]}" is missing`);
    return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(`${file}:${String(error.lines ?? 1)}`, error.message, error);
  }
}

function ruleOf(file: string, { record, info }: Row): MappingRule {
  const place = `${file}:${info.lines}`;
  const rule = readMappingRule(place, record);
  if (rule.ok) return rule.value;
  const [problem] = rule.error;
  throw invalid(place, problem ? `${problem.column} "${problem.value}": ${problem.detail}` : "the line cannot be read");
}

export async function readMappingFile(file: string): Promise<Mapping> {
  const rules = parseRows(file, await readText(file)).map((row) => ruleOf(file, row));
  const mapping = compileMapping(rules);
  if (mapping.ok) return mapping.value;
  const [problem] = mapping.error;
  throw invalid(
    problem?.rules.join(" and ") ?? file,
    problem ? `${problem.code}: ${problem.detail}` : "the rules cannot be used together",
  );
}
