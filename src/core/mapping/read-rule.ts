/**
 * Reads one line of a mapping table into a rule. Cells are text as a person typed it: empty means any, `A..B` a range, `ABC*` a prefix, all
 * else one exact value. Keys come out in SAP's inner form (ALPHA, sap-data 1), WBS elements by POSID (ruling 29). Every bad cell of the line
 * is named with its column, its value and what to write; nothing is guessed. Ties and unsupported patterns are `compileMapping`'s to find.
 */
import { toAlpha } from "../keys.ts";
import { type CostObjectKind, costObjectKinds } from "../records/index.ts";
import { err, ok, type Result } from "../result.ts";
import { parseIsoDate, type SapDate } from "../sap-date.ts";
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
  "cost_code",
  "cost_type",
] as const;
export type MappingColumn = (typeof mappingColumns)[number];

/** Without these a line leads nowhere; the others may be absent as a whole, which means any. */
export const mappingColumnsNeeded = [
  "object_type",
  "project",
  "cost_code",
  "cost_type",
] as const satisfies readonly MappingColumn[];

export type MappingCells = Partial<Readonly<Record<MappingColumn, string>>>;
export type MappingCellProblem = { readonly column: MappingColumn; readonly value: string; readonly detail: string };

/** How one value of a column becomes its inner form; a sentence when it cannot. */
type Canonical = (text: string) => Result<string, string>;

function padded(width: number): Canonical {
  return (text) => {
    const key = toAlpha(text, width);
    return key.ok ? key : err(`has more than ${width} characters`);
  };
}

/** Upper case, no padding: what SAP keeps as typed. */
function plain(width: number): Canonical {
  return (text) => (text.length > width ? err(`has more than ${width} characters`) : ok(text.toUpperCase()));
}

// Widths of KOSTL, AUFNR (networks are orders), POSID, WERKS (sap-data 1).
const objectForms: Readonly<Record<CostObjectKind, Canonical>> = {
  "cost-center": padded(10),
  order: padded(12),
  network: padded(12),
  wbs: plain(24),
  plant: plain(4),
};
const accountForm = padded(10);
const companyCodeForm = plain(4);
const materialGroupForm = plain(9);

/** A prefix keeps the zeros it was typed with: padding would change what it means. */
function readPrefix(text: string): Result<Pattern, string> {
  const value = text.slice(0, -1).trim();
  if (value === "") return err("is only an asterisk; leave the cell empty for any value");
  return value.includes("*") ? err("has an asterisk that is not at the end") : ok({ kind: "prefix", value: value.toUpperCase() });
}

function readRange(text: string, canonical: Canonical): Result<Pattern, string> {
  const [low = "", high = "", ...more] = text.split("..").map((end) => end.trim());
  if (low === "" || high === "" || more.length > 0) return err("is no range; write it as 1000..1999");
  const from = canonical(low);
  if (!from.ok) return from;
  const to = canonical(high);
  if (!to.ok) return to;
  return from.value > to.value
    ? err("is a range that ends before it begins")
    : ok({ kind: "range", from: from.value, to: to.value });
}

function readPattern(text: string, canonical: Canonical): Result<Pattern, string> {
  if (text === "") return ok({ kind: "any" });
  if (text.includes("..")) return readRange(text, canonical);
  if (text.endsWith("*")) return readPrefix(text);
  if (text.includes("*")) return err("has an asterisk that is not at the end");
  const value = canonical(text);
  return value.ok ? ok({ kind: "exact", value: value.value }) : value;
}

function isKind(text: string): text is CostObjectKind {
  return costObjectKinds.some((kind) => kind === text);
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
    pattern(column: MappingColumn, canonical: Canonical): Pattern {
      const pattern = readPattern(cell(column), canonical);
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
  const objectKind = isKind(kindText) ? kindText : undefined;
  if (!objectKind) line.note("object_type", `is not one of ${costObjectKinds.join(", ")}`);
  const validFrom = line.date("valid_from");
  const validTo = line.date("valid_to");
  const rule = {
    name,
    companyCode: line.pattern("company_code", companyCodeForm),
    object: line.pattern("object", objectForms[objectKind ?? "wbs"]),
    account: line.pattern("account", accountForm),
    materialGroup: line.pattern("material_group", materialGroupForm),
    ...(validFrom ? { validFrom } : {}),
    ...(validTo ? { validTo } : {}),
    target: { project: line.needed("project"), costCode: line.needed("cost_code"), costType: line.needed("cost_type") },
  };
  return objectKind && line.problems.length === 0 ? ok({ ...rule, objectKind }) : err(line.problems);
}
