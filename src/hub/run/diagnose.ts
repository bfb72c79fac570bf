/**
 * How things stood at Procore when a run was halted, for the audit trail and for `runs <id>`: counts of the flow's effects, what was in flight, the
 * last answers that were no success. Ids, codes and counts; endpoints as templates; nothing that was sent.
 */
import { sql, type Transaction } from "kysely";
import type { RunFlow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { CallTrouble } from "../context.ts";

type Tx = Transaction<Database>;

export type Diagnostics = {
  flow: RunFlow;
  stage: string;
  /** Of this run's effects in the flow, by state. */
  effects: Record<string, number>;
  /** Origin ids of what was sent and not settled: looked up before anything is sent again. */
  inFlight: readonly string[];
  inFlightCount: number;
  /** Latest last. */
  lastAnswers: readonly CallTrouble[];
};

const inFlightToldMax = 20;

export async function diagnose(
  tx: Tx,
  run: { tenant: string; run: bigint },
  trouble: readonly CallTrouble[],
): Promise<Diagnostics | undefined> {
  const at = await tx
    .selectFrom("run")
    .select(["flow", "stage"])
    .where("tenant", "=", run.tenant)
    .where("run", "=", run.run)
    .executeTakeFirst();
  if (!at) return undefined;
  const { rows: states } = await sql<{ state: string; count: bigint }>`
    select state, count(*) as count from effect where tenant = ${run.tenant} and run = ${run.run} and flow = ${at.flow}
    group by state order by state`.execute(tx);
  const { rows: inFlight } = await sql<{ origin_id: string }>`
    select origin_id from effect where tenant = ${run.tenant} and run = ${run.run} and flow = ${at.flow} and state in ('sending', 'unknown')
    order by stage, project_id, container, effect limit ${inFlightToldMax}`.execute(tx);
  const effects = Object.fromEntries(states.map(({ state, count }) => [state, Number(count)]));
  return {
    flow: at.flow as RunFlow,
    stage: at.stage,
    effects,
    inFlight: inFlight.map((row) => row.origin_id),
    inFlightCount: (effects.sending ?? 0) + (effects.unknown ?? 0),
    lastAnswers: trouble,
  };
}
