/** Runs are asked for by quota key: a key's job carries all the runs that its connections have open. */
import type { JobQueue } from "../../ports/index.ts";
import type { Connection } from "../context.ts";
import { type KeyWork, quotaKeyOf } from "../quota-key.ts";
import type { Signals } from "../signals.ts";
import { workQuotaKey } from "./work-quota-key.ts";

const runQueue = "quota-key-run";

/** Asking twice is one job. */
export function requestRunWork(queue: JobQueue, connection: Connection): Promise<void> {
  return queue.request(runQueue, quotaKeyOf(connection));
}

/** The answer ends it. */
export function workRuns(
  { context, queue, connections }: KeyWork,
  signals: Signals,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  return queue.work(runQueue, async (key, stopping) => {
    const ours = connections.filter((connection) => quotaKeyOf(connection) === key);
    if (ours.length === 0) return context.log(`a run was asked for Procore client ${key}, which no connection of this hub has`);
    await workQuotaKey(context, key, ours, { signals, signal: AbortSignal.any([stopping, signal]) });
  });
}
