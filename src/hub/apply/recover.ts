/**
 * After doubt: a crash between `sending` and its answer, a timeout, a 5xx. Waits until the old request can no longer land, looks the record
 * up (ruling 32), and settles it or sends the same content again. Never sends before it has looked.
 */
import { parseMoney } from "../../core/index.ts";
import { type RunContext, RunHalt } from "../context.ts";
import { type Change, type EffectRow, readDoubtful, readSiblings, settle } from "./effects.ts";
import type { Handler, Seen } from "./handler.ts";
import { handlerOf } from "./handlers.ts";
import { readIdsFor, resolve } from "./resolve.ts";

async function waitUntilSettled(context: RunContext, effects: readonly EffectRow[]): Promise<void> {
  const latest = Math.max(...effects.map((effect) => effect.deadline?.getTime() ?? 0));
  const waitMs = latest + context.connection.settings.limits.settleMs - context.clock.now();
  if (waitMs <= 0) return;
  context.log(`waiting ${Math.ceil(waitMs / 1000)} s until ${effects.length} requests in doubt can no longer land`);
  await context.clock.sleep(waitMs);
}

function changeOf(context: RunContext, handler: Handler, effect: EffectRow, seen: Seen | undefined): Change {
  if (!seen || seen.kind === "not-credible") {
    return { effect: effect.effect, state: "unknown", detail: `looked up without a credible answer: ${seen?.reason ?? "none"}` };
  }
  if (seen.kind === "found" && seen.isAsSent) {
    const amount = seen.amount !== null && effect.currency !== null ? parseMoney(seen.amount, effect.currency) : undefined;
    const amountMinor = amount?.ok ? amount.value.minor : effect.amount_minor;
    return {
      effect: effect.effect,
      state: "confirmed",
      procoreId: seen.procoreId,
      amountMinor,
      currency: effect.currency,
      row: effect,
    };
  }
  // Found, yet not as sent, and there is no upsert: sent again it would stand there twice.
  if (seen.kind === "found" && handler.isChain)
    return {
      effect: effect.effect,
      state: "held",
      code: "procore-differs",
      detail: `Procore's ${seen.procoreId} is not as it was sent`,
    };
  if (effect.attempts >= context.connection.settings.limits.attemptsMax) {
    return {
      effect: effect.effect,
      state: "held",
      code: handler.refusal,
      detail: `still not in Procore after ${effect.attempts} attempts`,
    };
  }
  return {
    effect: effect.effect,
    state: "approved",
    detail: seen.kind === "found" ? "found, but not as sent" : "not found",
    wasSent: true,
  };
}

async function lookUp(context: RunContext, effects: readonly EffectRow[]): Promise<Change[]> {
  const [first] = effects;
  if (!first) return [];
  const handler = handlerOf(first.stage);
  const resolved = resolve(effects, await readIdsFor(context, effects));
  const scope = {
    connection: context.connection,
    projectId: Number(first.project_id),
    containerId: resolved.containerId,
    options: {},
    once: context.once,
    settle: () => context.clock.sleep(context.connection.settings.limits.settleMs),
    siblings: handler.isChain ? await readSiblings(context, first) : [],
  };
  const seen = await handler.readBack(
    scope,
    resolved.ready.map(({ row }) => row),
  );
  return [
    ...resolved.held,
    ...resolved.ready.map(({ effect, row }) => changeOf(context, handler, effect, seen.get(row.originId))),
  ];
}

/** Answers how many effects were in doubt. Throws a pause when Procore gives no credible answer: then nothing is guessed. */
export async function recover(context: RunContext, flow: string, only?: number): Promise<number> {
  const doubtful = (await readDoubtful(context, flow)).filter(({ stage }) => only === undefined || stage === only);
  if (doubtful.length === 0) return 0;
  await waitUntilSettled(context, doubtful);
  const calls = Map.groupBy(doubtful, (effect) => `${effect.stage}/${effect.project_id}/${effect.container}`);
  let stillUnknown = 0;
  for (const effects of calls.values()) {
    const changes = await lookUp(context, effects);
    await settle(context, changes, ["sending", "unknown"]);
    context.faultPoint("confirm.looked-up");
    stillUnknown += changes.filter(({ state }) => state === "unknown").length;
  }
  if (stillUnknown > 0)
    throw new RunHalt("pause", "procore.server", `${stillUnknown} effects could not be looked up; they stay unknown`);
  return doubtful.length;
}
