/**
 * Whose record is it: company and project scope, permitted projects, and origin ids. A wrong scope parameter on a list is 200 with
 * nothing (procore 3 [A, C]); a project off the permitted list is 403 or 404 (procore 0.11 [A]); what cannot be seen is 404.
 */
import type { Call } from "./exchange.ts";
import type { Client, Project } from "./records.ts";
import { forbidden, notFound, taken } from "./refusal.ts";
import { integerOf } from "./values.ts";
import type { World } from "./world.ts";

export function isPermitted(client: Client, projectId: number): boolean {
  return client.permittedProjectIds === "all" || client.permittedProjectIds.includes(projectId);
}

function demandPermitted(call: Call, project: Project): Project {
  if (isPermitted(call.client, project.id)) return project;
  // procore 1 [C]: wording as integrators report it.
  if (call.world.switches.notPermittedStatus === 403)
    throw forbidden("You do not have sufficient access to complete that action");
  throw notFound("Project");
}

/** A project named in the path or a body: 404 when there is none, 403 (or 404) when it is not permitted. */
export function demandProject(call: Call, id: unknown): Project {
  const project = call.world.projects.get(integerOf(id));
  if (project === undefined || project.companyId !== call.company.id) throw notFound("Project");
  return demandPermitted(call, project);
}

/** A project named in the query of a list: undefined when the scope is wrong, which lists answer with nothing. */
export function listedProject(call: Call): Project | undefined {
  const project = call.world.projects.get(integerOf(call.query.get("project_id")));
  if (project === undefined || project.companyId !== call.company.id) return undefined;
  return demandPermitted(call, project);
}

/** Whether the `company_id` of query, path or body names the company of the header. */
export function isOwnCompany(call: Call, id: unknown): boolean {
  return integerOf(id) === call.company.id;
}

export function demandCompany(call: Call, id: unknown): void {
  // procore 1 [A]
  if (!isOwnCompany(call, id)) throw forbidden("App is not connected to this company.");
}

type OriginTable = {
  name: string;
  first(index: "origin", key: string): { id: number } | undefined;
};

/** procore 0.2 [A]: unique per company and object type, across projects. Procore 7.4 leaves "over all objects" open: a switch. */
/** The project that the query names, or else the body. */
export const demandNamedProject = (call: Call): Project =>
  demandProject(call, call.query.get("project_id") ?? call.body.project_id);

export function claimOrigin(world: World, table: OriginTable, companyId: number, originId: string | null, ownId: number): void {
  if (originId === null) return;
  const key = `${companyId}|${originId}`;
  const all: readonly OriginTable[] = [
    world.vendors,
    world.contracts,
    world.contractLines,
    world.directCosts,
    world.directCostLines,
    world.costCodes,
    world.lineItemTypes,
    world.requisitions,
    world.contractPayments,
    world.subJobs,
    world.taxCodes,
  ];
  for (const one of world.switches.originIdScope === "over-all" ? all : [table]) {
    const holder = one.first("origin", key);
    if (holder !== undefined && (one.name !== table.name || holder.id !== ownId)) throw taken("origin_id");
  }
}

/** An empty origin id is none. */
export function originOf(text: string | null | undefined, otherwise: string | null): string | null {
  if (text === undefined) return otherwise;
  return text === "" ? null : text;
}
