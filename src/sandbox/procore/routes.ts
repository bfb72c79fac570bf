/** All routes of the simulated API, and which one a request means. A fixed segment wins over a placeholder. */
import { billingPeriodRoutes } from "./billing-periods.ts";
import { budgetRoutes } from "./budget.ts";
import { budgetCodeRoutes } from "./budget-codes.ts";
import { budgetSegmentRoutes } from "./budget-segments.ts";
import { changeOrderRoutes } from "./change-orders.ts";
import { companyRoutes } from "./companies.ts";
import { contractLineRoutes } from "./contract-lines.ts";
import { contractPaymentRoutes } from "./contract-payments.ts";
import { contractRoutes } from "./contracts.ts";
import { costCodeRoutes } from "./cost-codes.ts";
import { costTypeRoutes } from "./cost-types.ts";
import { directCostRoutes } from "./direct-costs.ts";
import type { Handler, Route } from "./exchange.ts";
import { projectVendorRoutes } from "./project-vendors.ts";
import { requisitionRoutes } from "./requisitions.ts";
import { subJobRoutes } from "./sub-jobs.ts";
import { taxCodeRoutes } from "./tax-codes.ts";
import { uomRoutes } from "./uoms.ts";
import { vendorRoutes } from "./vendors.ts";
import { webhookRoutes } from "./webhooks.ts";

export type Match = { readonly template: string; readonly handler: Handler; readonly params: Readonly<Record<string, string>> };
type Candidate = { readonly template: string; readonly handler: Handler; readonly segments: readonly string[] };

const isPlaceholder = (segment: string) => segment.startsWith("{");
const fixedCount = (candidate: Candidate) => candidate.segments.filter((segment) => !isPlaceholder(segment)).length;

function indexRoutes(routes: readonly Route[]): ReadonlyMap<string, readonly Candidate[]> {
  const index = new Map<string, Candidate[]>();
  for (const [method, template, handler] of routes) {
    const segments = template.split("/");
    const key = `${method}|${segments.length}`;
    index.set(
      key,
      [...(index.get(key) ?? []), { template, handler, segments }].sort((a, b) => fixedCount(b) - fixedCount(a)),
    );
  }
  return index;
}

const index = indexRoutes([
  ...companyRoutes,
  ...vendorRoutes,
  ...projectVendorRoutes,
  ...budgetCodeRoutes,
  ...budgetSegmentRoutes,
  ...costCodeRoutes,
  ...costTypeRoutes,
  ...subJobRoutes,
  ...taxCodeRoutes,
  ...uomRoutes,
  ...contractRoutes,
  ...contractLineRoutes,
  ...directCostRoutes,
  ...changeOrderRoutes,
  ...billingPeriodRoutes,
  ...requisitionRoutes,
  ...contractPaymentRoutes,
  ...budgetRoutes,
  ...webhookRoutes,
]);

export function matchRoute(method: string, path: string): Match | undefined {
  const segments = path.split("/");
  for (const candidate of index.get(`${method}|${segments.length}`) ?? []) {
    const params = matchSegments(candidate.segments, segments);
    if (params !== undefined) return { template: candidate.template, handler: candidate.handler, params };
  }
  return undefined;
}

function matchSegments(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [position, wanted] of template.entries()) {
    const given = segments[position] ?? "";
    if (isPlaceholder(wanted)) params[wanted.slice(1, -1)] = given;
    else if (wanted !== given) return undefined;
  }
  return params;
}
