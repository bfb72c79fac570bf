/**
 * Wakes what waits in this process: a long poll when slices appear, a run when an upload was committed. Only a hint; whoever waits also
 * looks by itself after a while, since another process may have done the work.
 */
import type { Clock } from "../ports/index.ts";

export type Signals = {
  wake(): void;
  /** Settles at the next wake, after the given time, or when the signal aborts. */
  wait(durationMs: number, signal?: AbortSignal): Promise<void>;
};

export function createSignals(clock: Clock): Signals {
  let waiting: (() => void)[] = [];
  return {
    wake() {
      const woken = waiting;
      waiting = [];
      for (const resume of woken) resume();
    },
    async wait(durationMs, signal) {
      const done = new AbortController();
      const stop = () => done.abort();
      signal?.addEventListener("abort", stop, { once: true });
      waiting.push(stop);
      if (signal?.aborted) stop();
      await clock.sleep(durationMs, done.signal);
      signal?.removeEventListener("abort", stop);
      waiting = waiting.filter((resume) => resume !== stop);
    },
  };
}
