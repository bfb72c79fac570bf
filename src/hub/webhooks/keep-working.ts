/**
 * Works hints while a hub lives, soon after they come. In a pause between two looks, repeated touches of one record gather and are read once.
 */
import { type KeyWork, quotaKeyOf, workByKey } from "../quota-key.ts";
import { requestRunWork } from "../run/run-queue.ts";
import { workHints } from "./work-hints.ts";

const hintQueue = "quota-key-webhooks";
/** A person saves a record more than once. */
const gatherMs = 5_000;
/** What waits for a write under way, or came to another process, is looked at again. */
const lookEveryMs = 60_000;

/** Works for whoever asks; the answer ends it. */
export function workHintQueue(work: KeyWork, signal: AbortSignal): Promise<() => Promise<void>> {
  const { context, queue } = work;
  return workByKey(work, hintQueue, signal, async (connection, stopping) => {
    const waking = { requestRunWork: () => requestRunWork(queue, connection) };
    const { edited, looked } = await workHints({ ...context, connection }, { waking, signal: stopping });
    if (edited > 0) context.log(`webhooks of ${connection.name}: ${looked} hints, edits found, see ml-connector edits`);
  });
}

/** Rung at each commit of new hints. */
export type Bell = { ring(): void; isRung: boolean };

export function createBell(): Bell {
  const bell: Bell = {
    // Hints may wait from before this process.
    isRung: true,
    ring: () => {
      bell.isRung = true;
    },
  };
  return bell;
}

/** Settles when the signal aborts. */
export async function askForHints({ context, queue, connections }: KeyWork, bell: Bell, signal: AbortSignal): Promise<void> {
  let quietMs = 0;
  const ask = async () => {
    for (const connection of connections) await queue.request(hintQueue, quotaKeyOf(connection));
  };
  while (!signal.aborted) {
    if (bell.isRung || quietMs >= lookEveryMs) {
      bell.isRung = false;
      quietMs = 0;
      await ask().catch((error: unknown) => context.log(`webhooks: ${error instanceof Error ? error.message : String(error)}`));
    }
    await context.clock.sleep(gatherMs, signal);
    quietMs += gatherMs;
  }
}
