/** The budget (procore 4.13): its lines, its lock, and one standard view whose rows a client may reconcile its totals with. */
import { createBudgetLine, updateBudgetLine } from "./budget-rules.ts";
import { showFixed, toTotal } from "./decimal.ts";
import { type Call, created, ok, type Reply, type Route } from "./exchange.ts";
import { filtered, page } from "./paging.ts";
import type { BudgetLine, Project, RequisitionItem } from "./records.ts";
import { invalid, notFound, shaped } from "./refusal.ts";
import { lineOf, workToDate } from "./requisition-items.ts";
import { isSettled } from "./requisition-rules.ts";
import { demandCompany, demandNamedProject, demandProject, listedProject } from "./scope.ts";
import { integerOf, wrapped } from "./values.ts";
import type { World } from "./world.ts";

const viewId = 1;

function show(world: World, line: BudgetLine): Record<string, unknown> {
  const wbs = world.wbsCodes.get(line.wbsCodeId);
  return {
    id: line.id,
    // The spec has floats here: nothing that a client should reckon with.
    original_budget_amount: Number(line.amount),
    ...(line.uom === null ? {} : { uom: line.uom }),
    ...(line.quantity === null ? {} : { quantity: Number(line.quantity) }),
    ...(line.unitCost === null ? {} : { unit_cost: Number(line.unitCost) }),
    calculation_strategy: line.strategy,
    wbs_code: { id: line.wbsCodeId, flat_code: wbs?.flatCode ?? "", description: wbs?.description ?? "" },
    currency_configuration: { currency_iso_code: world.projects.get(line.projectId)?.currencyIsoCode ?? "" },
  };
}

function demandLine(call: Call, project: Project): BudgetLine {
  const line = call.world.budgetLines.get(integerOf(call.params.id));
  if (line === undefined || line.projectId !== project.id) throw notFound("Budget line item", "doc");
  return line;
}

function create(call: Call): Reply {
  return created(show(call.world, createBudgetLine(call, demandNamedProject(call), wrapped(call.body, "budget_line_item"))));
}

function update(call: Call): Reply {
  const project = demandNamedProject(call);
  const row = wrapped(call.body, "budget_line_item");
  return ok(show(call.world, updateBudgetLine(call, project, demandLine(call, project), row)));
}

/** The codes that a line names, of recycled contracts left out. */
function usedCodes(world: World, project: Project): ReadonlySet<number> {
  const used = new Set<number>();
  for (const table of [world.contractLines, world.changeOrderLines, world.directCostLines]) {
    for (const line of table.by("project", project.id)) {
      if ((world.contracts.get(line.holderId)?.deletedAt ?? null) === null) used.add(line.wbsCodeId);
    }
  }
  return used;
}

/** A code that carries money keeps its line. */
function remove(call: Call): Reply {
  demandCompany(call, call.params.company_id);
  const project = demandProject(call, call.params.project_id);
  const line = demandLine(call, project);
  if (usedCodes(call.world, project).has(line.wbsCodeId)) throw invalid("base", "This budget line item is in use");
  call.world.budgetLines.remove(line.id);
  return { status: 204 };
}

function setLock(budgetLocked: boolean): (call: Call) => Reply {
  return (call) => {
    const project = demandProject(call, call.params.project_id);
    call.world.projects.put({ ...project, budgetLocked });
    return budgetLocked ? created({ locked: true }) : ok({ locked: false });
  };
}

type Costs = Readonly<Record<"committed" | "direct" | "invoiced", ReadonlyMap<number, bigint>>>;

/** By budget code. procore 4.11 [B sup]: of direct costs everything but draft counts; of contracts, what is approved or beyond. */
function costsOf(world: World, project: Project): Costs {
  const [committed, direct, invoiced] = [new Map<number, bigint>(), new Map<number, bigint>(), new Map<number, bigint>()];
  const add = (sums: Map<number, bigint>, code: number | undefined, amount: bigint) => {
    if (code !== undefined) sums.set(code, (sums.get(code) ?? 0n) + amount);
  };
  for (const line of world.contractLines.by("project", project.id)) {
    const contract = world.contracts.get(line.holderId);
    if (contract?.deletedAt === null && contract.status !== "Draft") add(committed, line.wbsCodeId, toTotal(line.amount));
  }
  for (const line of world.changeOrderLines.by("project", project.id)) {
    if (world.changeOrders.get(line.holderId)?.status === "approved") add(committed, line.wbsCodeId, toTotal(line.amount));
  }
  for (const line of world.directCostLines.by("project", project.id)) {
    if (world.directCosts.get(line.holderId)?.status !== "draft") add(direct, line.wbsCodeId, toTotal(line.amount));
  }
  const latest = new Map<number, RequisitionItem>();
  for (const requisition of world.requisitions.by("project", project.id)) {
    if (!isSettled(requisition)) continue;
    // In the order of their making, so the last one of a line stands: it holds what came before.
    for (const item of world.requisitionItems.by("requisition", requisition.id)) latest.set(item.lineId, item);
  }
  for (const item of latest.values()) add(invoiced, lineOf(world, item)?.wbsCodeId, workToDate(item));
  return { committed, direct, invoiced };
}

function listViews(call: Call): Reply {
  const project = listedProject(call);
  const under = `${call.request.origin}/rest/v1.0/budget_views/${viewId}`;
  const view = {
    id: viewId,
    name: "Procore Standard Budget",
    description: "",
    created_at: "2020-01-01T00:00:00Z",
    updated_at: "2020-01-01T00:00:00Z",
    created_by: { id: 1, name: "", login: "" },
    role: "budget",
    links: { detail_rows: `${under}/detail_rows`, summary_rows: `${under}/summary_rows` },
  };
  return page(call, project === undefined ? [] : [view], (it) => it);
}

/** What the rows carry beyond the standard attributes. That a column's id is its key in a row is read out of the spec's examples [D]. */
const columns = [
  ["committed_costs", "Committed Costs"],
  ["direct_costs", "Direct Costs"],
  ["job_to_date_costs", "Job to Date Costs"],
] as const;

function demandView(call: Call): Project {
  if (integerOf(call.params.budget_view_id) !== viewId) throw notFound("Budget view", "list");
  return demandProject(call, call.query.get("project_id"));
}

function listColumns(call: Call): Reply {
  demandView(call);
  return ok(
    columns.map(([id, name], index) => ({
      aggregatable: true,
      filterable: false,
      groupable: false,
      id,
      name,
      position: index + 1,
      type: "source",
    })),
  );
}

function detailRows(call: Call): Reply {
  const { world } = call;
  const project = demandView(call);
  const costs = costsOf(world, project);
  const used = usedCodes(world, project);
  const codes = call.query.getAll("cost_code_id[]").map(integerOf);
  const found = filtered(world.budgetLines.by("project", project.id), [
    (line) => codes.length === 0 || codes.includes(world.wbsCodes.get(line.wbsCodeId)?.costCodeId),
  ]);
  return page(call, found, (line) => showRow(world, { project, costs, used }, line));
}

type Sheet = { readonly project: Project; readonly costs: Costs; readonly used: ReadonlySet<number> };

function showRow(world: World, { project, costs, used }: Sheet, line: BudgetLine): Record<string, unknown> {
  const wbs = world.wbsCodes.get(line.wbsCodeId);
  const costCode = world.costCodes.get(wbs?.costCodeId);
  const type = world.lineItemTypes.get(wbs?.lineItemTypeId);
  const of = (sums: ReadonlyMap<number, bigint>) => sums.get(line.wbsCodeId) ?? 0n;
  const money = (digits: bigint) => showFixed(digits, 2);
  const amount = money(toTotal(line.amount));
  return {
    id: line.id,
    deletable: !used.has(line.wbsCodeId),
    company_id: project.companyId,
    company: world.companies.get(project.companyId)?.name ?? "",
    project_id: project.id,
    project: project.name,
    wbs_code_id: line.wbsCodeId,
    biller_id: project.id,
    biller: project.name,
    biller_type: "Project",
    root_cost_code_id: costCode?.parentId ?? costCode?.id ?? 0,
    root_cost_code: costCode?.fullCode.split("-")[0] ?? "",
    cost_code_id: costCode?.id ?? 0,
    cost_code: costCode?.fullCode ?? "",
    cost_code_origin_id: costCode?.originId ?? null,
    category_id: type?.id ?? 0,
    category: type?.name ?? "",
    budget_modifications: "0.00",
    original_budget_amount: amount,
    currency_configuration: { currency_iso_code: project.currencyIsoCode },
    committed_costs: money(of(costs.committed)),
    direct_costs: money(of(costs.direct)),
    job_to_date_costs: money(of(costs.direct) + of(costs.invoiced)),
  };
}

function summaryRows(call: Call): Reply {
  const { world } = call;
  const project = demandView(call);
  const total = [...world.budgetLines.by("project", project.id)].reduce((sum, line) => sum + toTotal(line.amount), 0n);
  const row = {
    id: String(project.id),
    name: project.name,
    biller_type: "Project",
    original_budget_amount: showFixed(total, 2),
    budget_modifications: "0.00",
    currency_configuration: { currency_iso_code: project.currencyIsoCode },
  };
  return page(call, [row], (it) => it);
}

const lines = "/rest/v1.1/budget_line_items";
const views = "/rest/v1.0/budget_views";
const budget = "/rest/v1.0/projects/{project_id}/budget";

export const budgetRoutes: readonly Route[] = [
  ["POST", lines, shaped("fields", create)],
  ["GET", `${lines}/{id}`, (call) => ok(show(call.world, demandLine(call, demandNamedProject(call))))],
  ["PATCH", `${lines}/{id}`, shaped("list", update)],
  ["DELETE", "/rest/v2.0/companies/{company_id}/projects/{project_id}/budget_line_items/{id}", shaped("v2", remove)],
  ["GET", budget, (call) => ok({ locked: demandProject(call, call.params.project_id).budgetLocked ?? false })],
  ["POST", `${budget}/lock`, setLock(true)],
  ["DELETE", `${budget}/lock`, setLock(false)],
  ["GET", views, listViews],
  ["GET", `${views}/{budget_view_id}/budget_detail_columns`, listColumns],
  ["GET", `${views}/{budget_view_id}/detail_rows`, detailRows],
  ["GET", `${views}/{budget_view_id}/summary_rows`, summaryRows],
];
