/**
 * What one worker may spend is spent by one (design section 9): Procore counts calls by client id, so that is the key by which the job queue
 * gives work, to one process at a time, whichever of them asked.
 */
import type { JobQueue } from "../ports/index.ts";
import type { Connection, HubContext } from "./context.ts";

export const quotaKeyOf = ({ settings }: Pick<Connection, "settings">): string => settings.procore.clientId;

export type KeyWork = { context: HubContext; queue: JobQueue; connections: readonly Connection[] };

/** Works each of a key's connections, one after the other, for whoever asks; the answer ends it. */
export function workByKey(
  { queue, connections }: KeyWork,
  name: string,
  signal: AbortSignal,
  work: (connection: Connection, signal: AbortSignal) => Promise<void>,
): Promise<() => Promise<void>> {
  return queue.work(name, async (key, stopping) => {
    for (const connection of connections)
      if (quotaKeyOf(connection) === key) await work(connection, AbortSignal.any([signal, stopping]));
  });
}
