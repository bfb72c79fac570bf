/**
 * One worker's loop over one queue, whoever keeps the queue: takes jobs while there is room, runs each apart, keeps its claims alive and
 * settles them. At most one handler per key runs in this process. An error of the queue itself is logged and the loop goes on; a
 * handler's error gives its job back.
 */
import type { Clock, JobHandler } from "../../ports/index.ts";
import { messageOf } from "../fault.ts";

export type Claim = { id: string; key: string; retryCount: number };

/** What the loop needs of a queue's keeper. */
export type JobSource = {
  fetch(count: number): Promise<readonly Claim[]>;
  complete(claim: Claim): Promise<void>;
  giveBack(claim: Claim, reason: string): Promise<void>;
  /** Answers the ids that are still ours. */
  keepAlive(claims: readonly Claim[]): Promise<ReadonlySet<string>>;
};

export type WorkerOptions = {
  source: JobSource;
  handler: JobHandler;
  clock: Clock;
  /** Between two looks at an empty queue. */
  pollMs: number;
  keepAliveMs: number;
  log: (line: string) => void;
};

/** Keys that one process works at the same time. Each is a quota key with its own pacing, so they mostly wait. */
const KEYS_MAX = 16;
/** stack.md: use batch size 2 or more, or a key that is busy elsewhere stands before all others. */
const FETCH_MIN = 2;

type Running = { claim: Claim; abort: AbortController; done: Promise<void> };

export class QueueWorker {
  readonly #options: WorkerOptions;
  readonly #running = new Map<string, Running>();
  readonly #stopping = new AbortController();
  readonly #drained = new AbortController();
  #pause = new AbortController();
  #isWoken = false;
  readonly #loops: readonly Promise<void>[];

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#loops = [this.#takeJobs(), this.#keepClaims()];
  }

  /** Looks at the queue at once. */
  wake(): void {
    this.#isWoken = true;
    this.#pause.abort();
  }

  /** Aborts the handlers' signals and waits for them; what they did not finish is given back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#pause.abort();
    for (const { abort } of this.#running.values()) abort.abort();
    await this.#loops[0];
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    this.#drained.abort();
    await this.#loops[1];
  }

  async #takeJobs(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#isWoken = false;
      const room = KEYS_MAX - this.#running.size;
      const claims = room < FETCH_MIN ? [] : await this.#attempt("fetch", () => this.#options.source.fetch(room), []);
      for (const claim of claims) this.#start(claim);
      if (claims.length === 0) await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    this.#pause = new AbortController();
    // A wake that came while we looked must not be slept through; neither must a stop.
    if (this.#isWoken || this.#stopping.signal.aborted) return;
    await this.#options.clock.sleep(this.#options.pollMs, this.#pause.signal);
  }

  #start(claim: Claim): void {
    // Given to us again because a heartbeat came late: the handler is still at it, and may have passed what is new.
    if (this.#running.has(claim.key) || this.#stopping.signal.aborted) {
      void this.#attempt("give back", () => this.#options.source.giveBack(claim, "busy in this process"), undefined);
      return;
    }
    const abort = new AbortController();
    const done = this.#run(claim, abort.signal);
    this.#running.set(claim.key, { claim, abort, done });
  }

  async #run(claim: Claim, signal: AbortSignal): Promise<void> {
    const { handler, source, log } = this.#options;
    try {
      // Only after the caller has put us on the list.
      await Promise.resolve();
      await handler(claim.key, signal);
      await this.#attempt("complete", () => source.complete(claim), undefined);
    } catch (error) {
      if (!signal.aborted) log(`the job for ${claim.key} failed and will be tried again: ${messageOf(error)}`);
      await this.#attempt("give back", () => source.giveBack(claim, messageOf(error)), undefined);
    } finally {
      this.#running.delete(claim.key);
      this.wake();
    }
  }

  /** A claim that was lost (our heartbeat came too late, and another worker has it) aborts its handler. */
  async #keepClaims(): Promise<void> {
    const { clock, keepAliveMs, source } = this.#options;
    while (!this.#drained.signal.aborted) {
      await clock.sleep(keepAliveMs, this.#drained.signal);
      const held = [...this.#running.values()];
      if (held.length === 0) continue;
      const ours = await this.#attempt("keep alive", () => source.keepAlive(held.map(({ claim }) => claim)), undefined);
      if (ours === undefined) continue;
      for (const { claim, abort } of held) if (!ours.has(claim.id)) abort.abort();
    }
  }

  /** The store may be away for a moment; the loop outlives that. */
  async #attempt<T>(step: string, work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#options.log(`the job queue could not ${step}: ${messageOf(error)}`);
      return otherwise;
    }
  }
}
