/** Cost codes of a project: list, create, update, sync (procore 4.12). `code` leaves out the parent's prefix, `full_code` has it. */
import { showType } from "./cost-types.ts";
import { type Call, created, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { flatCodeOf } from "./flat-code.ts";
import { codeLimits, commonFilters, filtered, filterText, page } from "./paging.ts";
import type { CostCode, Project, SubJob } from "./records.ts";
import { invalid, notFound, shaped, taken } from "./refusal.ts";
import { claimOrigin, demandNamedProject, listedProject, originOf } from "./scope.ts";
import { syncRows } from "./sync.ts";
import { idIn, integerOf, type Row, textIn, wrapped } from "./values.ts";

function show(call: Call, code: CostCode) {
  const types = [...call.world.lineItemTypes.by("company", code.companyId)];
  return {
    id: code.id,
    biller: call.world.projects.get(code.projectId)?.name ?? "",
    biller_id: code.projectId,
    biller_type: "Project",
    budgeted: true,
    code: code.code,
    created_at: code.createdAt,
    deleted_at: null,
    full_code: code.fullCode,
    name: code.name,
    origin_data: code.originData,
    origin_id: code.originId,
    ...(code.parentId === null ? {} : { parent: { id: code.parentId } }),
    position: code.position,
    sortable_code: code.fullCode,
    updated_at: code.updatedAt,
    line_item_types: types.map(showType),
  };
}

function list(call: Call): Reply {
  const project = listedProject(call);
  const origin = filterText(call, "origin_id");
  const tests = commonFilters<CostCode>(call);
  if (origin !== undefined) tests.push((code) => code.originId === origin);
  const subJob = call.query.get("sub_job_id");
  if (subJob !== null) tests.push((code) => code.subJobId === integerOf(subJob));
  const found = project === undefined ? [] : call.world.costCodes.by("project", project.id);
  const isCompact = call.query.get("view") === "erp_compact";
  return page(call, filtered(found, tests), (code) => (isCompact ? compact(code) : show(call, code)), codeLimits);
}

const compact = ({ id, name, fullCode, originData, originId }: CostCode) => ({
  id,
  name,
  full_code: fullCode,
  origin_data: originData,
  origin_id: originId,
});

export function createCode(call: Call, project: Project, row: Row, subJob?: SubJob): CostCode {
  const now = stampOf(call.clock);
  const blank: CostCode = {
    id: 0,
    projectId: project.id,
    companyId: project.companyId,
    code: "",
    fullCode: "",
    name: "",
    parentId: null,
    position: 1,
    originId: null,
    originData: null,
    createdAt: now,
    updatedAt: now,
    ...(subJob === undefined ? {} : { subJobId: subJob.id }),
  };
  return call.world.costCodes.put({ ...changed(call, blank, row), id: call.world.nextId() });
}

function updateCode(call: Call, before: CostCode, row: Row): CostCode {
  const next = call.world.costCodes.put({ ...changed(call, before, row), updatedAt: stampOf(call.clock) });
  if (next.fullCode !== before.fullCode) renameBelow(call, next);
  return next;
}

/** Children carry their parent's prefix, and budget codes the full code. */
function renameBelow(call: Call, parent: CostCode): void {
  const { world } = call;
  for (const wbs of world.wbsCodes.by("project", parent.projectId)) {
    if (wbs.costCodeId !== parent.id) continue;
    const type = world.lineItemTypes.get(wbs.lineItemTypeId);
    world.wbsCodes.put({ ...wbs, flatCode: flatCodeOf(world.subJobs.get(wbs.subJobId), parent, type) });
  }
  for (const child of world.costCodes.by("project", parent.projectId)) {
    if (child.parentId !== parent.id) continue;
    renameBelow(call, world.costCodes.put({ ...child, fullCode: `${parent.fullCode}-${child.code}` }));
  }
}

function changed(call: Call, before: CostCode, row: Row): CostCode {
  const { world } = call;
  const code = textIn(row, "code") ?? before.code;
  const name = textIn(row, "name") ?? before.name;
  if (code === "") throw invalid("code", "can't be blank");
  if (name === "") throw invalid("name", "can't be blank");
  const sent = idIn(row, "parent_id");
  const parentId = sent === undefined ? before.parentId : sent;
  const parent = world.costCodes.get(parentId ?? undefined);
  if (
    parentId !== null &&
    (parent?.projectId !== before.projectId || parent.subJobId !== before.subJobId || isBelow(call, parent, before.id))
  ) {
    throw invalid("parent_id", "is invalid");
  }
  const fullCode = parent === undefined ? code : `${parent.fullCode}-${code}`;
  const holder = world.costCodes.first("fullCode", `${before.projectId}|${before.subJobId ?? ""}|${fullCode}`);
  if (holder !== undefined && holder.id !== before.id) throw taken("code");
  const originId = originOf(textIn(row, "origin_id"), before.originId);
  claimOrigin(world, world.costCodes, before.companyId, originId, before.id);
  const position = integerOf(row.position) ?? before.position;
  const originData = textIn(row, "origin_data");
  return { ...before, code, name, parentId, fullCode, originId, position, originData: originData ?? before.originData };
}

/** Whether `code` stands under the code of that id, or is it. */
function isBelow(call: Call, code: CostCode | undefined, id: number): boolean {
  for (let at = code; at !== undefined; at = call.world.costCodes.get(at.parentId ?? undefined)) if (at.id === id) return true;
  return false;
}

function demandCode(call: Call): CostCode {
  const project = demandNamedProject(call);
  const code = call.world.costCodes.get(integerOf(call.params.id));
  if (code === undefined || code.projectId !== project.id) throw notFound("Cost code");
  return code;
}

function sync(call: Call): Reply {
  const project = demandNamedProject(call);
  const own = (code: CostCode | undefined) => (code?.projectId === project.id ? code : undefined);
  return syncRows<CostCode>(call, {
    byId: (id) => own(call.world.costCodes.get(id)),
    byOrigin: (origin) => own(call.world.costCodes.first("origin", `${project.companyId}|${origin}`)),
    create: (row) => createCode(call, project, row),
    update: (code, row) => updateCode(call, code, row),
    show: (code) => show(call, code),
  });
}

const base = "/rest/v1.0/cost_codes";

export const costCodeRoutes: readonly Route[] = [
  ["GET", base, list],
  [
    "POST",
    base,
    shaped("fields", (call: Call) =>
      created(show(call, createCode(call, demandNamedProject(call), wrapped(call.body, "cost_code")))),
    ),
  ],
  ["PATCH", `${base}/sync`, sync],
  ["GET", `${base}/{id}`, (call) => ok(show(call, demandCode(call)))],
  [
    "PATCH",
    `${base}/{id}`,
    shaped("fields", (call: Call) => ok(show(call, updateCode(call, demandCode(call), wrapped(call.body, "cost_code"))))),
  ],
];
