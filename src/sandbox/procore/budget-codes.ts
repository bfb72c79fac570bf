/** Budget codes (WBS codes) of a project, made of items of its segments (procore 4.12). */
import { segments, showItem, statusOf } from "./budget-segments.ts";
import { type Call, created, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { flatCodeOf } from "./flat-code.ts";
import { codeLimits, filtered, filterRange, page } from "./paging.ts";
import type { CostCode, LineItemType, Project, WbsCode } from "./records.ts";
import { forbidden, invalid, malformed, notFound, Refusal, shaped, taken } from "./refusal.ts";
import { demandProject } from "./scope.ts";
import { settleEach } from "./sync.ts";
import { integerOf, isRow, type Row, textIn, textOf } from "./values.ts";
import type { World } from "./world.ts";

function showWbsCode(world: World, wbs: WbsCode) {
  const project = world.projects.get(wbs.projectId);
  const costCode = world.costCodes.get(wbs.costCodeId);
  const type = world.lineItemTypes.get(wbs.lineItemTypeId);
  const items = [world.subJobs.get(wbs.subJobId), costCode, type].flatMap((item) =>
    item === undefined ? [] : [showItem(project, item)],
  );
  return {
    id: wbs.id,
    flat_code: wbs.flatCode,
    flat_name: `${costCode?.name ?? ""}.${type?.name ?? ""}`,
    description: wbs.description,
    status: wbs.status,
    created_at: wbs.createdAt,
    updated_at: wbs.updatedAt,
    segment_items: items,
    wbs_pattern_id: 1,
  };
}

function listWbsCodes(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const statuses = call.query.getAll("filters[status][]");
  const query = call.query.get("query")?.toLowerCase();
  const updatedAt = filterRange(call, "updated_at");
  const tests: ((wbs: WbsCode) => boolean)[] = [];
  if (statuses.length > 0) tests.push((wbs) => statuses.includes(wbs.status));
  if (query) tests.push((wbs) => `${wbs.flatCode} ${wbs.description ?? ""}`.toLowerCase().includes(query));
  if (updatedAt !== undefined) tests.push((wbs) => updatedAt(wbs.updatedAt));
  const found = filtered(call.world.wbsCodes.by("project", project.id), tests);
  return page(call, found, (wbs) => showWbsCode(call.world, wbs), codeLimits);
}

const refused = (message: string): Refusal => new Refusal(400, { segment_items: [message] });

/** procore 4.12 [A]: POST is an upsert on the combination, and declares 400 where others declare 422. */
function putWbsCode(call: Call, project: Project, row: Row): WbsCode {
  const { world } = call;
  if (!world.switches.budgetCodesMayBeCreated) throw forbidden("You do not have sufficient access to complete that action");
  const items = Array.isArray(row.segment_items) ? row.segment_items.filter(isRow) : [];
  const known = new Set(segments.map(({ id }) => id));
  if (items.some((item) => !known.has(integerOf(item.segment_id) ?? 0)))
    throw refused("name a segment that is not the project's");
  const itemOf = (segmentId: number) =>
    integerOf(items.find((item) => integerOf(item.segment_id) === segmentId)?.segment_item_id);
  const costCode = world.costCodes.get(itemOf(11));
  const type = world.lineItemTypes.get(itemOf(12));
  const subJob = world.subJobs.get(itemOf(10));
  if (itemOf(10) !== undefined && subJob?.projectId !== project.id) throw refused("must be items of the project");
  if (costCode?.projectId !== project.id || type?.companyId !== project.companyId) {
    throw refused("must name one item of every required segment");
  }
  if (costCode.subJobId !== subJob?.id)
    throw refused("must be a cost code of the sub job, or of the project where there is none");
  if (statusOf(project, costCode) === "inactive" || statusOf(project, type) === "inactive") throw refused("must be active");
  if (!world.switches.budgetCodeUpsert && held(world, costCode, type)) throw taken("segment_items");
  return combine(call, project.id, costCode, type, textOf(row.description));
}

/** The sub job is the cost code's. */
const held = (world: World, code: CostCode, type: LineItemType): WbsCode | undefined =>
  world.wbsCodes.first("combination", `${code.projectId}|${code.subJobId ?? ""}|${code.id}|${type.id}`);

/** The budget code of a combination; it is created when it is not there (procore 4.5 [A]: at $0, on newer projects). */
export function combine(call: Call, projectId: number, code: CostCode, type: LineItemType, description: string | null): WbsCode {
  const { world } = call;
  const now = stampOf(call.clock);
  const there = held(world, code, type);
  if (there !== undefined) {
    return description === null ? there : world.wbsCodes.put({ ...there, description, updatedAt: now });
  }
  return world.wbsCodes.put({
    id: world.nextId(),
    projectId,
    costCodeId: code.id,
    lineItemTypeId: type.id,
    ...(code.subJobId === undefined ? {} : { subJobId: code.subJobId }),
    flatCode: flatCodeOf(world.subJobs.get(code.subJobId), code, type),
    description: description ?? `${code.name}.${type.name}`,
    status: "active",
    createdAt: now,
    updatedAt: now,
  });
}

function bulkCreate(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  if (!Array.isArray(call.body.bulk)) throw malformed("param is missing or the value is empty: bulk");
  const settle = (row: unknown) => putWbsCode(call, project, isRow(row) ? row : {});
  return created(settleEach(call, call.body.bulk, settle, (wbs) => showWbsCode(call.world, wbs)));
}

function updateWbsCode(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const wbs = call.world.wbsCodes.get(integerOf(call.params.id));
  if (wbs === undefined || wbs.projectId !== project.id) throw notFound("Budget code", "exception");
  const status = call.body.status ?? wbs.status;
  if (status !== "active" && status !== "inactive") throw invalid("status", "is not included in the list");
  const description = textIn(call.body, "description") ?? wbs.description;
  const next = call.world.wbsCodes.put({ ...wbs, status, description, updatedAt: stampOf(call.clock) });
  return ok(showWbsCode(call.world, next));
}

/** procore 4.12 [A]: only the status; 204 and no word about ids that are not there. */
function updateAll(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const { ids, attributes } = call.body;
  if (!Array.isArray(ids)) throw malformed("param is missing or the value is empty: ids");
  const status = isRow(attributes) ? attributes.status : undefined;
  if (status !== "active" && status !== "inactive") throw invalid("status", "is not included in the list");
  for (const id of ids.map(integerOf)) {
    const code = call.world.wbsCodes.get(id);
    if (code?.projectId === project.id) call.world.wbsCodes.put({ ...code, status, updatedAt: stampOf(call.clock) });
  }
  return { status: 204 };
}

const wbs = "/rest/v1.0/projects/{project_id}/work_breakdown_structure";

export const budgetCodeRoutes: readonly Route[] = [
  ["GET", `${wbs}/wbs_codes`, listWbsCodes],
  [
    "POST",
    `${wbs}/wbs_codes`,
    shaped("list", (call: Call) => {
      const project = demandProject(call, call.params.project_id);
      return created(showWbsCode(call.world, putWbsCode(call, project, call.body)));
    }),
  ],
  ["PATCH", `${wbs}/wbs_codes/bulk_create`, bulkCreate],
  ["PATCH", `${wbs}/wbs_codes/update_all`, shaped("list", updateAll)],
  ["PATCH", `${wbs}/wbs_codes/{id}`, shaped("doc", updateWbsCode)],
];
