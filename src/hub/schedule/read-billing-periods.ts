/**
 * The billing periods of Procore's mapped projects, for schedules that go by them: read once a day by one of the hubs that live, a call a project and one for
 * the projects. What was read is kept, so a Procore that does not answer takes no window away; it is asked again after an hour.
 */
import { sql } from "kysely";
import { findProjects, parseIsoDate } from "../../core/index.ts";
import { isOutOfSight, type ProcoreFault } from "../../procore/index.ts";
import { type Connection, type HubContext, inTenant, now } from "../context.ts";

const readEveryHours = 24;
const retryEveryHours = 1;
const unfinished = "it was begun and not finished";

const textOf = ({ code, endpoint, detail }: ProcoreFault) => `${code}: ${endpoint}: ${detail}`;

/** Whoever moves the time on reads. */
async function takeTurn(context: HubContext, { name }: Connection): Promise<boolean> {
  const at = now(context);
  const before = (hours: number) => new Date(at.getTime() - hours * 3_600_000);
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql`insert into billing_period_read as last (tenant, connection, read_at, projects, problem)
      values (${context.tenant}, ${name}, ${at}, 0, ${unfinished})
      on conflict (tenant, connection) do update set read_at = excluded.read_at, problem = excluded.problem
        where last.read_at <= case when last.problem is null then ${before(readEveryHours)}::timestamptz else ${before(retryEveryHours)}::timestamptz end
      returning 1`.execute(tx),
  );
  return rows.length > 0;
}

type Span = { project_id: number; start_date: string; end_date: string };

async function readSpans(
  { procore }: Connection,
  projectId: number,
  signal: AbortSignal,
): Promise<Span[] | "out-of-sight" | ProcoreFault> {
  const read = await procore.billingPeriods.list(projectId, { signal }).all();
  if (!read.ok) return isOutOfSight(read.error) ? "out-of-sight" : read.error;
  const spans = read.value.flatMap(({ startDate, endDate }) => {
    const [start, end] = [parseIsoDate(startDate ?? ""), parseIsoDate(endDate ?? "")];
    return start && end ? [{ project_id: projectId, start_date: start, end_date: end }] : [];
  });
  return spans;
}

async function keep(context: HubContext, { name }: Connection, projectId: number, spans: readonly Span[]): Promise<void> {
  const { tenant } = context;
  await context.store.transact(inTenant(context), async (tx) => {
    await sql`delete from billing_period where tenant = ${tenant} and connection = ${name} and project_id = ${projectId}`.execute(
      tx,
    );
    await sql`insert into billing_period (tenant, connection, project_id, start_date, end_date)
      select distinct ${tenant}, ${name}, x.project_id, x.start_date, x.end_date
      from jsonb_to_recordset(${JSON.stringify(spans)}::jsonb) as x(project_id bigint, start_date text, end_date text)`.execute(
      tx,
    );
  });
}

/** Projects that no rule leads to any more have no say. */
async function endTurn(context: HubContext, { name }: Connection, ids: readonly number[], problem: string | null): Promise<void> {
  const { tenant } = context;
  await context.store.transact(inTenant(context), async (tx) => {
    if (problem === null)
      await sql`delete from billing_period where tenant = ${tenant} and connection = ${name} and project_id <> all (${ids}::bigint[])`.execute(
        tx,
      );
    await sql`update billing_period_read set projects = ${ids.length}, problem = ${problem} where tenant = ${tenant} and connection = ${name}`.execute(
      tx,
    );
  });
}

/** What went wrong first, if anything did; the other projects are read all the same. */
async function readProjects(
  context: HubContext,
  connection: Connection,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<string | null> {
  let problem: string | null = null;
  for (const id of ids) {
    if (signal.aborted) return unfinished;
    const spans = await readSpans(connection, id, signal);
    if (spans === "out-of-sight") await keep(context, connection, id, []);
    else if (Array.isArray(spans)) await keep(context, connection, id, spans);
    else problem ??= textOf(spans);
  }
  return problem;
}

/** Does nothing while the last reading is fresh. */
export async function refreshBillingPeriods(context: HubContext, connection: Connection, signal: AbortSignal): Promise<void> {
  if (!(await takeTurn(context, connection))) return;
  const { sap, projects: rows } = connection.settings;
  const listed = await connection.procore.projects.list({ signal }).all();
  if (!listed.ok) {
    context.log(`billing periods of ${connection.name}: ${textOf(listed.error)}`);
    return endTurn(context, connection, [], textOf(listed.error));
  }
  const found = findProjects(connection.mapping.projects, listed.value, { client: sap, rows });
  const ids = [...new Set([...found.values()].flatMap((each) => (each.kind === "found" ? [each.project.id] : [])))];
  const problem = await readProjects(context, connection, ids, signal);
  if (problem !== null) context.log(`billing periods of ${connection.name}: ${problem}`);
  await endTurn(context, connection, ids, problem);
}
