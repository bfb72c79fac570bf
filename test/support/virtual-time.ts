/**
 * Time that jumps to the next sleeper when nobody has anything left to do: hours of waiting pass in a moment, in the order in which they would.
 * For code whose every wait goes through its clock; one that waits for a socket would look idle.
 */
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/ports/index.ts";

type Sleeper = { at: number; order: number; wake: () => void };

export class VirtualTime implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now = (): number => this.#nowMs;
  monotonic = (): number => this.#nowMs;

  sleep = (durationMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      this.#order += 1;
      const sleeper = { at: this.#nowMs + Math.max(0, durationMs), order: this.#order, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        if (this.#sleepers.delete(sleeper)) resolve();
      });
    });

  /** Lets time pass until `work` is done. */
  async pass<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    for (;;) {
      // A turn of the event loop: all that can go on without time has gone on.
      await setImmediate();
      if (isDone) return done;
      const next = [...this.#sleepers].reduce<Sleeper | undefined>(earlier, undefined);
      if (next === undefined) throw new Error("everybody waits, and nobody for a time");
      this.#sleepers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.at);
      next.wake();
    }
  }
}

function earlier(best: Sleeper | undefined, each: Sleeper): Sleeper {
  if (best === undefined || each.at < best.at) return each;
  return each.at === best.at && each.order < best.order ? each : best;
}
