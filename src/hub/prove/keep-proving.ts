/**
 * Asks for the night's listing while a hub lives: for each quota key whose connections were last looked at longer ago than `everyHours`. The job
 * queue gives it to one process, whichever of them asked.
 */
import { sql } from "kysely";
import type { JobQueue } from "../../ports/index.ts";
import { type Connection, type HubContext, inTenant } from "../context.ts";
import { prove } from "./prove.ts";

const proofQueue = "quota-key-proof";
const lookEveryMs = 10 * 60_000;
const hourMs = 3_600_000;

async function isDue(context: HubContext, { name, settings }: Connection): Promise<boolean> {
  if (settings.proof.callsPerNight === 0) return false;
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<{ tried_at: Date | null }>`select max(tried_at) as tried_at from proof
      where tenant = ${context.tenant} and connection = ${name}`.execute(tx),
  );
  const last = rows[0]?.tried_at ?? null;
  return last === null || context.clock.now() - last.getTime() >= settings.proof.everyHours * hourMs;
}

export type ProofWork = {
  context: HubContext;
  queue: JobQueue;
  connections: readonly Connection[];
  keyOf: (of: Connection) => string;
};

/** Works for whoever asks; the answer ends it. */
export async function workProofs(
  { context, queue, connections, keyOf }: ProofWork,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  return queue.work(proofQueue, async (key, stopping) => {
    for (const connection of connections.filter((each) => keyOf(each) === key)) {
      if (!(await isDue(context, connection))) continue;
      const ask = { callsMax: connection.settings.proof.callsPerNight, signal: AbortSignal.any([signal, stopping]) };
      const { targets, proved, findings, calls } = await prove({ ...context, connection }, ask);
      const found = findings === 0 ? "all as confirmed" : `${findings} findings, see ml-connector proof`;
      context.log(`proof of ${connection.name}: ${proved} of ${targets} listings in ${calls} calls, ${found}`);
    }
  });
}

/** Settles when the signal aborts. */
export async function askForProofs({ context, queue, connections, keyOf }: ProofWork, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const connection of connections) {
      const ask = async () => {
        if (await isDue(context, connection)) await queue.request(proofQueue, keyOf(connection));
      };
      await ask().catch((error: unknown) => context.log(`proof: ${error instanceof Error ? error.message : String(error)}`));
    }
    await context.clock.sleep(lookEveryMs, signal);
  }
}
