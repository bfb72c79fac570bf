/** A project's directory of vendors: list, create and add, add, remove (procore 4.3). Adding twice is one entry. */
import { type Call, created, ok, type Reply, type Route } from "./exchange.ts";
import { commonFilters, filtered, filterText, page } from "./paging.ts";
import type { Project, Vendor } from "./records.ts";
import { notFound, shaped } from "./refusal.ts";
import { demandProject } from "./scope.ts";
import { integerOf, wrapped } from "./values.ts";
import { createVendor, updateVendor, visibleVendor } from "./vendor-rules.ts";
import { showProjectVendor, showVendor } from "./vendor-view.ts";
import type { World } from "./world.ts";

function* vendorsOf(world: World, project: Project, isActive: boolean): Iterable<Vendor> {
  for (const link of world.projectVendors.by("project", project.id)) {
    const vendor = world.vendors.get(link.vendorId);
    if (vendor?.isActive === isActive) yield vendor;
  }
}

export function isInDirectory(world: World, projectId: number, vendorId: number): boolean {
  return world.projectVendors.first("pair", `${projectId}|${vendorId}`) !== undefined;
}

function link(world: World, project: Project, vendor: Vendor): void {
  if (isInDirectory(world, project.id, vendor.id)) return;
  world.projectVendors.put({ id: world.nextId(), projectId: project.id, vendorId: vendor.id });
}

/** procore 4.3: v1.0 knows `normal` and `extended` only; an unknown view is the default one. */
function view(call: Call): string | null {
  const asked = call.query.get("view");
  return asked === "extended" || call.request.path.startsWith("/rest/v1.1/") ? asked : null;
}

function list(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const search = filterText(call, "search")?.toLowerCase();
  const tests = commonFilters<Vendor>(call);
  if (search !== undefined) tests.push((vendor) => vendor.name.toLowerCase().includes(search));
  return page(call, filtered(vendorsOf(call.world, project, true), tests), (vendor) =>
    showProjectVendor(call.world, vendor, view(call)),
  );
}

/** The subset gives this list neither `project_ids` nor what `extended` adds. */
function showInactive(call: Call, project: Project, vendor: Vendor): Record<string, unknown> {
  const { project_ids: _, ...shown } = showVendor(call.world, vendor, "normal");
  const reactivate = `${call.request.origin}/rest/v1.0/projects/${project.id}/vendors/inactive/${vendor.id}`;
  return { ...shown, company_vendor: true, _links: { reactivate } };
}

function listInactive(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  return page(call, vendorsOf(call.world, project, false), (vendor) => showInactive(call, project, vendor));
}

function reactivate(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const vendor = call.world.vendors.get(integerOf(call.params.id));
  if (vendor === undefined || vendor.isActive || !isInDirectory(call.world, project.id, vendor.id)) throw notFound("Vendor");
  const { _links: _, ...shown } = showInactive(call, project, updateVendor(call, vendor, { is_active: true }));
  return ok(shown);
}

function show(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const vendor = visibleVendor(call, call.world.vendors.get(integerOf(call.params.id)));
  if (vendor === undefined || !isInDirectory(call.world, project.id, vendor.id)) throw notFound("Vendor");
  return ok(showProjectVendor(call.world, vendor, view(call)));
}

function create(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const vendor = createVendor(call, wrapped(call.body, "vendor"));
  link(call.world, project, vendor);
  return created(showProjectVendor(call.world, vendor, view(call)));
}

function add(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const vendor = visibleVendor(call, call.world.vendors.get(integerOf(call.params.id)));
  if (vendor === undefined) throw notFound("Vendor");
  link(call.world, project, vendor);
  return created(showProjectVendor(call.world, vendor, view(call)));
}

function remove(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const held = call.world.projectVendors.first("pair", `${project.id}|${integerOf(call.params.id)}`);
  if (held === undefined) throw notFound("Vendor");
  call.world.projectVendors.remove(held.id);
  return { status: 204 };
}

export const projectVendorRoutes: readonly Route[] = [
  ["GET", "/rest/v1.0/projects/{project_id}/vendors/inactive", listInactive],
  ["PATCH", "/rest/v1.0/projects/{project_id}/vendors/inactive/{id}", reactivate],
  ...["v1.0", "v1.1"].flatMap((version): Route[] => [
    ["GET", `/rest/${version}/projects/{project_id}/vendors`, list],
    ["POST", `/rest/${version}/projects/{project_id}/vendors`, shaped("fields", create)],
    ["GET", `/rest/${version}/projects/{project_id}/vendors/{id}`, show],
    ["POST", `/rest/${version}/projects/{project_id}/vendors/{id}/actions/add`, add],
    ["DELETE", `/rest/${version}/projects/{project_id}/vendors/{id}/actions/remove`, remove],
  ]),
];
