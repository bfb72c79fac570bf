/**
 * The real time. This folder alone may touch timers and randomness; everything else takes a `Clock`, so that a simulation can
 * run hours in milliseconds. `monotonic` counts from process start: it is for deadlines, never for display or storage.
 */
import type { Clock } from "../../ports/index.ts";

/** Timers of Node hold at most 2^31 - 1 ms (24.8 days) and fire at once beyond that: longer waits are cut into pieces. */
const TIMER_MAX_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (durationMs, signal) => {
    const deadline = performance.now() + durationMs;
    for (let left = durationMs; left > 0 && signal?.aborted !== true; left = deadline - performance.now()) {
      await waitOnce(Math.min(left, TIMER_MAX_MS), signal);
    }
  },
};

function waitOnce(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    // Rounded up, so that a sleep never ends before its time and its caller never spins.
    const timer = setTimeout(finish, Math.ceil(durationMs));
    signal?.addEventListener("abort", finish, { once: true });
  });
}
