/** A run's row: opened, resumed, halted. One open run per connection, by a unique index and not by hope. */
import { sql, type Transaction } from "kysely";
import { Fault, type Flow, flows, isLookUpFlow, type RunFlow } from "../../core/index.ts";
import { appendAudit, type Database } from "../../store/index.ts";
import { settleHalted } from "../confirm/settle-atoms.ts";
import { type Connection, type HubContext, inTenant, now, type RunHalt, type RunMode } from "../context.ts";
import { diagnose } from "./diagnose.ts";
import { readSummary } from "./run-summary.ts";

export type OpenRun = { run: bigint; flows: readonly Flow[]; mode: RunMode; isPlanOnly: boolean; flow: RunFlow; stage: string };

export type RunAsk = {
  connection: string;
  flows: readonly Flow[];
  mode: "delta" | "full";
  /** Sends nothing: what it plans waits for approval. */
  isPlanOnly?: boolean;
  actor?: string;
};

/** A run that sends is not taken up by somebody who asked for a plan. */
async function refuseSending(tx: Transaction<Database>, { tenant }: HubContext, { connection }: RunAsk): Promise<void> {
  const { rows } = await sql<{
    run: bigint;
    state: string;
  }>`select run, state from run where tenant = ${tenant} and connection = ${connection}
    and state in ('open', 'paused') and not plan_only`.execute(tx);
  const [open] = rows;
  if (!open) return;
  const detail = `it is ${open.state} and writes to Procore; a plan can be made when it has ended`;
  throw new Fault("run.already-open", { place: `run ${open.run}`, detail });
}

/** A plan that was left unfinished has nothing on its way: a run that sends takes its place. */
async function endPlan(tx: Transaction<Database>, context: HubContext, { connection }: RunAsk): Promise<void> {
  await sql`update run set state = 'stopped', finished_at = ${now(context)}, code = null, detail = 'a plan left unfinished; a run that writes took its place'
    where tenant = ${context.tenant} and connection = ${connection} and state = 'paused' and plan_only`.execute(tx);
}

/** Opens a run, or takes up the one that is open or paused: its flows and mode stay what they were. */
export async function openRun(context: HubContext, ask: RunAsk): Promise<bigint> {
  return context.store.transact(inTenant(context), (tx) => openRunWithin(tx, context, ask));
}

/** The same within a transaction of the caller's. */
export async function openRunWithin(tx: Transaction<Database>, context: HubContext, ask: RunAsk): Promise<bigint> {
  const wanted = flows.filter((flow) => ask.flows.includes(flow));
  const [first] = wanted;
  if (!first) throw new Fault("config.invalid", { place: "flows", detail: "no flow is asked for" });
  const { tenant } = context;
  await (ask.isPlanOnly ? refuseSending : endPlan)(tx, context, ask);
  const resumed = await tx
    .updateTable("run")
    .set({ state: "open", code: null, detail: null, diagnostics: null })
    .where("tenant", "=", tenant)
    .where("connection", "=", ask.connection)
    .where("state", "in", ["open", "paused"])
    .returning("run")
    .executeTakeFirst();
  const actor = ask.actor ?? "system";
  const atMs = context.clock.now();
  if (resumed) {
    await appendAudit(tx, { tenant, atMs, actor, action: "run.resumed", subject: String(resumed.run) });
    return resumed.run;
  }
  const { run } = await tx
    .insertInto("run")
    .values({
      tenant,
      connection: ask.connection,
      flows: [...wanted],
      mode: ask.mode,
      plan_only: ask.isPlanOnly ?? false,
      state: "open",
      flow: first,
      stage: "read",
      started_at: now(context),
      summary: JSON.stringify({}),
    })
    .returning("run")
    .executeTakeFirstOrThrow();
  await appendAudit(tx, {
    tenant,
    atMs,
    actor,
    action: "run.started",
    subject: String(run),
    detail: { flows: wanted, mode: ask.mode, ...(ask.isPlanOnly ? { planOnly: true } : {}) },
  });
  return run;
}

export async function readOpenRun(context: HubContext, connection: string): Promise<OpenRun | undefined> {
  const row = await context.store.transact(inTenant(context), (tx) =>
    tx
      .selectFrom("run")
      .select(["run", "flows", "mode", "plan_only", "flow", "stage"])
      .where("tenant", "=", context.tenant)
      .where("connection", "=", connection)
      .where("state", "=", "open")
      .executeTakeFirst(),
  );
  if (!row) return undefined;
  return {
    run: row.run,
    flows: row.flows as Flow[],
    mode: row.mode as OpenRun["mode"],
    isPlanOnly: row.plan_only,
    flow: row.flow as RunFlow,
    stage: row.stage,
  };
}

/** With diagnostics, and with what is held or in doubt by now noted: whoever looks at a paused run sees what it left. */
export async function haltRun(context: HubContext, connection: Connection, run: bigint, halt: RunHalt): Promise<void> {
  const { tenant } = context;
  await context.store.transact(inTenant(context), async (tx) => {
    const diagnostics = await diagnose(tx, { tenant, run }, connection.calls.trouble());
    if (diagnostics?.stage === "apply" && !isLookUpFlow(diagnostics.flow))
      await settleHalted(tx, { ...context, connection, run }, diagnostics.flow);
    await tx
      .updateTable("run")
      .set({
        state: halt.kind === "pause" ? "paused" : "stopped",
        code: halt.code,
        detail: halt.detail.slice(0, 2_000),
        diagnostics: diagnostics === undefined ? null : JSON.stringify(diagnostics),
        ...(halt.kind === "stop" ? { finished_at: now(context) } : {}),
      })
      .where("tenant", "=", tenant)
      .where("run", "=", run)
      .where("state", "=", "open")
      .execute();
    await appendAudit(tx, {
      tenant,
      atMs: context.clock.now(),
      actor: "system",
      action: halt.kind === "pause" ? "run.paused" : "run.stopped",
      subject: String(run),
      detail: { code: halt.code, detail: halt.detail.slice(0, 500), ...diagnostics },
    });
  });
}

/** Takes the quota key: whoever held it under an older epoch can mark nothing more as sending (design section 8). */
export async function takeEpoch(context: HubContext, quotaKey: string): Promise<bigint> {
  const holder = Buffer.from(context.random.bytes(8)).toString("hex");
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<{ epoch: bigint }>`insert into quota_lease as held (tenant, quota_key, epoch, holder, taken_at)
      values (${context.tenant}, ${quotaKey}, 1, ${holder}, ${now(context)})
      on conflict (tenant, quota_key) do update set epoch = held.epoch + 1, holder = excluded.holder, taken_at = excluded.taken_at
      returning epoch`.execute(tx),
  );
  const [row] = rows;
  if (!row) throw new Error("Assertion failed: the quota lease was not taken");
  return row.epoch;
}

/** Adds the calls of this stretch of work to the run's own count. */
export async function addCalls(context: HubContext, run: bigint, calls: Readonly<Record<string, number>>): Promise<void> {
  await context.store.transact(inTenant(context), async (tx) => {
    const summary = await readSummary(tx, { tenant: context.tenant, run });
    const total = { ...summary.calls };
    for (const [template, count] of Object.entries(calls)) total[template] = (total[template] ?? 0) + count;
    const text = JSON.stringify({ ...summary, calls: total });
    await tx.updateTable("run").set({ summary: text }).where("tenant", "=", context.tenant).where("run", "=", run).execute();
  });
}
