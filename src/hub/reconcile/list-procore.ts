/**
 * Procore's own column (ruling 31): each project's direct costs and their lines, as Procore lists them now. Kept whole or not at all; a listing that
 * is not credible says why, and what was listed before stands no longer. Reads only.
 */
import { sql, type Transaction } from "kysely";
import { describeFault, type Procore } from "../../procore/index.ts";
import type { Database } from "../../store/index.ts";
import { type Connection, type HubContext, inTenant, now } from "../context.ts";
import { readWhole } from "../prove/read-whole.ts";

export type Scope = Pick<HubContext, "tenant" | "store" | "clock"> & { connection: Connection };
type Tx = Transaction<Database>;

type Row = {
  line_id: number;
  cost_id: number;
  cost_origin_id: string;
  line_origin_id: string;
  status: string;
  is_deleted: boolean;
  is_calculated: boolean;
  budget_code: string;
  amount: string;
};
export type NotCredible = { kind: "not-credible"; problem: string };
type Read = { kind: "listed"; rows: Row[] } | NotCredible;

async function listCosts(procore: Procore, projectId: number): Promise<Read> {
  const costs = await readWhole(procore.directCosts.list({ projectId }));
  if ("problem" in costs) return { kind: "not-credible", problem: costs.problem };
  const lines = await readWhole(procore.directCostLines.list({ projectId }));
  if ("problem" in lines) return { kind: "not-credible", problem: lines.problem };
  const byId = new Map(costs.items.map((cost) => [cost.id, cost]));
  const orphan = lines.items.find(({ holderId }) => holderId === null || !byId.has(holderId));
  // Read one after the other: a cost that was made in between is listed next time.
  if (orphan) return { kind: "not-credible", problem: `line ${orphan.id} belongs to no direct cost that was listed` };
  const rows = lines.items.map((line): Row => {
    const cost = byId.get(line.holderId ?? 0);
    return {
      line_id: line.id,
      cost_id: cost?.id ?? 0,
      cost_origin_id: cost?.originId ?? "",
      line_origin_id: line.originId ?? "",
      status: cost?.status ?? "",
      is_deleted: cost?.deletedAt != null,
      is_calculated: line.extendedType === "calculated",
      budget_code: line.flatCode ?? "",
      amount: line.amount ?? "0",
    };
  });
  return { kind: "listed", rows };
}

/** A project that the app may not see any more answers an empty list (procore 3 [A]), which says nothing. */
export async function listVisible<R extends { kind: "listed"; rows: readonly unknown[] } | NotCredible>(
  read: R,
  projectId: number,
  isVisible: () => Promise<boolean | string>,
): Promise<R | NotCredible> {
  if (read.kind !== "listed" || read.rows.length > 0) return read;
  const visible = await isVisible();
  if (visible === true) return read;
  const problem = visible === false ? `project ${projectId} is not among those that the app may see` : visible;
  return { kind: "not-credible", problem };
}

async function keep(tx: Tx, { tenant, connection }: Scope, projectId: number, at: Date, read: Read): Promise<void> {
  const rows = read.kind === "listed" ? read.rows : [];
  const problem = read.kind === "listed" ? null : read.problem.slice(0, 500);
  const place = sql`tenant = ${tenant} and connection = ${connection.name} and project_id = ${projectId}`;
  await sql`delete from procore_cost_line where ${place}`.execute(tx);
  await sql`insert into procore_cost_line (tenant, connection, project_id, line_id, cost_id, cost_origin_id, line_origin_id, status, is_deleted,
      is_calculated, budget_code, amount)
    select ${tenant}, ${connection.name}, ${projectId}, x.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(line_id bigint,
      cost_id bigint, cost_origin_id text, line_origin_id text, status text, is_deleted boolean, is_calculated boolean, budget_code text,
      amount text)`.execute(tx);
  await sql`insert into procore_listing (tenant, connection, project_id, listed_at, lines, problem)
    values (${tenant}, ${connection.name}, ${projectId}, ${at}, ${rows.length}, ${problem})
    on conflict (tenant, connection, project_id) do update
      set listed_at = excluded.listed_at, lines = excluded.lines, problem = excluded.problem`.execute(tx);
}

/** Projects that have or had a part of the period. */
async function projectsOf(scope: Scope, { year, period }: { year: number; period: number }): Promise<number[]> {
  const { rows } = await scope.store.transact(inTenant(scope), (tx) =>
    sql<{ project_id: bigint }>`select distinct project_id from cost_part where tenant = ${scope.tenant}
      and connection = ${scope.connection.name} and (group_key ->> 'fiscalYear')::int = ${year} and (group_key ->> 'period')::int = ${period}
      order by project_id`.execute(tx),
  );
  return rows.map((row) => Number(row.project_id));
}

export type ListingOutcome = { projects: number; credible: number; calls: number };

/** Each of the projects, a few at a time; `list` answers whether what it listed and kept is credible. */
export async function listEach(
  scope: Scope,
  projects: readonly number[],
  list: (projectId: number, isVisible: () => Promise<boolean | string>) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<ListingOutcome> {
  const before = scope.connection.calls.count();
  const { procore, settings } = scope.connection;
  let visible: ReturnType<typeof readVisible> | undefined;
  async function readVisible(): Promise<ReadonlySet<number> | string> {
    const seen = await procore.projects.list().read();
    return seen.ok ? new Set(seen.value.items.map(({ id }) => id)) : describeFault(seen.error);
  }
  const isVisible = (projectId: number) => async () => {
    visible ??= readVisible();
    const seen = await visible;
    return typeof seen === "string" ? seen : seen.has(projectId);
  };
  const left = [...projects];
  const outcome = { projects: left.length, credible: 0 };
  const work = async () => {
    for (let id = left.shift(); id !== undefined && !signal?.aborted; id = left.shift())
      if (await list(id, isVisible(id))) outcome.credible += 1;
  };
  await Promise.all(Array.from({ length: settings.limits.parallelProjects }, work));
  return { ...outcome, calls: scope.connection.calls.count() - before };
}

/** All projects of a period. */
export async function listProcore(
  scope: Scope,
  { period, signal }: { period: { year: number; period: number }; signal?: AbortSignal },
): Promise<ListingOutcome> {
  const list = async (projectId: number, isVisible: () => Promise<boolean | string>) => {
    const at = now(scope);
    const read = await listVisible(await listCosts(scope.connection.procore, projectId), projectId, isVisible);
    await scope.store.transact(inTenant(scope), (tx) => keep(tx, scope, projectId, at, read));
    return read.kind === "listed";
  };
  return listEach(scope, await projectsOf(scope, period), list, signal);
}
