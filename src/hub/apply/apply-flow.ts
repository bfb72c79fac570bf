/**
 * Carries out a flow's approved effects: projects side by side, the latest first; within a project strictly wave by wave, stage after stage, call
 * after call (direct costs refuse concurrent writes, procore 0.17). Passes repeat until nothing is left to do; each begins by clearing up what is
 * in doubt.
 */
import { sql } from "kysely";
import type { Flow } from "../../core/index.ts";
import { inTenant, type RunContext, RunHalt } from "../context.ts";
import { openStates } from "../effect-states.ts";
import { type EffectRow, readSlot, readSlots, type Slot } from "./effects.ts";
import type { Handler } from "./handler.ts";
import { handlerOf } from "./handlers.ts";
import { holdUnlinked } from "./hold-unlinked.ts";
import { holdUnreopened } from "./hold-unreopened.ts";
import { holdUnequalParts } from "./part-totals.ts";
import { recover } from "./recover.ts";
import { holdChains } from "./requisition-chains.ts";
import { readIdsFor } from "./resolve.ts";
import { sendBatch } from "./send-batch.ts";

const passesMax = 20;
/** Each follows a wait for quota, an hour at most; more of them is not waiting any more. */
const withdrawalsMax = 100;

async function countToDo(context: RunContext, flow: Flow, only: number | undefined): Promise<number> {
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<{
      count: bigint;
    }>`select count(*) as count from effect where tenant = ${context.tenant} and connection = ${context.connection.name}
      and flow = ${flow} and state in ${openStates} and (${only ?? null}::smallint is null or stage = ${only ?? null}::smallint)`.execute(
      tx,
    ),
  );
  return Number(rows[0]?.count ?? 0n);
}

/** The calls of a slot: of one container each where the call is made on one, and of no more rows than a call may carry. */
function callsOf(handler: Handler, effects: readonly EffectRow[], max: number): EffectRow[][] {
  const groups = handler.byContainer ? [...Map.groupBy(effects, (effect) => effect.container).values()] : [effects];
  return groups.flatMap((group) => {
    const calls: EffectRow[][] = [];
    for (let start = 0; start < group.length; start += max) calls.push(group.slice(start, start + max));
    return calls;
  });
}

async function applySlot(context: RunContext, flow: Flow, slot: Slot, onDone: (effects: number) => void): Promise<void> {
  const handler = handlerOf(slot.stage);
  for (let withdrawals = 0; withdrawals < withdrawalsMax; ) {
    await holdUnequalParts(context, slot);
    onDone(await holdUnlinked(context, slot));
    onDone(await holdUnreopened(context, slot));
    onDone(await holdChains(context, slot));
    const effects = await readSlot(context, flow, slot);
    if (effects.length === 0) return;
    const ids = await readIdsFor(context, effects);
    let settledInAll = 0;
    let isWithdrawn = false;
    for (const call of callsOf(handler, effects, handler.batchMax(context.connection))) {
      const sent = await sendBatch(context, handler, slot, call, ids);
      settledInAll += sent.settled;
      isWithdrawn ||= sent.isWithdrawn;
      onDone(sent.settled);
    }
    if (isWithdrawn) withdrawals += 1;
    // Nothing settled: what came back as approved waits for the next pass, after a look at what is in doubt.
    else if (settledInAll === 0) return;
  }
}

async function applyProject(
  context: RunContext,
  flow: Flow,
  slots: readonly Slot[],
  onDone: (effects: number) => void,
): Promise<void> {
  for (const slot of slots) await applySlot(context, flow, slot, onDone);
}

/** Company-wide slots (project 0) first, then the projects, a named number at a time. */
async function pass(context: RunContext, flow: Flow, only: number | undefined, onDone: (effects: number) => void): Promise<void> {
  const slots = (await readSlots(context, flow)).filter(({ stage }) => only === undefined || stage === only);
  const byProject = Map.groupBy(slots, (slot) => slot.projectId);
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

/** `only`: of one stage, where the rest is not planned yet. */
export async function applyFlow(context: RunContext, flow: Flow, only?: number): Promise<void> {
  const total = await countToDo(context, flow, only);
  let done = 0;
  const onDone = (effects: number) => {
    done += effects;
    context.onProgress({ run: String(context.run), connection: context.connection.name, flow, stage: "apply", done, total });
  };
  onDone(0);
  for (let round = 0; round < passesMax; round++) {
    await recover(context, flow, only);
    await pass(context, flow, only, onDone);
    if ((await countToDo(context, flow, only)) === 0) return;
  }
  throw new RunHalt(
    "pause",
    "procore.server",
    `${await countToDo(context, flow, only)} effects are still to do after ${passesMax} passes`,
  );
}
