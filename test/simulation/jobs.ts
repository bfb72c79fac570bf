// The job queue as the database keeps it: it outlives hubs, delivers late, sometimes twice, gives the job of a dead worker to another after a
// while, and now and then of one that only seems dead. One claim a key; the epoch in the store must make all else harmless.
import type { JobHandler, JobQueue } from "../../src/ports/index.ts";
import type { Actor } from "./actor.ts";
import type { Dice } from "./dice.ts";
import type { Faults } from "./faults.ts";
import type { Scheduler } from "./scheduler.ts";

/** Of one queue; a job is written `queue key`. */
type Worker = { actor: Actor; queue: string; handler: JobHandler; running: Set<string> };
type Claim = { worker: Worker; abort: AbortController };

/** As long as a heartbeat that does not come is waited for. */
const heartbeatMs = 30_000;
const tryAgainMs = 1_000;

export class Jobs {
  readonly #scheduler: Scheduler;
  readonly #dice: Dice;
  readonly #faults: Faults;
  readonly #waiting = new Set<string>();
  readonly #claims = new Map<string, Claim>();
  readonly #workers = new Set<Worker>();

  constructor(scheduler: Scheduler, dice: Dice, faults: Faults) {
    this.#scheduler = scheduler;
    this.#dice = dice;
    this.#faults = faults;
  }

  get isBusy(): boolean {
    return this.#claims.size > 0;
  }

  of(actor: Actor): JobQueue {
    return {
      request: (queue, key) =>
        actor.after(1, `${actor.name} asks for work`, () => this.#put(`${queue} ${key}`, this.#dice.fraction() * 20)),
      work: (queue, handler) => {
        const worker: Worker = { actor, queue, handler, running: new Set() };
        this.#workers.add(worker);
        actor.whenDead(() => this.#lose(worker));
        return Promise.resolve(() => Promise.resolve());
      },
      close: () => Promise.resolve(),
    };
  }

  /** The heartbeats of whoever works come too late: another one gets the job while the first one still works, and neither is told. */
  supersede(): void {
    for (const [key, { worker }] of this.#claims) {
      this.#scheduler.note(`${worker.actor.name} seems dead to the queue`);
      this.#claims.delete(key);
      this.#put(key, this.#dice.fraction() * 3_000);
    }
  }

  #lose(worker: Worker): void {
    this.#workers.delete(worker);
    for (const [key, claim] of this.#claims) {
      if (claim.worker !== worker) continue;
      this.#scheduler.after(heartbeatMs * this.#dice.fraction(), "", () => {
        if (this.#claims.get(key) !== claim) return;
        this.#claims.delete(key);
        this.#put(key, 0);
      });
    }
  }

  #put(key: string, delayMs: number): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    const lateMs = this.#faults.pass("job-late") ? this.#dice.between(5_000, 60_000) : 0;
    this.#scheduler.after(delayMs + lateMs, "", () => this.#give(key));
  }

  #give(key: string): void {
    if (!this.#waiting.has(key)) return;
    const free = [...this.#workers].filter(({ queue, running }) => key.startsWith(`${queue} `) && !running.has(key));
    if (this.#claims.has(key) || free.length === 0) {
      this.#scheduler.after(tryAgainMs, "", () => this.#give(key));
      return;
    }
    this.#waiting.delete(key);
    void this.#work(key, this.#dice.pick(free));
  }

  async #work(key: string, worker: Worker): Promise<void> {
    const claim: Claim = { worker, abort: new AbortController() };
    this.#claims.set(key, claim);
    worker.running.add(key);
    this.#scheduler.note(`${worker.actor.name} works: ${key}`);
    const isDone = await worker.handler(key.slice(worker.queue.length + 1), claim.abort.signal).then(
      () => true,
      (error: unknown) => {
        if (worker.actor.isAlive) this.#scheduler.note(`${worker.actor.name} gives its job back: ${String(error)}`);
        return false;
      },
    );
    if (!worker.actor.isAlive) return;
    worker.running.delete(key);
    if (this.#claims.get(key) !== claim) return;
    this.#claims.delete(key);
    if (!isDone) this.#put(key, tryAgainMs);
    else if (this.#faults.pass("job-twice")) this.#put(key, 0);
  }
}
