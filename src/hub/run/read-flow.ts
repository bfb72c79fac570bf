/**
 * The read stage of a flow: opens it with one task, waits while agents work through its slices, and closes it in one transaction when every
 * leaf is complete: the leaf plan and the watermark move only then (design section 5). Slices that followed triggers are no leaf plan: that of
 * the last sweep stays. A failed slice pauses the run; an agent that lets SAP rest (quiet hours, row budget) makes it wait, and say why.
 */
import { sql, type Transaction } from "kysely";
import { describeError, type ErrorCode, isErrorCode, isLookUpFlow, type RunFlow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { noteSweep } from "../change/note-sweep.ts";
import { inTenant, now, type RunContext, RunHalt } from "../context.ts";
import { endTouched } from "../idocs/touched.ts";
import { findResting, type Resting } from "../ingest/sap-load.ts";
import { addTask } from "../ingest/tasks.ts";
import { judgeStates } from "../periods/judge-states.ts";
import { closeControlTotals } from "../reconcile/land-control-totals.ts";
import { closeReference } from "../reference/land-reference.ts";
import type { Signals } from "../signals.ts";

const lookAgainMs = 2_000;

type Counts = {
  open: bigint;
  /** Slices that an agent is at work on. */
  held: bigint;
  complete: bigint;
  total: bigint;
  failure: { code?: string; place?: string; detail?: string } | null;
  rows: bigint;
};

async function count(context: RunContext, flow: RunFlow): Promise<Counts> {
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<Counts>`
    select count(*) filter (where state in ('ready', 'leased')) as open,
      count(*) filter (where state = 'leased' and leased_until >= ${now(context)}) as held, count(*) filter (where state = 'complete') as complete,
      count(*) filter (where state <> 'replaced') as total, coalesce(sum(rows_read), 0)::bigint as rows,
      (array_agg(failure order by task) filter (where state = 'failed'))[1] as failure
    from task where tenant = ${context.tenant} and run = ${context.run} and flow = ${flow}`.execute(tx),
  );
  const [row] = rows;
  if (!row) throw new Error("Assertion failed: an aggregate has one row");
  return row;
}

async function open(context: RunContext, flow: RunFlow): Promise<void> {
  await context.store.transact(inTenant(context), async (tx) => {
    const begun = await tx
      .selectFrom("task")
      .select("task")
      .where("tenant", "=", context.tenant)
      .where("run", "=", context.run)
      .where("flow", "=", flow)
      .where("state", "<>", "replaced")
      .limit(1)
      .executeTakeFirst();
    if (begun) return;
    await addTask(tx, {
      tenant: context.tenant,
      run: context.run,
      connection: context.connection.name,
      flow,
      kind: "open",
      label: flow,
    });
  });
}

const sourceChanged: ErrorCode = "config.cost-source-changed";

/**
 * What an earlier pause left failed is tried anew. Where a source of cost had changed, no slice of that opening is worth a try: the flow is opened
 * again, under whatever sources the agent has now.
 */
export async function retryFailedTasks(context: RunContext, flow: RunFlow): Promise<void> {
  const ofFlow = sql`tenant = ${context.tenant} and run = ${context.run} and flow = ${flow}`;
  await context.store.transact(inTenant(context), async (tx) => {
    await sql`update task set state = 'replaced', leased_until = null where ${ofFlow}
      and exists (select from task where ${ofFlow} and state = 'failed' and failure ->> 'code' = ${sourceChanged})`.execute(tx);
    await sql`update task set state = 'ready', attempts = 0, failure = null, unfinished_days = 0, unfinished_day = null
      where ${ofFlow} and state = 'failed'`.execute(tx);
  });
}

async function keepLeaves(tx: Transaction<Database>, { tenant, run, connection }: RunContext, flow: RunFlow): Promise<void> {
  const { rows: followed } =
    await sql`select from task where tenant = ${tenant} and run = ${run} and flow = ${flow} and kind = 'open'
    and state = 'complete' and slice -> 'reading' ->> 'how' = 'changes'`.execute(tx);
  if (followed.length > 0) return;
  await sql`delete from leaf where tenant = ${tenant} and connection = ${connection.name} and flow = ${flow}`.execute(tx);
  await sql`insert into leaf (tenant, connection, flow, kind, label, slice, digest, objects, run)
    select distinct on (kind, label) tenant, connection, flow, kind, label, slice, digest, objects, run from task
    where tenant = ${tenant} and run = ${run} and flow = ${flow} and state = 'complete' and kind in ('discover', 'objects')
    order by kind, label, task desc`.execute(tx);
}

async function close(context: RunContext, flow: RunFlow): Promise<void> {
  const { tenant, run } = context;
  await context.store.transact(inTenant(context), async (tx) => {
    if (!isLookUpFlow(flow)) await noteSweep(tx, context, flow);
    await keepLeaves(tx, context, flow);
    await sql`insert into watermark (tenant, connection, flow, value, run)
      select tenant, connection, flow, slice ->> 'watermark', run from task
      where tenant = ${tenant} and run = ${run} and flow = ${flow} and kind = 'open' and state = 'complete' and slice ->> 'watermark' is not null
      on conflict (tenant, connection, flow) do update set value = excluded.value, run = excluded.run`.execute(tx);
    await endTouched(tx, { tenant, run, connection: context.connection.name, flow });
    const read = { tenant, run, connection: context.connection.name, now: now(context) };
    if (flow === "control-totals") await closeControlTotals(tx, read);
    if (flow === "reference") {
      await closeReference(tx, read);
      await judgeStates(tx, context);
    }
    await sql`update run set stage = 'plan' where tenant = ${tenant} and run = ${run} and stage = 'read'`.execute(tx);
  });
}

async function restingAgent(context: RunContext): Promise<Resting | undefined> {
  const { tenant } = context;
  const scope = { tenant, connection: context.connection.name, now: now(context) };
  return context.store.transact(inTenant(context), (tx) => findResting(tx, scope));
}

/** What `runs` shows of an open run that waits; undefined takes it away again, also what a run that was left had said. */
function startSaying(context: RunContext): (resting: Resting | undefined) => Promise<void> {
  let said: string | undefined;
  return async (resting) => {
    const why = JSON.stringify([resting?.code, resting?.detail]);
    if (why === said) return;
    await sayWhy(context, resting);
    said = why;
  };
}

async function sayWhy(context: RunContext, resting: Resting | undefined): Promise<void> {
  const code = resting?.code ?? null;
  const detail = resting?.detail ?? null;
  await context.store.transact(inTenant(context), (tx) =>
    sql`update run set code = ${code}, detail = ${detail} where tenant = ${context.tenant} and run = ${context.run} and state = 'open'
      and (code is distinct from ${code} or detail is distinct from ${detail})`.execute(tx),
  );
}

const restingSentence = ({ code, detail }: Resting) => `${isErrorCode(code) ? describeError(code).sentence : code} ${detail}`;

function haltOf(failure: NonNullable<Counts["failure"]>): RunHalt {
  const code: ErrorCode = failure.code && isErrorCode(failure.code) ? failure.code : "sap.protocol";
  return new RunHalt("pause", code, `${failure.place ?? ""}: ${failure.detail ?? ""}`);
}

export async function readFlow(context: RunContext, flow: RunFlow, signals: Signals, signal: AbortSignal): Promise<void> {
  await open(context, flow);
  signals.wake();
  let lastAtWork = context.clock.monotonic();
  const say = startSaying(context);
  for (;;) {
    const counts = await count(context, flow);
    const resting = counts.open > 0n && counts.held === 0n ? await restingAgent(context) : undefined;
    await say(resting);
    if (counts.held > 0n || counts.open === 0n || resting) lastAtWork = context.clock.monotonic();
    context.onProgress({
      run: String(context.run),
      connection: context.connection.name,
      flow,
      stage: "read",
      done: Number(counts.complete),
      total: Number(counts.total),
      detail: resting ? restingSentence(resting) : `${counts.rows} rows`,
    });
    // Not only when all is done: an agent whose logon failed takes no more, and nobody would come for what is left.
    if (counts.failure && counts.held === 0n) throw haltOf(counts.failure);
    if (counts.open === 0n && counts.total > 0n) break;
    // An agent that SAP refused takes no more leases, and one that was never started takes none: somebody must be told.
    const waitedMs = context.clock.monotonic() - lastAtWork;
    if (waitedMs > context.connection.settings.limits.agentAbsentMs)
      throw new RunHalt(
        "pause",
        "agent.absent",
        `${flow}: ${counts.open} slices wait, none was taken for ${Math.round(waitedMs / 1000)} s`,
      );
    // A stopping hub leaves the run open.
    signal.throwIfAborted();
    await signals.wait(lookAgainMs, signal);
  }
  await close(context, flow);
}
