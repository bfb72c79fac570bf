/** Purchase order contracts: list, create, show, update, recycle, sync (procore 4.4). */
import { createContract, isLocked, updateContract } from "./contract-rules.ts";
import { showContract, showListed } from "./contract-view.ts";
import { type Call, created, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { commonFilters, filtered, filterText, page } from "./paging.ts";
import type { Contract, Project } from "./records.ts";
import { invalid, notFound, shaped } from "./refusal.ts";
import { demandNamedProject, demandProject, listedProject } from "./scope.ts";
import { syncRows } from "./sync.ts";
import { integerOf, wrapped } from "./values.ts";

function list(call: Call): Reply {
  const { world } = call;
  const project = listedProject(call);
  const status = filterText(call, "status");
  const origin = filterText(call, "origin_id");
  const deleted = filterText(call, "include_deleted");
  const tests = commonFilters<Contract>(call);
  if (deleted !== "with") tests.push((contract) => (contract.deletedAt !== null) === (deleted === "only"));
  if (status !== undefined) tests.push((contract) => contract.status === status);
  if (origin !== undefined) tests.push((contract) => contract.originId === origin);
  const found = project === undefined ? [] : world.contracts.by("project", project.id);
  return page(call, filtered(found, tests), (contract) => showListed(world, contract, call.query.get("view")));
}

/** The contract of a path, in the project that query or body names. A recycled one is out of sight. */
export function demandContract(call: Call, idText: string | undefined): { project: Project; contract: Contract } {
  const project = demandNamedProject(call);
  const contract = call.world.contracts.get(integerOf(idText));
  if (contract === undefined || contract.projectId !== project.id || contract.deletedAt !== null) {
    throw notFound("Purchase order contract", "text");
  }
  return { project, contract };
}

/** The contract that a body names as the commitment, in a project that was found. */
export function demandOwnContract(call: Call, project: Project, id: unknown): Contract {
  const contract = call.world.contracts.get(integerOf(id));
  if (contract === undefined || contract.projectId !== project.id || contract.deletedAt !== null) {
    throw notFound("Commitment", "text");
  }
  return contract;
}

function create(call: Call): Reply {
  const project = demandProject(call, call.body.project_id);
  const contract = createContract(call, project, wrapped(call.body, "purchase_order_contract"), "single");
  return created(showContract(call.world, contract));
}

function update(call: Call): Reply {
  const { project, contract } = demandContract(call, call.params.id);
  const row = wrapped(call.body, "purchase_order_contract");
  return ok(showContract(call.world, updateContract(call, project, contract, row, "single")));
}

function recycle(call: Call): Reply {
  const { contract } = demandContract(call, call.params.id);
  // procore 4.4 [A]: Approved forbids deletion.
  if (isLocked(call.world, contract)) throw invalid("base", "An Approved contract cannot be deleted");
  if (call.world.requisitions.first("contract", contract.id) !== undefined) {
    throw invalid("base", "A contract that has invoices cannot be deleted");
  }
  const now = stampOf(call.clock);
  call.world.contracts.put({ ...contract, deletedAt: now, updatedAt: now });
  return { status: 200 };
}

function sync(call: Call): Reply {
  const { world } = call;
  const project = demandProject(call, call.body.project_id ?? call.query.get("project_id"));
  const visible = (contract: Contract | undefined): Contract | undefined => {
    if (contract?.projectId !== project.id) return undefined;
    return contract.deletedAt === null || !world.switches.deletedContractsHidden ? contract : undefined;
  };
  return syncRows<Contract>(call, {
    byId: (id) => visible(world.contracts.get(id)),
    byOrigin: (origin) => visible(world.contracts.first("origin", `${project.companyId}|${origin}`)),
    create: (row) => createContract(call, project, row, "sync"),
    update: (contract, row) => updateContract(call, project, contract, row, "sync"),
    show: (contract) => showListed(world, contract, "extended"),
  });
}

const base = "/rest/v1.0/purchase_order_contracts";

export const contractRoutes: readonly Route[] = [
  ["GET", base, list],
  ["POST", base, shaped("fields", create)],
  ["PATCH", `${base}/sync`, sync],
  ["GET", `${base}/{id}`, (call) => ok(showContract(call.world, demandContract(call, call.params.id).contract))],
  ["PATCH", `${base}/{id}`, shaped("fields", update)],
  ["DELETE", `${base}/{id}`, shaped("text", recycle)],
];
