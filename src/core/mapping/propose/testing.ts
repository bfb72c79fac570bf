/** A small site to propose for, in few words: SAP's structure and Procore's, for the tests of this folder. */
import type { CostObjectKind, ReferenceKind, ReferenceRecord } from "../../records/index.ts";
import type { SapDate } from "../../sap-date.ts";
import { compileMapping } from "../compile.ts";
import type { CoverageLine } from "../coverage.ts";
import { type MappingCells, readMappingRule } from "../read-rule.ts";
import type { Mapping } from "../rule.ts";
import type { ProjectBudget } from "./code-candidates.ts";
import type { OrderedLine } from "./masses.ts";
import type { ProjectToPropose } from "./project-candidates.ts";
import { createProposer, type Proposals } from "./propose.ts";

export function reference(
  of: ReferenceKind,
  key: string,
  text: string,
  attributes: Record<string, string> = {},
): ReferenceRecord {
  return {
    kind: "reference",
    of,
    key: `${of}:${key}`,
    validFrom: "",
    validTo: "",
    text,
    longText: "",
    language: "E",
    attributes,
  };
}

export const sapProject = (pspnr: string, id: string, name: string): ReferenceRecord => reference("project", pspnr, name, { id });

/** By POSID; `project` is PSPNR. */
export const element = (posid: string, project: string, text: string): ReferenceRecord =>
  reference("wbs-element", `n${posid}`, text, { id: posid, project, companyCode: "1000", isAccountAssignment: "X" });

export const account = (number: string, text: string, isBalanceSheet = ""): ReferenceRecord =>
  reference("gl-account", `CAGR/${number.padStart(10, "0")}`, text, { isBalanceSheet });

export function rules(...cells: readonly MappingCells[]): Mapping {
  const read = cells.map((each, index) => {
    const rule = readMappingRule(`mapping.csv:${index + 2}`, { object_type: "wbs", ...each });
    if (!rule.ok) throw new Error(JSON.stringify(rule.error));
    return rule.value;
  });
  const mapping = compileMapping(read);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
  return mapping.value;
}

export function line(
  object: string,
  number: string,
  size: number,
  facts: { kind?: CostObjectKind; currency?: string; date?: string } = {},
): CoverageLine {
  const { kind = "wbs", currency = "USD", date = "20260315" } = facts;
  const query = {
    companyCode: "1000",
    objectKind: kind,
    object,
    account: number.padStart(10, "0"),
    materialGroup: "",
    date: date as SapDate,
  };
  return { query, currency, lines: 1, sizeMinor: BigInt(size) };
}

/** An assignment of a purchase order item. A stock item has the kind `plant` and no account. */
export function ordered(
  object: string,
  number: string,
  size: number,
  facts: Parameters<typeof line>[3] & { materialGroup?: string; isKept?: boolean } = {},
): OrderedLine {
  const { materialGroup = "", isKept = false, ...rest } = facts;
  const made = line(object, number, size, rest);
  const account = number === "" ? "" : made.query.account;
  return { ...made, query: { ...made.query, account, materialGroup }, isKept };
}

export const project = (
  id: number,
  projectNumber: string,
  name: string,
  facts: Partial<ProjectToPropose> = {},
): ProjectToPropose => ({
  id,
  projectNumber,
  name,
  originId: null,
  isActive: true,
  ...facts,
});

/** `{ "01-100": "Supervision" }`; each with all of the types, or those that are named. */
export function budget(
  codes: Readonly<Record<string, string>>,
  types: readonly string[] = ["L", "M", "E", "S", "O"],
): ProjectBudget {
  const costCodes = Object.entries(codes).map(([fullCode, name]) => ({ fullCode, name, originId: null }));
  return { costCodes, budgetCodes: new Set(Object.keys(codes).flatMap((code) => types.map((type) => `${code}.${type}`))) };
}

export const costTypes = [
  { code: "L", name: "Labor", baseType: "other" },
  { code: "M", name: "Materials", baseType: "materials" },
  { code: "E", name: "Equipment", baseType: "equipment" },
  { code: "S", name: "Subcontract", baseType: "commitment" },
  { code: "O", name: "Other", baseType: "other" },
];

export type Site = {
  mapping?: Mapping;
  lines: readonly CoverageLine[];
  orders?: readonly OrderedLine[];
  references?: readonly ReferenceRecord[];
  projects?: readonly ProjectToPropose[];
  budgets?: Readonly<Record<number, ProjectBudget>>;
  rows?: Readonly<Record<string, number>>;
  floor?: number;
};

export function propose({
  mapping = rules(),
  references = [],
  projects = [],
  budgets = {},
  rows = {},
  ...rest
}: Site): Proposals {
  const naming = { client: { systemId: "S01", client: "100" }, rows };
  const proposer = createProposer({ mapping, references, projects, naming, ...rest });
  const byProject = new Map(proposer.projectsNeeded.flatMap((id) => (budgets[id] ? [[id, budgets[id]] as const] : [])));
  return proposer.propose({ byProject, types: costTypes });
}
