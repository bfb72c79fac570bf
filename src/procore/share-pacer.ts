/**
 * A part of an app's quota for one kind of work (here: reading again what hints name), so that a storm of it leaves the rest of the hour to everybody
 * else. It passes calls on to the app's own pacer and counts them; whoever works asks before a piece of work is begun, and what was begun is ended.
 */
import type { Clock } from "../ports/index.ts";
import { createSendLog, type Pacer } from "./pacing.ts";

export type SharePacer = Pacer & {
  /** Ms until a piece of work of so many calls may begin within the share of the hour. */
  restMs(calls: number): number;
};

const hourMs = 3_600_000;

export function createSharePacer(pacer: Pacer, { clock, percent }: { clock: Clock; percent: number }): SharePacer {
  const sent = createSendLog();
  /** At least one piece of work an hour: a share too small for any would keep hints waiting for good. */
  const allowedFor = (calls: number) => Math.max(calls, Math.floor((pacer.pace().hourly / 100) * percent));
  return {
    ...pacer,
    async acquire(ask) {
      const pass = await pacer.acquire(ask);
      if (pass.kind === "go") sent.add(clock.monotonic(), hourMs);
      return pass;
    },
    restMs: (calls) => sent.waitFor({ count: allowedFor(calls) - calls + 1, widthMs: hourMs, now: clock.monotonic() }),
  };
}
