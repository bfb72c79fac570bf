/**
 * What the parts of the builder share while a group grows: its options, its dice, the tables so far, and the notes that become the
 * manifest's list of nasty cases.
 */
import type { ODataForm } from "../ecc/index.ts";
import type { EccRow, Manifest } from "../world.ts";
import type { Draw } from "./draw.ts";
import type { MappingRule } from "./mapping.ts";
import type { Company, CostType } from "./organisation.ts";
import type { Tables } from "./tables.ts";

export type GroupOptions = {
  worldFolder: string;
  seed: number;
  /** The last day of the books, `YYYYMMDD`. */
  asOf: string;
  /** Procore projects that the client may see; a few SAP projects more have none, or one that is not permitted. */
  projects: number;
  vendors: number;
  purchaseOrders: number;
  poLines: number;
  /** FI lines that carry a cost object; their offset lines come on top. */
  costLines: number;
  /** `none` leaves out CO documents, ledgers and their totals, which more than double a world; the flows' figures are the same. */
  ledgers?: "all" | "none";
  /** Shares of the cost lines in percent that the last month has without a rule, and that come after its close. Not in every world. */
  monthEnd?: { unmapped: number; late: number; reversed: number };
  /** The OData service `ZMLC_SRV` over all tables, in this form. Not in every world. */
  odata?: ODataForm;
};

/** A WBS element that may be posted to, with the budget code it is mapped to. */
export type Element = { pspnr: string; posid: string; costCode: string; name: string; isMapped: boolean; isStatistical: boolean };
export type Activity = { nplnr: string; aufpl: string; aplzl: string; pspnr: string };

export type SapProject = {
  pspnr: string;
  pspid: string;
  name: string;
  company: Company;
  elements: readonly Element[];
  /** Internal orders: one belongs to a WBS element, one stands alone. */
  orders: readonly { aufnr: string; pspel: string }[];
  activities: readonly Activity[];
  procore: { kind: "permitted" | "not-permitted" | "absent"; id: number; number: string };
};

export type GroupVendor = { lifnr: string; name: string; companies: readonly string[] };

/** What a line or an item is assigned to; fields are those of BSEG. */
export type ObjectFields = { PROJK?: string; NPLNR?: string; AUFPL?: string; APLZL?: string; AUFNR?: string; KOSTL?: string };

export type Group = {
  options: GroupOptions;
  draw: Draw;
  tables: Tables;
  projects: SapProject[];
  /** Vendors that Procore will get, and those that it will not, by company code. */
  goodVendors: Map<string, GroupVendor[]>;
  badVendors: GroupVendor[];
  /** Employer identification numbers that were given: none is given twice by chance. */
  taxIds: Set<string>;
  rules: MappingRule[];
  note(name: string, ...keys: string[]): void;
  nasty: Map<string, string[]>;
};

export function createGroup(options: GroupOptions, draw: Draw, tables: Tables): Group {
  const nasty = new Map<string, string[]>();
  return {
    options,
    draw,
    tables,
    projects: [],
    goodVendors: new Map(),
    badVendors: [],
    taxIds: new Set(),
    rules: [],
    nasty,
    note: (name, ...keys) => nasty.set(name, [...(nasty.get(name) ?? []), ...keys]),
  };
}

export const nastyList = (group: Group): Manifest["nasty"] => [...group.nasty].map(([name, keys]) => ({ name, keys }));

/** Nearly all business is with projects that Procore shows; the rest stays in the figures as held. */
export function pickProject(group: Group): SapProject {
  const isOther = group.draw.chance(2);
  const index = group.draw.int(0, group.options.projects - 1);
  const other = group.draw.int(group.options.projects, group.projects.length - 1);
  const project = group.projects[isOther ? other : index];
  if (project === undefined) throw new Error("the group has no projects");
  return project;
}

/** The busiest elements first, as on a real site: half of all postings fall on a quarter of them. */
export function pickElement(group: Group, project: SapProject): Element {
  const last = project.elements.length - 1;
  const index = Math.min(group.draw.int(0, last), group.draw.int(0, last), group.draw.int(0, last));
  const element = project.elements[index];
  if (element === undefined) throw new Error(`project ${project.pspid} has no WBS element to post to`);
  return element.isStatistical ? pickElement(group, project) : element;
}

/** Leaves out what is initial, as a world's rows do. */
export function compactRow(row: Readonly<Record<string, string | undefined>>): EccRow {
  const kept: Record<string, string> = {};
  for (const name in row) {
    const value = row[name];
    if (value !== undefined && value !== "") kept[name] = value;
  }
  return kept;
}

export const costTypes: readonly CostType[] = ["L", "E", "M", "S", "O"];

export function vendorsOf(group: Group, company: Company): readonly GroupVendor[] {
  const vendors = group.goodVendors.get(company.bukrs) ?? [];
  if (vendors.length === 0) throw new Error(`no usable vendor in company code ${company.bukrs}: raise the number of vendors`);
  return vendors;
}
