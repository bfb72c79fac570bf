/**
 * Slices as state. A task is leased to one agent under an epoch; an upload under another epoch is refused, and a lease that ran out is
 * given to whoever asks next. Work may be done twice, its result is committed once.
 */
import { type SqlBool, sql, type Transaction } from "kysely";
import type { RunFlow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { Lease, SliceOffer, Work } from "../../wire/index.ts";
import { work as workSchema } from "../../wire/index.ts";
import { takeTouched } from "../idocs/touched.ts";
import { readRowsOfDay } from "./sap-load.ts";

type Tx = Transaction<Database>;

export const leaseMs = 300_000;
export const taskAttemptsMax = 5;

export async function addTask(
  tx: Tx,
  task: {
    tenant: string;
    run: bigint;
    connection: string;
    flow: RunFlow;
    kind: Work["kind"];
    label: string;
    slice?: unknown;
    /** Nothing is left to read of it. */
    isComplete?: boolean;
  },
): Promise<void> {
  await tx
    .insertInto("task")
    .values({
      tenant: task.tenant,
      run: task.run,
      connection: task.connection,
      flow: task.flow,
      kind: task.kind,
      label: task.label,
      slice: task.slice === undefined ? null : JSON.stringify(task.slice),
      state: task.isComplete === true ? "complete" : "ready",
      epoch: 0,
      is_same: false,
      attempts: 0,
      calls: 0,
      rows_read: 0,
      call_ms: 0n,
    })
    .execute();
}

export async function addOffers(
  tx: Tx,
  scope: { tenant: string; run: bigint; connection: string },
  offers: readonly SliceOffer[],
): Promise<void> {
  for (const offer of offers) await addTask(tx, { ...scope, ...offer });
}

type LeasedRow = { task: bigint; run: bigint; flow: RunFlow; kind: Work["kind"]; label: string; slice: unknown; epoch: number };

/** Leases of one connection are given one after another: whether a slice is alone cannot be seen of one that is just being given. */
async function takeTurn(tx: Tx, { tenant, connection }: { tenant: string; connection: string }): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`lease ${tenant} ${connection}`}, 0))`.execute(tx);
}

/**
 * Takes the next task of the connection's open run, or nothing. An agent that was revoked while its poll waited gets none. A slice for which
 * what was left of a day's rows did not suffice comes first and is read alone: several could end one another day after day.
 */
export async function leaseTask(
  tx: Tx,
  ask: { tenant: string; connection: string; agent: string; now: Date; day?: string | undefined },
): Promise<Lease | null> {
  const until = new Date(ask.now.getTime() + leaseMs);
  await takeTurn(tx, ask);
  const { rows } = await sql<LeasedRow>`
    update task set state = 'leased', epoch = epoch + 1, agent = ${ask.agent}, leased_until = ${until}
    where tenant = ${ask.tenant} and task = (
      select t.task from task t join run r on r.tenant = t.tenant and r.run = t.run
      where t.tenant = ${ask.tenant} and t.connection = ${ask.connection} and r.state = 'open' and r.flow = t.flow and r.stage = 'read'
        and (t.state = 'ready' or (t.state = 'leased' and t.leased_until < ${ask.now}))
        and exists (select from agent a where a.tenant = t.tenant and a.agent = ${ask.agent} and a.revoked_at is null)
        and not exists (select from task o where o.tenant = t.tenant and o.run = t.run and o.flow = t.flow and o.task <> t.task
          and o.state = 'leased' and o.leased_until >= ${ask.now} and (o.unfinished_days > 0 or t.unfinished_days > 0))
      order by t.unfinished_days = 0, t.task limit 1 for update of t skip locked)
    returning task, run, flow, kind, label, slice, epoch`.execute(tx);
  const [row] = rows;
  if (!row) return null;
  const rowsToday = ask.day === undefined ? {} : { rowsToday: await readRowsOfDay(tx, { ...ask, day: ask.day }) };
  return { task: String(row.task), epoch: row.epoch, expiresInMs: leaseMs, ...rowsToday, work: await workOf(tx, ask, row) };
}

/**
 * What an agent does not know to hold goes back at once: it begins anew, or an answer got lost. Uploads of its former self come under a past
 * epoch and are refused.
 */
export async function releaseTasks(
  tx: Tx,
  ask: { tenant: string; connection: string; agent: string; holds: readonly string[] },
): Promise<void> {
  await tx
    .updateTable("task")
    .set({ state: "ready", leased_until: null })
    .where("tenant", "=", ask.tenant)
    .where("connection", "=", ask.connection)
    .where("agent", "=", ask.agent)
    .where("state", "=", "leased")
    .where(sql<SqlBool>`not task::text = any(${[...ask.holds]})`)
    .execute();
}

async function workOf(tx: Tx, ask: { tenant: string; connection: string }, row: LeasedRow): Promise<Work> {
  if (row.kind === "discover") return workSchema.parse({ kind: row.kind, flow: row.flow, label: row.label, slice: row.slice });
  if (row.kind === "objects") {
    const digest = await readDigest(tx, ask, row);
    return workSchema.parse({
      kind: row.kind,
      flow: row.flow,
      label: row.label,
      slice: row.slice,
      ...(digest ? { digest } : {}),
    });
  }
  return openWork(tx, ask, row);
}

/**
 * What the slice came to when it was last read, if what the hub holds is still that: a record that a later run changed (one that followed triggers,
 * or never got to its end) and that SAP has turned back since would come to the same digest, and stay wrong. Nor one of which is not known how
 * many objects it held: a sweep counts them (ruling 33).
 */
async function readDigest(
  tx: Tx,
  ask: { tenant: string; connection: string },
  { flow, label }: LeasedRow,
): Promise<string | undefined> {
  // Control totals are known by the slice that brought them. Reference data by their kind, which a label begins with: what came by its stamp since
  // belongs to another slice.
  const { rows } = await sql<{ digest: string | null }>`select l.digest from leaf l
    where not exists (select from control_total c where ${flow} = 'control-totals' and c.tenant = l.tenant and c.connection = l.connection
        and c.label = l.label and c.changed_run > l.run)
      and not exists (select from reference_record c where ${flow} = 'reference' and c.tenant = l.tenant and c.connection = l.connection
        and c.kind = split_part(l.label, ' ', 1) and c.changed_run > l.run)
      and l.tenant = ${ask.tenant} and l.connection = ${ask.connection} and l.flow = ${flow} and l.kind = 'objects' and l.label = ${label}
      and l.objects is not null
      and not exists (select from jsonb_path_query(l.slice, 'strict $.**') as named(value)
        join source_record r on r.tenant = l.tenant and r.connection = l.connection and r.flow = l.flow and r.key = named.value #>> '{}'
        where jsonb_typeof(named.value) = 'string' and r.changed_run > l.run)`.execute(tx);
  return rows[0]?.digest ?? undefined;
}

async function openWork(tx: Tx, ask: { tenant: string; connection: string }, row: LeasedRow): Promise<Work> {
  const run = await tx
    .selectFrom("run")
    .select("mode")
    .where("tenant", "=", ask.tenant)
    .where("run", "=", row.run)
    .executeTakeFirstOrThrow();
  const mark = await tx
    .selectFrom("watermark")
    .select("value")
    .where("tenant", "=", ask.tenant)
    .where("connection", "=", ask.connection)
    .where("flow", "=", row.flow)
    .executeTakeFirst();
  const leaves = await tx
    .selectFrom("leaf")
    .select(["label", "slice"])
    .where("tenant", "=", ask.tenant)
    .where("connection", "=", ask.connection)
    .where("flow", "=", row.flow)
    .where("kind", "=", "discover")
    .orderBy("label")
    .execute();
  const touched = await takeTouched(tx, { ...ask, flow: row.flow, run: row.run });
  return workSchema.parse({
    kind: "open",
    flow: row.flow,
    mode: run.mode,
    ...(mark ? { since: mark.value } : {}),
    ...(leaves.length > 0 ? { leaves } : {}),
    ...(touched.length > 0 ? { touched } : {}),
  });
}

export type HeldTask = {
  task: bigint;
  run: bigint;
  connection: string;
  flow: RunFlow;
  kind: Work["kind"];
  label: string;
  slice: unknown;
  attempts: number;
  unfinished_days: number;
  unfinished_day: string | null;
};

/** The task if this agent still holds it under this epoch; locks it until the transaction ends. */
export async function holdTask(
  tx: Tx,
  ask: { tenant: string; task: bigint; epoch: number; agent: string },
): Promise<HeldTask | undefined> {
  return (await tx
    .selectFrom("task")
    .innerJoin("run", (join) => join.onRef("run.tenant", "=", "task.tenant").onRef("run.run", "=", "task.run"))
    .select(["task.task", "task.run", "task.connection", "task.flow", "task.kind", "task.label", "task.slice", "task.attempts"])
    .select(["task.unfinished_days", "task.unfinished_day"])
    .where("task.tenant", "=", ask.tenant)
    .where("task.task", "=", ask.task)
    .where("task.epoch", "=", ask.epoch)
    .where("task.agent", "=", ask.agent)
    .where("task.state", "=", "leased")
    .where(sql<SqlBool>`run.state = 'open' and run.flow = task.flow and run.stage = 'read'`)
    .forUpdate("task")
    .executeTakeFirst()) as HeldTask | undefined;
}
