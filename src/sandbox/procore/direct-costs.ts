/** Direct costs and their lines: v1.0 and v1.1, sync of both (procore 4.11). Two writes to one item at a time: 409 (procore 0.17 [A]). */
import { createDirectCost, createWithLines, inlineRow, updateDirectCost } from "./direct-cost-rules.ts";
import { showCost, showCostWithLines, showListedCost } from "./direct-cost-view.ts";
import { type Call, created, type Handler, ok, type Reply, type Route } from "./exchange.ts";
import { createLine, updateLine } from "./line-rules.ts";
import { showLine } from "./line-view.ts";
import { commonFilters, filtered, filterIds, filterRange, filterText, page } from "./paging.ts";
import type { DirectCost, Line, Project } from "./records.ts";
import { type FieldErrors, invalid, notFound, Refusal, shaped } from "./refusal.ts";
import { demandProject } from "./scope.ts";
import { syncRows } from "./sync.ts";
import { idIn, integerOf, isRow, type Row, wrapped } from "./values.ts";

/** Every write but a create goes through this: whoever overlaps is told so. */
function alone(handler: Handler): Handler {
  return (call) => {
    if (call.request.overlaps) {
      throw new Refusal(409, { base: ["Another request is modifying this direct cost. Please try again."] }, "doc");
    }
    return shaped("doc", handler)(call);
  };
}

function demandCost(call: Call, idText: string | undefined): { project: Project; cost: DirectCost } {
  const project = demandProject(call, call.params.project_id);
  const cost = call.world.directCosts.get(integerOf(idText));
  if (cost === undefined || cost.projectId !== project.id) throw notFound("Direct cost", "exception");
  return { project, cost };
}

function list(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const tests = commonFilters<DirectCost>(call);
  const origin = filterText(call, "origin_id");
  const number = filterText(call, "invoice_number");
  if (origin !== undefined) tests.push((cost) => cost.originId === origin);
  if (number !== undefined) tests.push((cost) => cost.invoiceNumber === number);
  for (const name of ["payment_date", "received_date"]) {
    const range = filterRange(call, name);
    if (range !== undefined) tests.push((cost) => range(textOrNull(cost.fields[name])));
  }
  const found = filtered(call.world.directCosts.by("project", project.id), tests);
  return page(call, found, (cost) => showListedCost(call.world, cost));
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

function syncCosts(call: Call): Reply {
  const { world } = call;
  const project = demandProject(call, call.params.project_id);
  const own = (cost: DirectCost | undefined) => (cost?.projectId === project.id ? cost : undefined);
  return syncRows<DirectCost>(call, {
    byId: (id) => own(world.directCosts.get(id)),
    byOrigin: (origin) => own(world.directCosts.first("origin", `${project.companyId}|${origin}`)),
    create: (row) => createDirectCost(call, project, row),
    update: (cost, row) => updateDirectCost(call, cost, row),
    show: (cost) => showCost(world, cost),
  });
}

function updateWithLines(call: Call): Reply {
  const { cost } = demandCost(call, call.params.id);
  const row = wrapped(call.body, "direct_cost");
  const next = updateDirectCost(call, cost, row);
  const lines = Array.isArray(row.line_items) ? row.line_items.filter(isRow) : [];
  for (const line of lines) {
    const id = idIn(line, "id") ?? undefined;
    const held = call.world.directCostLines.get(id);
    if (id !== undefined && held?.holderId !== cost.id) throw invalid("line_items", `has no line item ${id}`);
    if (held === undefined) createLine(call, "direct-cost", cost, "free", inlineRow(line));
    else updateLine(call, "direct-cost", "free", held, line.manual_amount === undefined ? line : inlineRow(line));
  }
  return ok(showCostWithLines(call.world, next));
}

/** procore 4.11 [A]: removes the lines too, and answers the id. */
function remove(call: Call): Reply {
  const { cost } = demandCost(call, call.params.id);
  if (call.world.switches.erpLock && cost.originId !== null) throw invalid("base", "This direct cost is synced with ERP");
  for (const line of call.world.directCostLines.by("holder", cost.id)) call.world.directCostLines.remove(line.id);
  call.world.directCosts.remove(cost.id);
  return ok({ id: cost.id });
}

function lineTests(call: Call): ((line: Line) => boolean)[] {
  const tests = commonFilters<Line>(call);
  const costCodes = filterIds(call, "cost_code_id");
  const types = filterIds(call, "line_item_type_id");
  const costs = filterIds(call, "direct_cost_id");
  const wbsOf = (line: Line) => call.world.wbsCodes.get(line.wbsCodeId);
  if (costCodes !== undefined) tests.push((line) => costCodes.has(wbsOf(line)?.costCodeId ?? -1));
  if (types !== undefined) tests.push((line) => types.has(wbsOf(line)?.lineItemTypeId ?? -1));
  if (costs !== undefined) tests.push((line) => costs.has(line.holderId));
  return tests;
}

function listProjectLines(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const found = filtered(call.world.directCostLines.by("project", project.id), lineTests(call));
  return page(call, found, (line) => showLine(call.world, line, "project-wide"));
}

function listLines(call: Call): Reply {
  const { cost } = demandCost(call, call.params.direct_cost_id);
  const found = filtered(call.world.directCostLines.by("holder", cost.id), lineTests(call));
  return page(call, found, (line) => showLine(call.world, line, "direct-cost"));
}

function syncLines(call: Call): Reply {
  const { world } = call;
  const project = demandProject(call, call.params.project_id);
  const own = (line: Line | undefined) => (line?.projectId === project.id ? line : undefined);
  const holderOf = (row: Row): DirectCost | undefined => {
    const cost = world.directCosts.get(idIn(row, "direct_cost_id") ?? undefined);
    return cost?.projectId === project.id ? cost : undefined;
  };
  return syncRows<Line>(call, {
    byId: (id) => own(world.directCostLines.get(id)),
    byOrigin: (origin) => own(world.directCostLines.first("origin", `${project.companyId}|${origin}`)),
    refuse: (row): FieldErrors | undefined => {
      if (row.direct_cost_id === undefined || holderOf(row) !== undefined) return undefined;
      return { direct_cost_id: ["is not valid for this project"] };
    },
    create: (row) => {
      const cost = holderOf(row);
      if (cost === undefined) throw invalid("direct_cost_id", "can't be blank");
      return createLine(call, "direct-cost", cost, "free", row);
    },
    update: (line, row) => {
      const cost = holderOf(row);
      if (cost !== undefined && cost.id !== line.holderId) throw invalid("direct_cost_id", "cannot be changed");
      return updateLine(call, "direct-cost", "free", line, row);
    },
    show: (line) => showLine(world, line, "direct-cost"),
  });
}

function demandLine(call: Call): Line {
  const { cost } = demandCost(call, call.params.direct_cost_id);
  const line = call.world.directCostLines.get(integerOf(call.params.id));
  if (line === undefined || line.holderId !== cost.id) throw notFound("Line item", "exception");
  return line;
}

function createOneLine(call: Call): Reply {
  const { cost } = demandCost(call, call.params.direct_cost_id);
  const line = createLine(call, "direct-cost", cost, "free", wrapped(call.body, "line_item"));
  return created(showLine(call.world, line, "direct-cost"));
}

function updateOneLine(call: Call): Reply {
  const line = updateLine(call, "direct-cost", "free", demandLine(call), wrapped(call.body, "line_item"));
  return ok(showLine(call.world, line, "direct-cost"));
}

function removeLine(call: Call): Reply {
  call.world.directCostLines.remove(demandLine(call).id);
  return { status: 200 };
}

const v10 = "/rest/v1.0/projects/{project_id}/direct_costs";
const v11 = "/rest/v1.1/projects/{project_id}/direct_costs";
const projectOf = (call: Call) => demandProject(call, call.params.project_id);

export const directCostRoutes: readonly Route[] = [
  ["GET", v10, list],
  [
    "POST",
    v10,
    shaped("doc", (call: Call) =>
      created(showCost(call.world, createDirectCost(call, projectOf(call), wrapped(call.body, "item")))),
    ),
  ],
  ["PATCH", `${v10}/sync`, alone(syncCosts)],
  ["GET", `${v10}/line_items`, listProjectLines],
  ["PATCH", `${v10}/line_items/sync`, alone(syncLines)],
  ["GET", `${v10}/{id}`, (call) => ok(showCost(call.world, demandCost(call, call.params.id).cost))],
  [
    "PATCH",
    `${v10}/{id}`,
    alone((call) => {
      const { cost } = demandCost(call, call.params.id);
      return ok(showCost(call.world, updateDirectCost(call, cost, wrapped(call.body, "item"))));
    }),
  ],
  ["DELETE", `${v10}/{id}`, alone(remove)],
  ["GET", `${v10}/{direct_cost_id}/line_items`, listLines],
  ["POST", `${v10}/{direct_cost_id}/line_items`, alone(createOneLine)],
  ["GET", `${v10}/{direct_cost_id}/line_items/{id}`, (call) => ok(showLine(call.world, demandLine(call), "direct-cost"))],
  ["PATCH", `${v10}/{direct_cost_id}/line_items/{id}`, alone(updateOneLine)],
  ["DELETE", `${v10}/{direct_cost_id}/line_items/{id}`, alone(removeLine)],
  ["GET", v11, list],
  [
    "POST",
    v11,
    shaped("doc", (call: Call) => {
      const { cost, refs } = createWithLines(call, projectOf(call), wrapped(call.body, "direct_cost"));
      return created(showCostWithLines(call.world, cost, refs));
    }),
  ],
  ["GET", `${v11}/{id}`, (call) => ok(showCostWithLines(call.world, demandCost(call, call.params.id).cost))],
  ["PATCH", `${v11}/{id}`, alone(updateWithLines)],
  ["DELETE", `${v11}/{id}`, alone(remove)],
];
