/** Companies, me and projects with their currency (procore 4.1, 4.14). */
import { type Call, ok, type Reply, type Route } from "./exchange.ts";
import { commonFilters, filtered, filterText, page } from "./paging.ts";
import type { Project } from "./records.ts";
import { demandCompany, demandProject, isOwnCompany, isPermitted } from "./scope.ts";
import { nulls } from "./values.ts";

/** The service account's user. */
const serviceUserId = 1;

function companies(call: Call): Reply {
  // procore 1 [A]: a service account lists the companies that installed the app.
  const { id, name } = call.company;
  return page(call, [{ id, name, is_active: true, logo_url: "", pcn_business_experience: null, my_company: true }], (it) => it);
}

const me = (call: Call): Reply =>
  ok({ id: serviceUserId, login: `${call.client.clientId}@dmsa.invalid`, name: "Service account" });

const placeNulls = nulls("address", "city", "state_code", "country_code", "zip", "county", "latitude", "longitude", "phone");

function showProject(call: Call, project: Project): Record<string, unknown> {
  return {
    id: project.id,
    name: project.name,
    display_name: `${project.projectNumber} - ${project.name}`,
    project_number: project.projectNumber,
    accounting_project_number: null,
    active: project.active,
    ...placeNulls,
    company: { id: call.company.id, name: call.company.name },
    created_at: project.createdAt,
    updated_at: project.updatedAt,
    is_demo: false,
    ...nulls("origin_id", "origin_data", "origin_code", "parent_job_id", "start_date", "completion_date", "total_value"),
    ...nulls("owners_project_id", "photo_id", "project_region_id", "store_number", "designated_market_area", "estimated_value"),
    ...nulls("project_bid_type_id", "project_owner_type_id"),
    time_zone: "US/Eastern",
  };
}

function projects(call: Call): Reply {
  const { world, query } = call;
  if (!isOwnCompany(call, query.get("company_id"))) return page(call, [], (it) => it);
  const status = filterText(call, "by_status") ?? "All";
  const number = filterText(call, "project_number");
  const origin = filterText(call, "origin_id");
  const tests = commonFilters<Project>(call);
  // procore 0.11 [A]: what is not permitted is absent.
  tests.push((project) => isPermitted(call.client, project.id));
  if (status !== "All") tests.push((project) => project.active === (status === "Active"));
  if (number !== undefined) tests.push((project) => project.projectNumber === number);
  if (origin !== undefined) tests.push(() => false);
  const view = query.get("view");
  // procore 3 [A]: 100 by default, 300 at most; `view=ids` forces 200000.
  const limits = view === "ids" ? { standard: 200_000, max: 200_000 } : { standard: 100, max: 300 };
  const show = (project: Project) => {
    if (view === "ids") return project.id;
    return view === "compact" ? { id: project.id, name: project.name } : showProject(call, project);
  };
  return page(call, filtered(world.projects.by("company", call.company.id), tests), show, limits);
}

function project(call: Call): Reply {
  demandCompany(call, call.query.get("company_id"));
  const found = demandProject(call, call.params.id);
  if (call.query.get("view") === "minimal") {
    const { id, name, project_number, country_code, latitude, longitude, county, company } = showProject(call, found);
    return ok({ id, name, project_number, country_code, latitude, longitude, county, company });
  }
  const { estimated_value: _, ...shown } = showProject(call, found);
  return ok({ ...shown, is_erp_integrated: false, template: false, tz_name: "America/New_York", estimated_value: null });
}

/** Not in any project listing: the currency stands in a configuration of its own, null where the project has none (procore 4.14 [A]). */
function projectCurrency(call: Call): Reply {
  demandCompany(call, call.params.company_id);
  const found = demandProject(call, call.params.project_id);
  const isConfigured = call.world.switches.projectCurrency;
  return ok({
    company_id: call.company.id,
    project_id: found.id,
    currency_iso_code: isConfigured ? found.currencyIsoCode : null,
    currency_display: isConfigured ? "symbol" : null,
    company_currency_exchange_rate_override: null,
    multicurrency_enabled: call.world.switches.multicurrency,
    eligible_for_financial_objs_multicurrency: call.world.switches.multicurrency,
  });
}

export const companyRoutes: readonly Route[] = [
  ["GET", "/rest/v1.0/companies", companies],
  ["GET", "/rest/v1.0/me", me],
  ["GET", "/rest/v1.1/projects", projects],
  ["GET", "/rest/v1.0/projects/{id}", project],
  ["GET", "/rest/v1.0/companies/{company_id}/projects/{project_id}/currency_configuration", projectCurrency],
];
