/** What a hub does that nobody waits for: it works what the job queue gives it, seals the audit trail, and, long-lived, asks for work by itself. */
import { sealAudit } from "../store/index.ts";
import type { HubContext } from "./context.ts";
import { askForProofs, workProofs } from "./prove/keep-proving.ts";
import type { KeyWork } from "./quota-key.ts";
import { workRuns } from "./run/run-queue.ts";
import { keepSchedules, type ScheduledConnection } from "./schedule/keep-schedules.ts";
import type { Signals } from "./signals.ts";
import { askForHints, type Bell, workHintQueue } from "./webhooks/keep-working.ts";

/** The less often the longer nobody did anything: most hours of a hub leave no trail. */
const sealEveryMs = { first: 1_000, most: 8_000 } as const;

/** Once more when stopped. */
async function keepSealing(context: HubContext, signal: AbortSignal): Promise<void> {
  const seal = () => sealAudit(context.store, { tenant: context.tenant });
  const sealOrSay = () =>
    seal().catch((error: unknown) => {
      context.log(`audit: ${error instanceof Error ? error.message : String(error)}`);
      return 0;
    });
  for (let waitMs: number = sealEveryMs.first; !signal.aborted; ) {
    const sealed = await sealOrSay();
    waitMs = sealed > 0 ? sealEveryMs.first : Math.min(2 * waitMs, sealEveryMs.most);
    await context.clock.sleep(waitMs, signal);
  }
  await seal();
}

export type Background = {
  work: KeyWork;
  signals: Signals;
  hintBell: Bell;
  scheduled: readonly ScheduledConnection[];
  isLongLived: boolean;
};

/** The signal ends it; the answer waits for that end. */
export async function startBackground(
  { work, signals, hintBell, scheduled, isLongLived }: Background,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const sealing = keepSealing(work.context, signal);
  const stops = [await workRuns(work, signals, signal), await workProofs(work, signal), await workHintQueue(work, signal)];
  const asking = isLongLived
    ? [askForHints(work, hintBell, signal), askForProofs(work, signal), keepSchedules(work.context, scheduled, signal)]
    : [];
  return async () => {
    for (const stop of stops) await stop();
    await Promise.all([...asking, sealing]);
  };
}
