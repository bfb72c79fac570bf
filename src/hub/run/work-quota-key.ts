/**
 * Works for one quota key, a Procore client id, and all the connections that share it (design section 8): under one epoch, which fences whoever
 * worked for it before, and side by side, for they share one pacer. Ends when none of them has an open run. A run that is asked for meanwhile is
 * taken up here: its job waits as long as this one works.
 */
import type { Connection, HubContext } from "../context.ts";
import { executeRun, type Tools } from "./execute-run.ts";
import { readOpenRun, takeEpoch } from "./run-state.ts";

/** Between two looks for runs that were asked for meanwhile. */
const lookEveryMs = 1_000;

export async function workQuotaKey(
  context: HubContext,
  key: string,
  connections: readonly Connection[],
  tools: Tools,
): Promise<void> {
  const epoch = await takeEpoch(context, key);
  const running = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  const startOpen = async () => {
    for (const connection of connections) {
      const { name } = connection;
      if (running.has(name) || tools.signal.aborted || !(await readOpenRun(context, name))) continue;
      const done = executeRun(context, connection, epoch, tools)
        .catch((error: unknown) => failures.push(error))
        .finally(() => running.delete(name));
      running.set(
        name,
        done.then(() => undefined),
      );
    }
  };
  await startOpen();
  while (running.size > 0) {
    const mayStart = running.size < connections.length && !tools.signal.aborted;
    const idle = mayStart ? [context.clock.sleep(lookEveryMs, tools.signal)] : [];
    await Promise.race([...running.values(), ...idle]);
    if (failures.length === 0) await startOpen();
  }
  const [failure] = failures;
  if (failure !== undefined) throw failure;
}
