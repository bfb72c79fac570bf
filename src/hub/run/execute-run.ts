/**
 * Carries an open run from wherever it stands to its end: each flow through read, plan, apply, confirm. Every step is state in the store,
 * so this may be ended anywhere and called again; a halt is written down with its code, anything unexpected stops the run as a defect. A worker that
 * was superseded writes nothing at all.
 */
import { sql } from "kysely";
import { Fault, isLookUpFlow, type RunFlow } from "../../core/index.ts";
import { applyFlow } from "../apply/apply-flow.ts";
import { type Connection, createOnce, type HubContext, inTenant, type RunContext, RunHalt } from "../context.ts";
import { viewOnce } from "../map/view.ts";
import { quotaKeyOf } from "../quota-key.ts";
import type { Signals } from "../signals.ts";
import { lookForDiscarded } from "../webhooks/discarded.ts";
import { workHints } from "../webhooks/work-hints.ts";
import { confirmFlow } from "./confirm-flow.ts";
import { fenceStore, Superseded } from "./fence.ts";
import { goOnAfterReading } from "./next-flow.ts";
import { planFlow } from "./plan-flow.ts";
import { readFlow, retryFailedTasks } from "./read-flow.ts";
import { addCalls, haltRun, type OpenRun, readOpenRun } from "./run-state.ts";

export type Tools = { signals: Signals; signal: AbortSignal };

async function step(
  context: RunContext,
  flow: RunFlow,
  stage: string,
  tools: Tools,
  recordCalls: () => Promise<void>,
): Promise<void> {
  if (stage === "read") return readFlow(context, flow, tools.signals, tools.signal);
  if (isLookUpFlow(flow)) return goOnAfterReading(context, flow);
  switch (stage) {
    case "plan":
      await refreshStatistics(context);
      await planFlow(context, flow);
      return refreshStatistics(context);
    case "apply":
      if (!context.isPlanOnly) await applyFlow(context, flow);
      // Before the run can be seen as finished: whoever waits for its end reads its calls too. Confirming calls nobody.
      await recordCalls();
      return confirmFlow(context, flow);
    default:
      throw new Error(`Assertion failed: a run has no stage ${stage}`);
  }
}

/** Reading and planning fill tables from nothing; without fresh statistics the queries that follow scan where they should look up. */
async function refreshStatistics(context: RunContext): Promise<void> {
  await context.store.transact(inTenant(context), (tx) => sql`select refresh_statistics()`.execute(tx));
}

function haltOf(error: unknown): RunHalt {
  if (error instanceof RunHalt) return error;
  if (error instanceof Fault)
    return new RunHalt(error.isRetryable ? "pause" : "stop", error.code, `${error.place}: ${error.detail}`);
  return new RunHalt("stop", "run.failed", error instanceof Error ? error.message : String(error));
}

/** Each call of what it returns adds to the run's own count what was called since the last. */
function callRecorder(hub: HubContext, connection: Connection, run: bigint): () => Promise<void> {
  let recorded = connection.calls.byTemplate();
  return async () => {
    const calls = connection.calls.byTemplate();
    await addCalls(hub, run, difference(recorded, calls));
    recorded = calls;
  };
}

/** What people did since, before it is planned over; a hub without hooks asks nothing. What goes wrong with hints does not stop a run. */
async function catchUpWithHints(hub: HubContext, connection: Connection, { mode, flows }: OpenRun): Promise<void> {
  const isWhole = mode !== "replay" && flows.includes("purchase-orders") && flows.includes("costs");
  try {
    await lookForDiscarded({ ...hub, connection });
    await workHints({ ...hub, connection }, { waking: isWhole ? "this-run" : "later" });
  } catch (error) {
    if (error instanceof Superseded) throw error;
    hub.log(`webhooks: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `epoch` is that of whoever works for the connection's quota key now. Throws `Superseded` where that is somebody else meanwhile. */
export async function executeRun(unfenced: HubContext, connection: Connection, epoch: bigint, tools: Tools): Promise<void> {
  const holding = { tenant: unfenced.tenant, quotaKey: quotaKeyOf(connection), epoch };
  const hub: HubContext = { ...unfenced, store: fenceStore(unfenced.store, holding) };
  const first = await readOpenRun(hub, connection.name);
  if (!first) return;
  const context: RunContext = {
    ...hub,
    connection,
    run: first.run,
    mode: first.mode,
    isPlanOnly: first.isPlanOnly,
    epoch,
    once: createOnce(),
    view: viewOnce(connection),
  };
  const recordCalls = callRecorder(hub, connection, first.run);
  try {
    await retryFailedTasks(context, first.flow);
    await catchUpWithHints(hub, connection, first);
    // A run opened as this one ended is not ours: it is begun with an epoch, a view and a count of its own.
    for (let open: OpenRun | undefined = first; open?.run === first.run; open = await readOpenRun(hub, connection.name)) {
      if (tools.signal.aborted) return;
      await step(context, open.flow, open.stage, tools, recordCalls);
      hub.faultPoint(`run.after-${open.stage}`);
    }
  } catch (error) {
    // A stopping hub leaves the run open: the next start takes it up where it stands.
    if (tools.signal.aborted) return;
    if (error instanceof Superseded) throw error;
    if (!(error instanceof RunHalt || error instanceof Fault))
      hub.log(`run ${first.run}: ${error instanceof Error ? error.stack : String(error)}`);
    await haltRun(hub, connection, first.run, haltOf(error));
  }
  if (!tools.signal.aborted) await recordCalls();
}

function difference(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([template, count]) => [template, count - (before[template] ?? 0)]));
}
