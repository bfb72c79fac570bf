/** Asks for the night's listing while a hub lives: for each quota key whose connections were last looked at longer ago than `everyHours`. */
import { sql } from "kysely";
import { type Connection, type HubContext, inTenant } from "../context.ts";
import { type KeyWork, quotaKeyOf, workByKey } from "../quota-key.ts";
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

/** Works for whoever asks; the answer ends it. */
export function workProofs(work: KeyWork, signal: AbortSignal): Promise<() => Promise<void>> {
  const { context } = work;
  return workByKey(work, proofQueue, signal, async (connection, stopping) => {
    if (!(await isDue(context, connection))) return;
    const ask = { callsMax: connection.settings.proof.callsPerNight, signal: stopping };
    const { targets, proved, findings, calls } = await prove({ ...context, connection }, ask);
    const found = findings === 0 ? "all as confirmed" : `${findings} findings, see ml-connector proof`;
    context.log(`proof of ${connection.name}: ${proved} of ${targets} listings in ${calls} calls, ${found}`);
  });
}

/** Settles when the signal aborts. */
export async function askForProofs({ context, queue, connections }: KeyWork, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const connection of connections) {
      const ask = async () => {
        if (await isDue(context, connection)) await queue.request(proofQueue, quotaKeyOf(connection));
      };
      await ask().catch((error: unknown) => context.log(`proof: ${error instanceof Error ? error.message : String(error)}`));
    }
    await context.clock.sleep(lookEveryMs, signal);
  }
}
