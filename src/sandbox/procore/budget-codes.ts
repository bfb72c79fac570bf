/** Budget codes (WBS codes) with their two legacy segments, whose items are the cost codes and the cost types (procore 4.12). */
import { type Call, created, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { codeLimits, filtered, filterRange, page } from "./paging.ts";
import type { CostCode, LineItemType, Project, WbsCode } from "./records.ts";
import { invalid, malformed, notFound, shaped } from "./refusal.ts";
import { demandProject } from "./scope.ts";
import { settleEach } from "./sync.ts";
import { integerOf, isRow, type Row, textIn, textOf } from "./values.ts";
import type { World } from "./world.ts";

type Segment = { id: number; type: "cost_code" | "line_item_type"; name: string; position: number; structure: "tiered" | "flat" };

/** The two legacy segments; their items are the cost codes and the cost types themselves. */
const segments: readonly Segment[] = [
  { id: 11, type: "cost_code", name: "Cost Code", position: 1, structure: "tiered" },
  { id: 12, type: "line_item_type", name: "Cost Type", position: 2, structure: "flat" },
];

const segmentStamps = { created_at: "2020-01-01T00:00:00Z", updated_at: "2020-01-01T00:00:00Z" };

const showSegment = (segment: Segment, itemsCount: number) => ({
  ...segment,
  segment_items_count: itemsCount,
  required: true,
  delimiter: ".",
  project_can_modify_origin_project: true,
  project_can_delete_origin_company: false,
  ...segmentStamps,
  wbs_pattern_id: 1,
});

function showItem(segment: Segment, item: { id: number; code: string; name: string; parentId: number | null }) {
  return {
    id: item.id,
    code: item.code,
    name: item.name,
    ...segmentStamps,
    parent_id: item.parentId,
    path_ids: [item.id],
    path_code: item.code,
    is_parent: false,
    path_codes: [item.code],
    path_names: [item.name],
    in_use: true,
    segment: showSegment(segment, 0),
    status: "active",
  };
}

function showWbsCode(world: World, wbs: WbsCode) {
  const costCode = world.costCodes.get(wbs.costCodeId);
  const type = world.lineItemTypes.get(wbs.lineItemTypeId);
  const [costCodes, types] = segments;
  const items = [
    ...(costCode === undefined || costCodes === undefined ? [] : [showItem(costCodes, { ...costCode, code: costCode.fullCode })]),
    ...(type === undefined || types === undefined ? [] : [showItem(types, { ...type, parentId: null })]),
  ];
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

/** procore 4.12 [A]: POST is an upsert on the combination. */
function putWbsCode(call: Call, project: Project, row: Row): WbsCode {
  const items = Array.isArray(row.segment_items) ? row.segment_items.filter(isRow) : [];
  const itemOf = (segmentId: number) =>
    integerOf(items.find((item) => integerOf(item.segment_id) === segmentId)?.segment_item_id);
  const costCode = call.world.costCodes.get(itemOf(11));
  const type = call.world.lineItemTypes.get(itemOf(12));
  if (costCode?.projectId !== project.id || type?.companyId !== project.companyId) {
    throw invalid("segment_items", "must name one item of every required segment");
  }
  return combine(call, project.id, costCode, type, textOf(row.description));
}

/** The budget code of a combination; it is created when it is not there (procore 4.5 [A]: at $0, on newer projects). */
export function combine(call: Call, projectId: number, code: CostCode, type: LineItemType, description: string | null): WbsCode {
  const { world } = call;
  const now = stampOf(call.clock);
  const held = world.wbsCodes.first("combination", `${projectId}|${code.id}|${type.id}`);
  if (held !== undefined) {
    return description === null ? held : world.wbsCodes.put({ ...held, description, updatedAt: now });
  }
  return world.wbsCodes.put({
    id: world.nextId(),
    projectId,
    costCodeId: code.id,
    lineItemTypeId: type.id,
    flatCode: `${code.fullCode}.${type.code}`,
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
    const held = call.world.wbsCodes.get(id);
    if (held?.projectId === project.id) call.world.wbsCodes.put({ ...held, status, updatedAt: stampOf(call.clock) });
  }
  return { status: 204 };
}

function listSegments(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const counts = [[...call.world.costCodes.by("project", project.id)].length, call.world.lineItemTypes.size];
  return ok(segments.map((segment, index) => showSegment(segment, counts[index] ?? 0)));
}

function listSegmentItems(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const segment = segments.find((one) => one.id === integerOf(call.params.segment_id));
  if (segment === undefined) throw notFound("Segment", "exception");
  if (segment.type === "cost_code") {
    const codes = call.world.costCodes.by("project", project.id);
    return page(call, codes, (code) => showItem(segment, { ...code, code: code.fullCode }), codeLimits);
  }
  const types = call.world.lineItemTypes.by("company", call.company.id);
  return page(call, types, (type) => showItem(segment, { ...type, parentId: null }), codeLimits);
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
  ["GET", `${wbs}/segments`, listSegments],
  ["GET", `${wbs}/segments/{segment_id}/segment_items`, listSegmentItems],
];
