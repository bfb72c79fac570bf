/**
 * The two legacy segments of budget codes and their items, which are the project's cost codes and the company's cost types themselves (procore 4.12). An
 * item that is in use goes out of use, it does not go away.
 */
import { type Call, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { codeLimits, filtered, page } from "./paging.ts";
import type { CostCode, ItemStatus, LineItemType, Project } from "./records.ts";
import { invalid, notFound, shaped } from "./refusal.ts";
import { demandProject } from "./scope.ts";
import { integerOf, textIn } from "./values.ts";

type Segment = { id: number; type: "cost_code" | "line_item_type"; name: string; position: number; structure: "tiered" | "flat" };

export const segments: readonly Segment[] = [
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

type Item = CostCode | LineItemType;

const isCostCode = (item: Item): item is CostCode => "fullCode" in item;

export function statusOf(project: Project | undefined, item: Item): ItemStatus {
  if (isCostCode(item)) return item.status ?? "active";
  return project?.inactiveTypeIds?.includes(item.id) ? "inactive" : "active";
}

function segmentOf(item: Item): Segment {
  const segment = segments.find(({ type }) => type === (isCostCode(item) ? "cost_code" : "line_item_type"));
  if (segment === undefined) throw new Error("a legacy segment is missing");
  return segment;
}

/** What a client chooses by: the code with its parents. */
const codeOf = (item: Item) => (isCostCode(item) ? item.fullCode : item.code);

export function showItem(project: Project | undefined, item: Item) {
  return {
    id: item.id,
    code: codeOf(item),
    name: item.name,
    ...segmentStamps,
    parent_id: isCostCode(item) ? item.parentId : null,
    path_ids: [item.id],
    path_code: codeOf(item),
    is_parent: false,
    path_codes: [codeOf(item)],
    path_names: [item.name],
    in_use: true,
    segment: showSegment(segmentOf(item), 0),
    status: statusOf(project, item),
  };
}

function listSegments(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const counts = [[...call.world.costCodes.by("project", project.id)].length, call.world.lineItemTypes.size];
  return ok(segments.map((segment, index) => showSegment(segment, counts[index] ?? 0)));
}

function demandSegment(call: Call): Segment {
  const segment = segments.find((one) => one.id === integerOf(call.params.segment_id));
  if (segment === undefined) throw notFound("Segment", "exception");
  return segment;
}

const itemsOf = (call: Call, project: Project, segment: Segment): Iterable<Item> =>
  segment.type === "cost_code"
    ? call.world.costCodes.by("project", project.id)
    : call.world.lineItemTypes.by("company", call.company.id);

function listItems(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const onlyActive = call.query.get("only_active_items") === "true";
  const tests = onlyActive ? [(item: Item) => statusOf(project, item) === "active"] : [];
  const items = filtered(itemsOf(call, project, demandSegment(call)), tests);
  return page(call, items, (item) => showItem(project, item), codeLimits);
}

function setStatus(call: Call, projectId: number, item: Item, status: ItemStatus): void {
  const { world } = call;
  const project = world.projects.get(projectId);
  if (project === undefined) return;
  if (isCostCode(item)) {
    world.costCodes.put({ ...item, status, updatedAt: stampOf(call.clock) });
    return;
  }
  const others = (project.inactiveTypeIds ?? []).filter((id) => id !== item.id);
  world.projects.put({ ...project, inactiveTypeIds: status === "inactive" ? [...others, item.id] : others });
}

function demandStatus(status: unknown): ItemStatus {
  if (status !== "active" && status !== "inactive") throw invalid("status", "is not included in the list");
  return status;
}

/** Of a cost code its text too; that of a cost type is the company's. */
function updateItem(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const item = [...itemsOf(call, project, demandSegment(call))].find(({ id }) => id === integerOf(call.params.id));
  if (item === undefined) throw notFound("Segment item", "exception");
  const name = textIn(call.body, "name");
  const next = isCostCode(item) && name ? call.world.costCodes.put({ ...item, name }) : item;
  if (call.body.status !== undefined) setStatus(call, project.id, next, demandStatus(call.body.status));
  const shown = isCostCode(next) ? (call.world.costCodes.get(next.id) ?? next) : next;
  return ok(showItem(call.world.projects.get(project.id), shown));
}

const base = "/rest/v1.0/projects/{project_id}/work_breakdown_structure/segments";

export const budgetSegmentRoutes: readonly Route[] = [
  ["GET", base, listSegments],
  ["GET", `${base}/{segment_id}/segment_items`, listItems],
  ["PATCH", `${base}/{segment_id}/segment_items/{id}`, shaped("doc", updateItem)],
];
