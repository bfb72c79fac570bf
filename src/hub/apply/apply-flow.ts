/**
 * Carries out a flow's approved effects: projects side by side, within a project strictly stage after stage and call after call (direct costs
 * refuse concurrent writes, procore 0.17). Passes repeat until nothing is left to do; each begins by clearing up what is in doubt.
 */
import { sql } from "kysely";
import type { Flow } from "../../core/index.ts";
import { inTenant, type RunContext, RunHalt } from "../context.ts";
import { readBatch, readSlots, type Slot } from "./effects.ts";
import { handlerOf } from "./handlers.ts";
import { holdUnequalParts } from "./part-totals.ts";
import { recover } from "./recover.ts";
import { sendBatch } from "./send-batch.ts";

const passesMax = 20;
/** Each follows a wait for quota, an hour at most; more of them is not waiting any more. */
const withdrawalsMax = 100;

async function countToDo(context: RunContext, flow: Flow): Promise<number> {
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<{
      count: bigint;
    }>`select count(*) as count from effect where tenant = ${context.tenant} and connection = ${context.connection.name}
      and flow = ${flow} and state in ('approved', 'sending', 'unknown')`.execute(tx),
  );
  return Number(rows[0]?.count ?? 0n);
}

async function applySlot(context: RunContext, flow: Flow, slot: Slot, onDone: (effects: number) => void): Promise<void> {
  const handler = handlerOf(slot.stage);
  const options = { max: handler.batchMax(context.connection), byContainer: handler.byContainer };
  await holdUnequalParts(context, slot);
  for (let withdrawals = 0; withdrawals < withdrawalsMax; ) {
    const batch = await readBatch(context, flow, slot, options);
    if (batch.length === 0) return;
    const { settled, isWithdrawn } = await sendBatch(context, handler, slot, batch);
    onDone(settled);
    if (isWithdrawn) withdrawals += 1;
    // Nothing settled: what came back as approved waits for the next pass, after a look at what is in doubt.
    else if (settled === 0) return;
  }
}

async function applyProject(
  context: RunContext,
  flow: Flow,
  slots: readonly Slot[],
  onDone: (effects: number) => void,
): Promise<void> {
  for (const slot of [...slots].sort((left, right) => left.stage - right.stage)) await applySlot(context, flow, slot, onDone);
}

/** Company-wide slots (project 0) first, then the projects, a named number at a time. */
async function pass(context: RunContext, flow: Flow, onDone: (effects: number) => void): Promise<void> {
  const byProject = Map.groupBy(await readSlots(context, flow), (slot) => slot.projectId);
  await applyProject(context, flow, byProject.get(0n) ?? [], onDone);
  byProject.delete(0n);
  const queue = [...byProject.values()];
  const workers = Array.from({ length: context.connection.settings.limits.parallelProjects }, async () => {
    for (let slots = queue.shift(); slots; slots = queue.shift()) await applyProject(context, flow, slots, onDone);
  });
  const results = await Promise.allSettled(workers);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

export async function applyFlow(context: RunContext, flow: Flow): Promise<void> {
  const total = await countToDo(context, flow);
  let done = 0;
  const onDone = (effects: number) => {
    done += effects;
    context.onProgress({ run: String(context.run), connection: context.connection.name, flow, stage: "apply", done, total });
  };
  onDone(0);
  for (let round = 0; round < passesMax; round++) {
    await recover(context, flow);
    await pass(context, flow, onDone);
    if ((await countToDo(context, flow)) === 0) return;
  }
  throw new RunHalt(
    "pause",
    "procore.server",
    `${await countToDo(context, flow)} effects are still to do after ${passesMax} passes`,
  );
}
