/**
 * Decides chosen holds anew and sends what can go, without reading SAP: a run of its own, which plans only what it was given. What is in Procore
 * already is skipped by origin id, as in every run. The preview plans in a transaction that is rolled back, so that nothing of it remains.
 */
import { sql, type Transaction } from "kysely";
import { Fault, type Flow, flows, formatMoney } from "../../core/index.ts";
import { appendAudit, type Database } from "../../store/index.ts";
import { type Connection, createOnce, type HubContext, inTenant, now, type RunContext, RunHalt } from "../context.ts";
import { openStates } from "../effect-states.ts";
import { viewOnce } from "../map/view.ts";
import { planFlow } from "../run/plan-flow.ts";
import { readSummary } from "../run/run-summary.ts";
import { filteredHolds, type HoldFilter } from "./list.ts";

type Tx = Transaction<Database>;

export type ReplayAsk = {
  connection: string;
  filter: Omit<HoldFilter, "tenant" | "connection">;
  /** `user:jane` */
  actor: string;
};

/** `left`: rejected objects, which only SAP can deliver whole. */
export type ReplayTaken = { run: string; taken: number; left: number };

export type PlannedChange = { flow: Flow; action: string; originId: string; amount: string; currency: string };
export type ReplayPreview = {
  taken: number;
  left: number;
  calls: number;
  changes: readonly PlannedChange[];
  changesInAll: number;
  /** Sent before, and looked up before anything is sent again. */
  lookedUp: number;
  /** What would still wait, by code. */
  waiting: readonly { flow: Flow; key: string; code: string; waitsFor: string }[];
};

const changesShownMax = 200;

type Chosen = { flow: Flow; key: string; record_key: string; disposition: string };

async function refuseOpen(tx: Tx, context: HubContext, connection: string): Promise<void> {
  const { rows } = await sql<{ run: bigint; state: string }>`select run, state from run where tenant = ${context.tenant}
    and connection = ${connection} and state in ('open', 'paused')`.execute(tx);
  const [open] = rows;
  if (!open) return;
  const next =
    open.state === "open" ? "it decides what is held anew by itself" : `ml-connector runs resume ${open.run} takes it up`;
  throw new Fault("run.already-open", { place: `run ${open.run}`, detail: `it is ${open.state}; ${next}` });
}

async function choose(tx: Tx, context: HubContext, ask: ReplayAsk): Promise<{ chosen: Chosen[]; left: number }> {
  const { rows } = await sql<Chosen>`select flow, key, record_key, disposition
    from (${filteredHolds({ ...ask.filter, tenant: context.tenant, connection: ask.connection })}) as h order by flow, key`.execute(
    tx,
  );
  const chosen = rows.filter(({ disposition }) => disposition !== "rejected");
  return { chosen, left: rows.length - chosen.length };
}

async function insertRun(tx: Tx, context: HubContext, connection: string, chosen: readonly Chosen[]): Promise<bigint> {
  const wanted = flows.filter((flow) => chosen.some((each) => each.flow === flow));
  const { run } = await tx
    .insertInto("run")
    .values({
      tenant: context.tenant,
      connection,
      flows: wanted,
      mode: "replay",
      state: "open",
      flow: wanted[0] ?? "vendors",
      stage: "plan",
      started_at: now(context),
      summary: JSON.stringify({}),
    })
    .returning("run")
    .executeTakeFirstOrThrow();
  const rows = chosen.map(({ flow, key, record_key: record }) => ({ flow, key: flow === "costs" ? key : record }));
  await sql`insert into replay (tenant, run, flow, key)
    select distinct ${context.tenant}, ${run}::bigint, flow, key from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(flow text, key text)`.execute(
    tx,
  );
  return run;
}

/** Undefined where nothing that can be decided anew was chosen. */
export async function openReplay(context: HubContext, ask: ReplayAsk): Promise<ReplayTaken | { run: undefined; left: number }> {
  return context.store.transact(inTenant(context), async (tx) => {
    await refuseOpen(tx, context, ask.connection);
    const { chosen, left } = await choose(tx, context, ask);
    if (chosen.length === 0) return { run: undefined, left };
    const run = await insertRun(tx, context, ask.connection, chosen);
    const { code, holds, run: ofRun, record } = ask.filter;
    const chosenBy = { code, record, run: ofRun?.toString(), holds: holds?.slice(0, 100).map(String) };
    const detail = JSON.parse(JSON.stringify({ count: chosen.length, left, ...chosenBy })) as Record<string, unknown>;
    const entry = { tenant: context.tenant, atMs: context.clock.now(), actor: ask.actor, action: "hold.replayed", detail };
    await appendAudit(tx, { ...entry, subject: String(run) });
    return { run: String(run), taken: chosen.length, left };
  });
}

/** Ends the preview's transaction with all it did. */
class RolledBack extends Error {
  readonly preview: ReplayPreview;
  constructor(preview: ReplayPreview) {
    super("the preview is rolled back");
    this.preview = preview;
  }
}

async function readChanges(tx: Tx, context: RunContext): Promise<Pick<ReplayPreview, "changes" | "changesInAll" | "lookedUp">> {
  type Row = {
    flow: Flow;
    action: string;
    origin_id: string;
    amount_minor: bigint | null;
    currency: string | null;
    state: string;
  };
  const { rows } = await sql<Row>`select flow, action, origin_id, amount_minor, currency, state from effect
    where tenant = ${context.tenant} and run = ${context.run} and state in ${openStates}
    order by array_position(${[...flows]}::text[], flow), stage, project_id, effect`.execute(tx);
  const changes = rows.filter(({ state }) => state === "approved");
  return {
    changes: changes.slice(0, changesShownMax).map(({ flow, action, origin_id: originId, amount_minor: minor, currency }) => ({
      flow,
      action,
      originId,
      amount: minor === null || currency === null ? "" : formatMoney({ minor, currency }),
      currency: currency ?? "",
    })),
    changesInAll: changes.length,
    lookedUp: rows.length - changes.length,
  };
}

async function readWaiting(tx: Tx, context: RunContext, chosen: readonly Chosen[]): Promise<ReplayPreview["waiting"]> {
  const wanted = new Set(chosen.map(({ flow, key }) => `${flow} ${key}`));
  type Row = { flow: Flow; key: string; code: string; waits_for: string; disposition: string };
  const { rows } = await sql<Row>`select flow, key, code, waits_for, disposition
    from (${filteredHolds({ tenant: context.tenant, connection: context.connection.name, atMs: context.clock.now() })}) as h
    order by flow, code, key`.execute(tx);
  return rows
    .filter(({ flow, key, disposition }) => disposition === "held" && wanted.has(`${flow} ${key}`))
    .map(({ flow, key, code, waits_for: waitsFor }) => ({ flow, key, code, waitsFor }));
}

async function readCalls(tx: Tx, context: RunContext): Promise<number> {
  const { plans } = await readSummary(tx, context);
  return Object.values(plans ?? {}).reduce((sum, { calls }) => sum + calls, 0);
}

/** The stages' own code, every transaction of theirs in this one. Procore is read meanwhile, which only a preview may afford. */
async function planOnly(tx: Tx, hub: HubContext, connection: Connection, ask: ReplayAsk): Promise<ReplayPreview> {
  await refuseOpen(tx, hub, connection.name);
  const { chosen, left } = await choose(tx, hub, ask);
  const nothing = { changes: [], changesInAll: 0, lookedUp: 0, waiting: [] };
  if (chosen.length === 0) return { taken: 0, left, calls: 0, ...nothing };
  const run = await insertRun(tx, hub, connection.name, chosen);
  const context: RunContext = {
    ...hub,
    store: { ...hub.store, transact: (_scope, work) => work(tx) },
    connection,
    run,
    mode: "replay",
    isPlanOnly: false,
    isPreview: true,
    epoch: 0n,
    once: createOnce(),
    view: viewOnce(connection),
  };
  for (const flow of flows) if (chosen.some((each) => each.flow === flow)) await planFlow(context, flow);
  const waiting = await readWaiting(tx, context, chosen);
  return { taken: chosen.length, left, calls: await readCalls(tx, context), ...(await readChanges(tx, context)), waiting };
}

export async function previewReplay(hub: HubContext, connection: Connection, ask: ReplayAsk): Promise<ReplayPreview> {
  try {
    return await hub.store.transact(inTenant(hub), async (tx) => {
      throw new RolledBack(await planOnly(tx, hub, connection, ask));
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.preview;
    // No run is halted here: what Procore refused to tell is the caller's to hear.
    if (error instanceof RunHalt) throw new Fault(error.code, { place: `connection ${connection.name}`, detail: error.detail });
    throw error;
  }
}
