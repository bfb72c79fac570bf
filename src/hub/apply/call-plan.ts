/**
 * What a flow's plan will cost before the first of it is sent: how many calls, and how long they take at the quota that is left to background work.
 * Counted with the sizes that sending uses. Retries, look-ups after doubt and reads come on top.
 */
import { sql, type Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import { leastDurationMs } from "../../procore/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { handlerOf } from "./handlers.ts";

export type CallCost = { effects: number; calls: number; durationMs: number };
/** `waiting`: what it would cost beside, of that which waits for approval; absent in runs older than approval. */
export type CallPlan = CallCost & { waiting?: CallCost };

type Group = { stage: number; container: string; count: bigint };

/** Groups as calls are made: by project and stage, and by container where a call is made on one. */
async function readGroups(
  tx: Transaction<Database>,
  context: RunContext,
  flow: Flow,
  state: "approved" | "planned",
): Promise<readonly Group[]> {
  const { rows } = await sql<Group & { project_id: bigint; wave: number }>`
    select stage, project_id, wave, container, count(*) as count from effect
    where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = ${flow} and state = ${state}
    group by stage, project_id, wave, container order by stage, project_id, wave, container`.execute(tx);
  const perCall = Map.groupBy(rows, ({ stage, project_id: project, wave, container }) =>
    [stage, project, wave, ...(handlerOf(stage).byContainer ? [container] : [])].join("/"),
  );
  return [...perCall.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first, count: group.reduce((total, { count }) => total + count, 0n) }] : [];
  });
}

async function costOf(
  tx: Transaction<Database>,
  context: RunContext,
  flow: Flow,
  state: "approved" | "planned",
): Promise<CallCost> {
  const { connection } = context;
  let effects = 0;
  let calls = 0;
  for (const { stage, count } of await readGroups(tx, context, flow, state)) {
    const handler = handlerOf(stage);
    effects += Number(count);
    calls += handler.isOneByOne ? Number(count) : Math.ceil(Number(count) / handler.batchMax(connection));
  }
  return { effects, calls, durationMs: leastDurationMs(calls, connection.procore.pacer.pace()) };
}

export async function planCalls(tx: Transaction<Database>, context: RunContext, flow: Flow): Promise<CallPlan> {
  const waiting = await costOf(tx, context, flow, "planned");
  return { ...(await costOf(tx, context, flow, "approved")), ...(waiting.effects === 0 ? {} : { waiting }) };
}
