/** Sub jobs of a project, with their sync (procore 4.12). They are items of an optional segment of budget codes. */
import { type Call, created, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { page } from "./paging.ts";
import type { Project, SubJob } from "./records.ts";
import { invalid, notFound, shaped, taken } from "./refusal.ts";
import { claimOrigin, demandNamedProject, listedProject, originOf } from "./scope.ts";
import { syncRows } from "./sync.ts";
import { integerOf, type Row, readFields, textIn, wrapped } from "./values.ts";

const show = (job: SubJob) => ({
  id: job.id,
  name: job.name,
  code: job.code,
  origin_id: job.originId,
  origin_data: job.fields.origin_data ?? null,
  created_at: job.createdAt,
  updated_at: job.updatedAt,
});

function demandJob(call: Call): SubJob {
  const project = demandNamedProject(call);
  const job = call.world.subJobs.get(integerOf(call.params.id));
  if (job === undefined || job.projectId !== project.id) throw notFound("Sub job");
  return job;
}

function changed(call: Call, before: SubJob, row: Row): SubJob {
  const code = textIn(row, "code") ?? before.code;
  const name = textIn(row, "name") ?? before.name;
  if (code === "") throw invalid("code", "can't be blank");
  if (name === "") throw invalid("name", "can't be blank");
  const holder = call.world.subJobs.first("code", `${before.projectId}|${code}`);
  if (holder !== undefined && holder.id !== before.id) throw taken("code");
  const originId = originOf(textIn(row, "origin_id"), before.originId);
  claimOrigin(call.world, call.world.subJobs, before.companyId, originId, before.id);
  const fields = { ...before.fields, ...readFields(row, { origin_data: "text" }) };
  return { ...before, code, name, originId, fields, updatedAt: stampOf(call.clock) };
}

function createJob(call: Call, project: Project, row: Row): SubJob {
  const now = stampOf(call.clock);
  const place = { companyId: project.companyId, projectId: project.id };
  const blank = { id: 0, ...place, code: "", name: "", originId: null, fields: {}, createdAt: now, updatedAt: now };
  return call.world.subJobs.put({ ...changed(call, blank, row), id: call.world.nextId() });
}

const updateJob = (call: Call, job: SubJob, row: Row) => call.world.subJobs.put(changed(call, job, row));

function list(call: Call): Reply {
  const project = listedProject(call);
  return page(call, project === undefined ? [] : call.world.subJobs.by("project", project.id), show);
}

function remove(call: Call): Reply {
  call.world.subJobs.remove(demandJob(call).id);
  return { status: 200 };
}

function sync(call: Call): Reply {
  const project = demandNamedProject(call);
  const own = (job: SubJob | undefined) => (job?.projectId === project.id ? job : undefined);
  return syncRows<SubJob>(call, {
    byId: (id) => own(call.world.subJobs.get(id)),
    byOrigin: (origin) => own(call.world.subJobs.first("origin", `${project.companyId}|${origin}`)),
    create: (row) => createJob(call, project, row),
    update: (job, row) => updateJob(call, job, row),
    show,
  });
}

const base = "/rest/v1.0/sub_jobs";

export const subJobRoutes: readonly Route[] = [
  ["GET", base, list],
  [
    "POST",
    base,
    shaped("list", (call: Call) => created(show(createJob(call, demandNamedProject(call), wrapped(call.body, "sub_job"))))),
  ],
  ["PATCH", `${base}/sync`, sync],
  ["GET", `${base}/{id}`, (call) => ok(show(demandJob(call)))],
  [
    "PATCH",
    `${base}/{id}`,
    shaped("list", (call: Call) => ok(show(updateJob(call, demandJob(call), wrapped(call.body, "sub_job"))))),
  ],
  // procore 4.12: deprecated since 2022 and alive.
  ["DELETE", `${base}/{id}`, remove],
];
