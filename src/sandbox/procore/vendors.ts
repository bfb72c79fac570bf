/** Company vendors: list, create, show, update, sync, the inactive ones, and the business register (procore 4.2). */
import { type Call, created, ok, type Reply, type Route } from "./exchange.ts";
import { commonFilters, filtered, filterText, page } from "./paging.ts";
import type { Vendor } from "./records.ts";
import { invalid, notFound, Refusal, shaped } from "./refusal.ts";
import { demandCompany, isOwnCompany } from "./scope.ts";
import { syncRows } from "./sync.ts";
import { integerOf, textOf, wrapped } from "./values.ts";
import { createVendor, updateVendor, visibleVendor } from "./vendor-rules.ts";
import { registerOf, showVendor } from "./vendor-view.ts";

const view = (call: Call) => call.query.get("view");

function list(call: Call): Reply {
  const { world } = call;
  const isInScope = isOwnCompany(call, call.query.get("company_id"));
  const origin = filterText(call, "origin_id");
  const search = filterText(call, "search")?.toLowerCase();
  const tests = commonFilters<Vendor>(call);
  if (search !== undefined) tests.push((vendor) => vendor.name.toLowerCase().includes(search));
  const found = origin === undefined ? world.vendors.by("active", call.company.id) : activeByOrigin(call, origin);
  return page(call, isInScope ? filtered(found, tests) : [], (vendor) => showVendor(world, vendor, view(call)));
}

function activeByOrigin(call: Call, origin: string): readonly Vendor[] {
  const vendor = call.world.vendors.first("origin", `${call.company.id}|${origin}`);
  return vendor?.isActive ? [vendor] : [];
}

function demandVisible(call: Call): Vendor {
  const vendor = visibleVendor(call, call.world.vendors.get(integerOf(call.params.id)));
  if (vendor === undefined) throw notFound("Vendor");
  return vendor;
}

function create(call: Call): Reply {
  demandCompany(call, call.body.company_id);
  return created(showVendor(call.world, createVendor(call, wrapped(call.body, "vendor")), view(call)));
}

function update(call: Call): Reply {
  demandCompany(call, call.body.company_id ?? call.query.get("company_id"));
  return ok(showVendor(call.world, updateVendor(call, demandVisible(call), wrapped(call.body, "vendor")), view(call)));
}

function sync(call: Call): Reply {
  demandCompany(call, call.body.company_id);
  const { world } = call;
  return syncRows<Vendor>(call, {
    byId: (id) => visibleVendor(call, world.vendors.get(id)),
    byOrigin: (origin) => visibleVendor(call, world.vendors.first("origin", `${call.company.id}|${origin}`)),
    create: (row) => createVendor(call, row),
    update: (vendor, row) => updateVendor(call, vendor, row),
    show: (vendor) => showVendor(world, vendor, "extended"),
  });
}

function listInactive(call: Call): Reply {
  demandCompany(call, call.params.company_id);
  return page(call, call.world.vendors.by("inactive", call.company.id), (vendor) => ({
    ...showVendor(call.world, vendor, view(call)),
    _links: { reactivate: `${call.request.origin}/rest/v1.0/companies/${call.company.id}/vendors/inactive/${vendor.id}` },
  }));
}

function reactivate(call: Call): Reply {
  demandCompany(call, call.params.company_id);
  const vendor = call.world.vendors.get(integerOf(call.params.id));
  if (vendor === undefined || vendor.companyId !== call.company.id || vendor.isActive) throw notFound("Vendor");
  return ok(showVendor(call.world, updateVendor(call, vendor, { is_active: true }), view(call)));
}

function putRegister(call: Call, isNew: boolean): Reply {
  const vendor = demandVisible(call);
  const row = wrapped(call.body, "business_register");
  const held = vendor.businessRegister;
  if (isNew && held !== null)
    throw new Refusal(409, { base: ["A Business Register is already associated with the Vendor."] }, "error");
  if (!isNew && held === null) throw notFound("Business register");
  const type = textOf(row.type) ?? held?.type;
  const identifier = textOf(row.identifier) ?? held?.identifier;
  // procore 4.2 [A]: US and AU only.
  if (type !== "abn" && type !== "ein") throw invalid("type", "is not included in the list");
  if (identifier === undefined || !/^[\d -]{9,14}$/.test(identifier)) throw invalid("identifier", "is invalid");
  const register = { id: held?.id ?? call.world.nextId(), type, identifier };
  const next = call.world.vendors.put({ ...vendor, businessRegister: register });
  return { status: isNew ? 201 : 200, body: registerOf(next) };
}

export const vendorRoutes: readonly Route[] = [
  ["GET", "/rest/v1.0/vendors", list],
  ["GET", "/rest/v1.1/vendors", list],
  ["POST", "/rest/v1.0/vendors", shaped("fields", create)],
  ["PATCH", "/rest/v1.0/vendors/sync", sync],
  [
    "GET",
    "/rest/v1.0/vendors/{id}",
    (call) => {
      demandCompany(call, call.query.get("company_id"));
      return ok(showVendor(call.world, demandVisible(call), view(call)));
    },
  ],
  ["PATCH", "/rest/v1.0/vendors/{id}", shaped("fields", update)],
  ["POST", "/rest/v1.0/vendors/{id}/business_register", (call) => putRegister(call, true)],
  ["PATCH", "/rest/v1.0/vendors/{id}/business_register", (call) => putRegister(call, false)],
  ["GET", "/rest/v1.0/companies/{company_id}/vendors/inactive", listInactive],
  ["PATCH", "/rest/v1.0/companies/{company_id}/vendors/inactive/{id}", reactivate],
];
