/**
 * What a hook may listen to, by scope (procore 5 [C]: a sandbox's own list of 2026-02). Requisitions, billing periods and budget codes
 * are not in it, so a client that hard-codes names or leaves out polling loses them; a switch adds the requisitions.
 */
import type { Switches } from "./switches.ts";
import type { Identified } from "./table.ts";

export type Scope = "company" | "project";
export type Verb = "create" | "update" | "delete";

type Parent = { readonly name: string; readonly idOf: (record: Identified) => number };

export type Resource = {
  readonly table: string;
  readonly name: string;
  readonly scope: Scope;
  readonly tool: string;
  readonly verbs: readonly Verb[];
  /** v3.0 names it for lines. */
  readonly parent?: Parent;
};

const all: readonly Verb[] = ["create", "update", "delete"];
const holderOf = (record: Identified): number => (record as Identified & { holderId: number }).holderId;

const resources: readonly Resource[] = [
  // procore 5: the documentation says that deletes come, the sandbox's list says that they do not.
  { table: "vendors", name: "Company Vendors", scope: "company", tool: "Directory", verbs: ["create", "update"] },
  { table: "projects", name: "Projects", scope: "company", tool: "Portfolio", verbs: ["create", "update"] },
  { table: "lineItemTypes", name: "Line Item Types", scope: "company", tool: "Admin", verbs: ["create", "update"] },
  { table: "contracts", name: "Purchase Order Contracts", scope: "project", tool: "Commitments", verbs: all },
  {
    table: "contractLines",
    name: "Purchase Order Contract Line Items",
    scope: "project",
    tool: "Commitments",
    verbs: all,
    parent: { name: "Purchase Order Contracts", idOf: holderOf },
  },
  { table: "changeOrders", name: "Change Order Packages", scope: "project", tool: "Change Orders", verbs: all },
  { table: "directCosts", name: "Direct Costs", scope: "project", tool: "Direct Costs", verbs: all },
  {
    table: "directCostLines",
    name: "Direct Cost Line Items",
    scope: "project",
    tool: "Direct Costs",
    verbs: all,
    parent: { name: "Direct Costs", idOf: holderOf },
  },
  { table: "budgetLines", name: "Budget Line Items", scope: "project", tool: "Budget", verbs: all },
  { table: "contractPayments", name: "Contract Payments", scope: "project", tool: "Commitments", verbs: all },
  { table: "costCodes", name: "Cost Codes", scope: "project", tool: "Admin", verbs: all },
  { table: "subJobs", name: "Sub Jobs", scope: "project", tool: "Admin", verbs: all },
  // procore 5 [A]: its updates ended on 2026-06-30.
  { table: "projectVendors", name: "Project Vendors", scope: "project", tool: "Directory", verbs: ["create", "delete"] },
];

const requisitions: Resource = {
  table: "requisitions",
  name: "Requisitions",
  scope: "project",
  tool: "Invoicing",
  verbs: all,
};

export function resourcesOf(switches: Switches): readonly Resource[] {
  return switches.requisitionWebhooks ? [...resources, requisitions] : resources;
}

/** procore 7.17: whether a hook of the company carries what belongs to projects is unproven. */
export const isOffered = (switches: Switches, resource: Resource, scope: Scope): boolean =>
  resource.scope === scope || (scope === "company" && switches.companyHooksCarryProjects);

const streaming: Readonly<Record<Verb, string>> = { create: "created", update: "updated", delete: "recycled" };

/** procore 7.18: the newest resources of v4.0 speak in the past tense; whether the financial ones do is not known. */
export const spokenVerb = (switches: Switches, version: string, verb: Verb): string =>
  version === "v4.0" && switches.webhookVerbs === "streaming" ? streaming[verb] : verb;
