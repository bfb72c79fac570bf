/**
 * Reads one line of a mapping table into a rule. Cells are text as a person typed it: empty means any, `A..B` a range, `ABC*` a prefix, all
 * else one exact value. Keys come out in SAP's inner form (ALPHA, sap-data 1), WBS elements by POSID (ruling 29). Every bad cell of the line
 * is named with its column, its value and what to write; nothing is guessed. Ties are `compileMapping`'s to find.
 */
import { toAlpha } from "../keys.ts";
import { costObjectKinds } from "../records/index.ts";
import { err, ok, type Result } from "../result.ts";
import { parseIsoDate, type SapDate } from "../sap-date.ts";
import {
  accountForm,
  companyCodeForm,
  isObjectKind,
  type KeyForm,
  materialGroupForm,
  numberOf,
  objectForms,
} from "./key-form.ts";
import type { MappingRule, Pattern } from "./rule.ts";

export const mappingColumns = [
  "company_code",
  "object_type",
  "object",
  "account",
  "material_group",
  "valid_from",
  "valid_to",
  "project",
  "sub_job",
  "cost_code",
  "cost_type",
] as const;
export type MappingColumn = (typeof mappingColumns)[number];

/** Those that a table has which needs no others: few projects have sub jobs. */
export const mappingColumnsUsual = mappingColumns.filter((column) => column !== "sub_job");

/** Without these a line leads nowhere; the others may be absent as a whole, which means any. */
export const mappingColumnsNeeded = [
  "object_type",
  "project",
  "cost_code",
  "cost_type",
] as const satisfies readonly MappingColumn[];

export type MappingCells = Partial<Readonly<Record<MappingColumn, string>>>;
export type MappingCellProblem = { readonly column: MappingColumn; readonly value: string; readonly detail: string };

/** One value of a column in its inner form; a sentence when it cannot be. Unpadded keys are upper case, as SAP keeps them. */
function canonical(text: string, { width, isPadded }: KeyForm): Result<string, string> {
  if (text.length > width) return err(`has more than ${width} characters`);
  if (!isPadded) return ok(text.toUpperCase());
  const key = toAlpha(text, width);
  return key.ok ? key : err("is empty");
}

/** A prefix stands as SAP shows keys, so that nothing is padded: "40*" holds account 400000. */
function readPrefix(text: string, { width }: KeyForm): Result<Pattern, string> {
  const value = text.slice(0, -1).trim();
  if (value === "") return err("is only an asterisk; leave the cell empty for any value");
  if (value.includes("*")) return err("has an asterisk that is not at the end");
  return value.length > width ? err(`has more than ${width} characters`) : ok({ kind: "prefix", value: value.toUpperCase() });
}

/** Numbers and text are never compared with one another; what looks like a range of both has no sure meaning. */
function rangeProblem(from: string, to: string, form: KeyForm): string | undefined {
  const [low, high] = [numberOf(from, form), numberOf(to, form)];
  if (low < 0 !== high < 0) return "is a range from a number to a text; write two numbers or two texts";
  if (low >= 0 && from.length !== to.length) return "is a range of numbers of different length; write one range for each length";
  return from > to ? "is a range that ends before it begins" : undefined;
}

function readRange(text: string, form: KeyForm): Result<Pattern, string> {
  const [low = "", high = "", ...more] = text.split("..").map((end) => end.trim());
  if (low === "" || high === "" || more.length > 0) return err("is no range; write it as 1000..1999");
  if (text.includes("*")) return err("is a range with an asterisk; write either a range or a prefix");
  const from = canonical(low, form);
  if (!from.ok) return from;
  const to = canonical(high, form);
  if (!to.ok) return to;
  const problem = rangeProblem(from.value, to.value, form);
  return problem === undefined ? ok({ kind: "range", from: from.value, to: to.value }) : err(problem);
}

function readPattern(text: string, form: KeyForm): Result<Pattern, string> {
  if (text === "") return ok({ kind: "any" });
  if (text.includes("..")) return readRange(text, form);
  if (text.endsWith("*")) return readPrefix(text, form);
  if (text.includes("*")) return err("has an asterisk that is not at the end");
  const value = canonical(text, form);
  return value.ok ? ok({ kind: "exact", value: value.value }) : value;
}

/** Reads cells and gathers what is wrong with them, so that a person sees all of a line at once. */
function lineReader(cells: MappingCells) {
  const problems: MappingCellProblem[] = [];
  const cell = (column: MappingColumn) => (cells[column] ?? "").trim();
  const note = (column: MappingColumn, detail: string) => problems.push({ column, value: cell(column), detail });
  return {
    problems,
    note,
    cell,
    pattern(column: MappingColumn, form: KeyForm): Pattern {
      const pattern = readPattern(cell(column), form);
      if (pattern.ok) return pattern.value;
      note(column, pattern.error);
      return { kind: "any" };
    },
    date(column: MappingColumn): SapDate | undefined {
      const text = cell(column);
      if (text === "") return undefined;
      const date = parseIsoDate(text);
      if (!date) note(column, "is no date; write it as 2026-01-31");
      return date;
    },
    needed(column: MappingColumn): string {
      if (cell(column) === "") note(column, "is empty; it must say where the amount goes");
      return cell(column);
    },
  };
}

export function readMappingRule(name: string, cells: MappingCells): Result<MappingRule, readonly MappingCellProblem[]> {
  const line = lineReader(cells);
  const kindText = line.cell("object_type").toLowerCase();
  const objectKind = isObjectKind(kindText) ? kindText : undefined;
  if (!objectKind) line.note("object_type", `is not one of ${costObjectKinds.join(", ")}`);
  const validFrom = line.date("valid_from");
  const validTo = line.date("valid_to");
  const subJob = line.cell("sub_job");
  const rule = {
    name,
    companyCode: line.pattern("company_code", companyCodeForm),
    object: line.pattern("object", objectForms[objectKind ?? "wbs"]),
    account: line.pattern("account", accountForm),
    materialGroup: line.pattern("material_group", materialGroupForm),
    ...(validFrom ? { validFrom } : {}),
    ...(validTo ? { validTo } : {}),
    target: {
      project: line.needed("project"),
      ...(subJob === "" ? {} : { subJob }),
      costCode: line.needed("cost_code"),
      costType: line.needed("cost_type"),
    },
  };
  return objectKind && line.problems.length === 0 ? ok({ ...rule, objectKind }) : err(line.problems);
}
