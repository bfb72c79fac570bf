/** Billing periods of a project (procore 4.8): one open at a time, no sync, no origin id; a period in use cannot go. */
import { type Call, created, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { commonFilters, filtered, filterText, page } from "./paging.ts";
import type { BillingPeriod, Project } from "./records.ts";
import { invalid, notFound, shaped } from "./refusal.ts";
import { demandProject } from "./scope.ts";
import { choiceIn, dateOf, integerOf, type Row, wrapped } from "./values.ts";

const show = (period: BillingPeriod) => ({
  id: period.id,
  created_at: period.createdAt,
  due_date: period.dueDate,
  end_date: period.endDate,
  position: period.position,
  project_id: period.projectId,
  start_date: period.startDate,
  status: period.status,
  updated_at: period.updatedAt,
});

const projectOf = (call: Call) => demandProject(call, call.params.project_id);

function demandPeriod(call: Call): BillingPeriod {
  const project = projectOf(call);
  const period = call.world.billingPeriods.get(integerOf(call.params.id));
  if (period === undefined || period.projectId !== project.id) throw notFound("Billing period", "exception");
  return period;
}

function list(call: Call): Reply {
  const project = projectOf(call);
  const status = filterText(call, "status");
  const tests = commonFilters<BillingPeriod>(call);
  if (status !== undefined) tests.push((period) => period.status === status);
  return page(call, filtered(call.world.billingPeriods.by("project", project.id), tests), show);
}

/** The spec demands all four, on update too. */
function readPeriod(row: Row): Pick<BillingPeriod, "startDate" | "endDate" | "dueDate" | "status"> {
  const [startDate, endDate, dueDate] = ["start_date", "end_date", "due_date"].map((key) => {
    const date = dateOf(row[key]);
    if (date === null) throw invalid(key, "can't be blank");
    return date;
  });
  if (startDate === undefined || endDate === undefined || dueDate === undefined) throw invalid("start_date", "can't be blank");
  if (endDate < startDate) throw invalid("end_date", "must be after the start date");
  const status = choiceIn(row, "status", ["open", "closed"]);
  if (status === undefined) throw invalid("status", "can't be blank");
  return { startDate, endDate, dueDate, status };
}

function makeRoom(call: Call, project: Pick<Project, "id">, ownId: number): void {
  for (const period of call.world.billingPeriods.by("open", project.id)) {
    if (period.id === ownId) continue;
    if (call.world.switches.secondOpenPeriod === "refuse") {
      throw invalid("status", "only one billing period can be open at a time");
    }
    call.world.billingPeriods.put({ ...period, status: "closed", updatedAt: stampOf(call.clock) });
  }
}

function create(call: Call): Reply {
  const project = projectOf(call);
  const read = readPeriod(wrapped(call.body, "billing_period"));
  if (read.status === "open") makeRoom(call, project, 0);
  const now = stampOf(call.clock);
  const position = [...call.world.billingPeriods.by("project", project.id)].length + 1;
  const period = { id: call.world.nextId(), projectId: project.id, ...read, position, createdAt: now, updatedAt: now };
  return created(show(call.world.billingPeriods.put(period)));
}

function update(call: Call): Reply {
  const period = demandPeriod(call);
  const read = readPeriod(wrapped(call.body, "billing_period"));
  if (read.status === "open") makeRoom(call, { id: period.projectId }, period.id);
  return ok(show(call.world.billingPeriods.put({ ...period, ...read, updatedAt: stampOf(call.clock) })));
}

function remove(call: Call): Reply {
  const period = demandPeriod(call);
  if (call.world.requisitions.first("period", period.id) !== undefined) {
    throw invalid("base", "A billing period that has invoices cannot be deleted");
  }
  call.world.billingPeriods.remove(period.id);
  return { status: 200 };
}

const base = "/rest/v1.0/projects/{project_id}/billing_periods";

export const billingPeriodRoutes: readonly Route[] = [
  ["GET", base, list],
  ["POST", base, shaped("fields", create)],
  ["GET", `${base}/{id}`, (call) => ok(show(demandPeriod(call)))],
  ["PATCH", `${base}/{id}`, shaped("fields", update)],
  ["DELETE", `${base}/{id}`, shaped("list", remove)],
];
