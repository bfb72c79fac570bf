/**
 * The three legacy segments of budget codes and their items, which are the project's sub jobs and cost codes and the company's cost types themselves
 * (procore 4.12). The sub job is optional, and has cost codes of its own. An item that is in use goes out of use, it does not go away.
 */
import { createCode } from "./cost-codes.ts";
import { type Call, created, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { codeLimits, filtered, page } from "./paging.ts";
import type { CostCode, ItemStatus, LineItemType, Project, SubJob } from "./records.ts";
import { invalid, notFound, shaped } from "./refusal.ts";
import { demandProject } from "./scope.ts";
import { idIn, integerOf, textIn } from "./values.ts";

type SegmentType = "sub_job" | "cost_code" | "line_item_type";
type Segment = { id: number; type: SegmentType; name: string; position: number; structure: "tiered" | "flat" };

export const segments: readonly Segment[] = [
  { id: 10, type: "sub_job", name: "Sub Job", position: 0, structure: "flat" },
  { id: 11, type: "cost_code", name: "Cost Code", position: 1, structure: "tiered" },
  { id: 12, type: "line_item_type", name: "Cost Type", position: 2, structure: "flat" },
];

const segmentStamps = { created_at: "2020-01-01T00:00:00Z", updated_at: "2020-01-01T00:00:00Z" };

const showSegment = (segment: Segment, itemsCount: number) => ({
  ...segment,
  segment_items_count: itemsCount,
  required: segment.type !== "sub_job",
  delimiter: ".",
  project_can_modify_origin_project: true,
  project_can_delete_origin_company: false,
  ...segmentStamps,
  wbs_pattern_id: 1,
});

type Item = SubJob | CostCode | LineItemType;

const isCostCode = (item: Item): item is CostCode => "fullCode" in item;
const typeOf = (item: Item): SegmentType => (isCostCode(item) ? "cost_code" : "baseType" in item ? "line_item_type" : "sub_job");

export function statusOf(project: Project | undefined, item: Item): ItemStatus {
  if (isCostCode(item)) return item.status ?? "active";
  if (typeOf(item) === "sub_job") return "active";
  return project?.inactiveTypeIds?.includes(item.id) ? "inactive" : "active";
}

function segmentOf(item: Item): Segment {
  const segment = segments.find(({ type }) => type === typeOf(item));
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
  return ok(segments.map((segment) => showSegment(segment, [...itemsOf(call, project, segment)].length)));
}

function demandSegment(call: Call): Segment {
  const segment = segments.find((one) => one.id === integerOf(call.params.segment_id));
  if (segment === undefined) throw notFound("Segment", "exception");
  return segment;
}

function itemsOf(call: Call, project: Project, segment: Segment): Iterable<Item> {
  switch (segment.type) {
    case "sub_job":
      return call.world.subJobs.by("project", project.id);
    case "cost_code":
      return call.world.costCodes.by("project", project.id);
    case "line_item_type":
      return call.world.lineItemTypes.by("company", call.company.id);
  }
}

/** procore 4.12 [A]: cost codes of the project, or of the sub job that is named, or of all. */
function isListed(call: Call): (item: Item) => boolean {
  const { query } = call;
  const subJob = query.get("legacy_sub_job_id");
  if (query.get("include_sub_job_cost_codes") === "true" && subJob === null) return () => true;
  return (item) => !isCostCode(item) || item.subJobId === (subJob === null ? undefined : integerOf(subJob));
}

function listItems(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  const tests = [isListed(call)];
  if (call.query.get("only_active_items") === "true") tests.push((item) => statusOf(project, item) === "active");
  const items = filtered(itemsOf(call, project, demandSegment(call)), tests);
  return page(call, items, (item) => showItem(project, item), codeLimits);
}

/** A cost code, of a sub job where one is named. The other segments' items have endpoints of their own here. */
function createItem(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  if (demandSegment(call).type !== "cost_code") throw invalid("segment", "cannot be extended by this project");
  const named = idIn(call.body, "sub_job_id") ?? undefined;
  const subJob = call.world.subJobs.get(named);
  if (named !== undefined && subJob?.projectId !== project.id) throw invalid("sub_job_id", "is invalid");
  return created(showItem(project, createCode(call, project, call.body, subJob)));
}

function setStatus(call: Call, projectId: number, item: Item, status: ItemStatus): void {
  const { world } = call;
  const project = world.projects.get(projectId);
  if (project === undefined) return;
  if (isCostCode(item)) {
    world.costCodes.put({ ...item, status, updatedAt: stampOf(call.clock) });
    return;
  }
  if (typeOf(item) === "sub_job") throw invalid("status", "cannot be changed");
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
  ["POST", `${base}/{segment_id}/segment_items`, shaped("list", createItem)],
  ["PATCH", `${base}/{segment_id}/segment_items/{id}`, shaped("doc", updateItem)],
];
