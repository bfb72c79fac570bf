/** Syncs, and syncs again: the second time nothing may be written. Calls are counted where they arrive, at Procore. */
import type { RunReport } from "../../hub/index.ts";
import type { Difference } from "./compare-procore.ts";
import { type DemoPorts, unlessInterrupted } from "./demo-ports.ts";
import { countWrites, type ProcoreCalls } from "./sandbox-door.ts";
import type { Running } from "./start-demo.ts";

export type Sync = { run: RunReport; calls: ProcoreCalls; durationMs: number };
export type Syncs = { first: Sync; second?: Sync };

async function syncOnce({ installation, door }: Running, ports: DemoPorts): Promise<Sync> {
  const startedAt = ports.clock.monotonic();
  await door.resetCalls();
  const run = await unlessInterrupted(ports.signal, installation.sync({}));
  return { run, calls: await door.readCalls(), durationMs: ports.clock.monotonic() - startedAt };
}

export async function syncTwice(running: Running, ports: DemoPorts): Promise<Syncs> {
  const { progress } = ports;
  const first = await syncOnce(running, ports);
  progress.end();
  if (first.run.state !== "finished") return { first };
  progress.begin("second sync", "", { isWhole: true });
  const second = await syncOnce(running, ports);
  progress.end(`${countWrites(second.calls)} writes to Procore`);
  return { first, second };
}

/** What the second sync was not allowed to do, in the words of any other difference. */
export function secondSyncDifferences({ second }: Syncs): readonly Difference[] {
  if (second === undefined) return [];
  const at = { flow: "all flows", place: "the second sync" } as const;
  const { state } = second.run;
  const writes = countWrites(second.calls);
  return [
    ...(state === "finished" ? [] : [{ ...at, what: "state", expected: "finished", found: state }]),
    ...(writes === 0 ? [] : [{ ...at, what: "writes to Procore", expected: "0", found: String(writes) }]),
  ];
}
