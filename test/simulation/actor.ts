// A process of the simulation: a hub or an agent in one of its lives. All it has of the world are the handles given to it here; when it dies they
// are revoked: what it still asks for never comes, what it still waits for never ends, and nothing of it is left but what it had committed.
import type { Clock, Random } from "../../src/ports/index.ts";
import { createDice } from "./dice.ts";
import type { Scheduler } from "./scheduler.ts";

/** Thrown at the place where a process dies, to leave its stack; whatever catches it has no handle any more. */
export class Died extends Error {
  override readonly name = "Died";
}

/** One of its own each time: what waits for a promise that all share is kept as long as that is. */
export const never = (): Promise<never> => new Promise(() => undefined);

export class Actor {
  readonly name: string;
  readonly random: Random;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  #isAlive = true;
  #onDeath: (() => void)[] = [];

  constructor(options: { name: string; seed: number; scheduler: Scheduler; wallMs: (actor: string) => number }) {
    const { name, seed, scheduler, wallMs } = options;
    this.name = name;
    this.scheduler = scheduler;
    this.random = createDice(seed, name);
    const startedAt = scheduler.nowMs;
    this.clock = {
      now: () => wallMs(name),
      monotonic: () => scheduler.nowMs - startedAt,
      sleep: (durationMs, signal) => this.#sleep(durationMs, signal),
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Settles when the event has happened, in this life only. */
  after<T>(delayMs: number, what: string, happen: () => T | Promise<T>): Promise<T> {
    if (!this.#isAlive) return never();
    return new Promise((resolve, reject) => {
      this.scheduler.after(delayMs, what, async () => {
        if (!this.#isAlive) return;
        try {
          const value = await happen();
          if (this.#isAlive) resolve(value);
        } catch (error) {
          if (this.#isAlive) reject(error);
        }
      });
    });
  }

  #sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (!this.#isAlive) return never();
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      let isOver = false;
      const end = () => {
        if (isOver || !this.#isAlive) return;
        isOver = true;
        signal?.removeEventListener("abort", end);
        resolve();
      };
      signal?.addEventListener("abort", end, { once: true });
      this.scheduler.after(durationMs, "", end);
    });
  }

  whenDead(work: () => void): void {
    this.#onDeath.push(work);
  }

  die(why: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.scheduler.note(`${this.name} dies: ${why}`);
    for (const work of this.#onDeath) work();
    this.#onDeath = [];
  }
}
