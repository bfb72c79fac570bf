/**
 * Works hints while a hub lives, soon after they come: whoever takes one asks the job queue, which gives a quota key's hints to one process. In a
 * pause between two looks, repeated touches of one record gather and are read once.
 */
import type { JobQueue } from "../../ports/index.ts";
import type { Connection, HubContext } from "../context.ts";
import { workHints } from "./work-hints.ts";

const hintQueue = "quota-key-webhooks";
/** A person saves a record more than once. */
const gatherMs = 5_000;
/** What waits for a write under way, or came to another process, is looked at again. */
const lookEveryMs = 60_000;

export type HintWork = {
  context: HubContext;
  queue: JobQueue;
  connections: readonly Connection[];
  keyOf: (of: Connection) => string;
};

export async function workHintQueue(
  { context, queue, connections, keyOf }: HintWork,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  return queue.work(hintQueue, async (key, stopping) => {
    for (const connection of connections.filter((each) => keyOf(each) === key)) {
      const { edited, looked } = await workHints({ ...context, connection }, AbortSignal.any([signal, stopping]));
      if (edited > 0) context.log(`webhooks of ${connection.name}: ${looked} hints, edits found, see ml-connector edits`);
    }
  });
}

export type HintBell = { ring(): void };

/** Settles when the signal aborts. `ring` is told of each commit of new hints. */
export function askForHints(
  { context, queue, connections, keyOf }: HintWork,
  signal: AbortSignal,
): { bell: HintBell; done: Promise<void> } {
  let isRung = true;
  const ask = async () => {
    for (const connection of connections) await queue.request(hintQueue, keyOf(connection));
  };
  const loop = async () => {
    let quietMs = 0;
    while (!signal.aborted) {
      if (isRung || quietMs >= lookEveryMs) {
        isRung = false;
        quietMs = 0;
        await ask().catch((error: unknown) => context.log(`webhooks: ${error instanceof Error ? error.message : String(error)}`));
      }
      await context.clock.sleep(gatherMs, signal);
      quietMs += gatherMs;
    }
  };
  return {
    bell: {
      ring: () => {
        isRung = true;
      },
    },
    done: loop(),
  };
}
