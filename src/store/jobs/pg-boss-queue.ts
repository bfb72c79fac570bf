/**
 * The JobQueue port on pg-boss, in a schema of its own. Per key there is at most one waiting, one retrying and one active job
 * (policy `stately`): asking while one waits adds nothing, asking while one is active is done once more afterwards. A dead worker's jobs go
 * out again: at once when it was the queue's only one, else when its heartbeat runs out. Jobs may come twice; the epoch bears that.
 */
import { PgBoss } from "pg-boss";
import type { Clock, JobHandler, JobQueue, JobStop } from "../../ports/index.ts";
import { clientConfigOf, type StoreConnection } from "../connection.ts";
import { type Orphan, openPresence, type Presence } from "./presence.ts";
import { type Claim, type JobSource, QueueWorker } from "./worker.ts";

export type PgBossQueueOptions = {
  /** The owner's: pg-boss makes and upgrades its own schema. */
  connection: StoreConnection;
  clock: Clock;
  log?: (line: string) => void;
  pollMs?: number;
  /** After which a silent worker counts as dead; pg-boss allows no less than 10. */
  heartbeatSeconds?: number;
};

const SCHEMA = "pgboss";
const POOL_MAX = 4;
const POLL_MS = 500;
const HEARTBEAT_SECONDS = 15;
const SUPERVISE_SECONDS = 2;
/** pg-boss's ceiling; a run may take hours, and the heartbeat is what tells that its worker lives. */
const EXPIRE_SECONDS = 86_400;
const RETRY_MAX = 10_000;
const RETRY_DELAY_SECONDS = 1;
const RETRY_DELAY_SECONDS_MAX = 60;
/** What was done is kept in runs and audit, not here. */
const DELETE_AFTER_SECONDS = 3_600;

type JobData = { key: string };

export async function openPgBossQueue(options: PgBossQueueOptions): Promise<JobQueue> {
  const log = options.log ?? (() => undefined);
  const { types: _types, ...address } = clientConfigOf(options.connection);
  const boss = new PgBoss({
    ...(address as { connectionString?: string; host?: string; port?: number; user?: string; database?: string }),
    schema: SCHEMA,
    max: POOL_MAX,
    schedule: false,
    registerInstance: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
  });
  boss.on("error", (error) => log(`the job queue: ${error.message}`));
  await boss.start();
  const presence = await openPresence(options.connection, SCHEMA);
  return new PgBossQueue(boss, presence, { ...options, log });
}

class PgBossQueue implements JobQueue {
  readonly #boss: PgBoss;
  readonly #presence: Presence;
  readonly #options: PgBossQueueOptions & { log: (line: string) => void };
  readonly #queues = new Map<string, Promise<void>>();
  readonly #workers = new Map<QueueWorker, { queue: string; stop: JobStop }>();
  #closing: Promise<void> | undefined;

  constructor(boss: PgBoss, presence: Presence, options: PgBossQueueOptions & { log: (line: string) => void }) {
    this.#boss = boss;
    this.#presence = presence;
    this.#options = options;
  }

  async request(queue: string, key: string): Promise<void> {
    await this.#ensure(queue);
    const data: JobData = { key };
    // Null where one waits already.
    await this.#boss.send(queue, data, { singletonKey: key });
    for (const [worker, { queue: worked }] of this.#workers) if (worked === queue) worker.wake();
  }

  async work(queue: string, handler: JobHandler): Promise<JobStop> {
    const { clock, log, pollMs = POLL_MS, heartbeatSeconds = HEARTBEAT_SECONDS } = this.#options;
    if ([...this.#workers.values()].some(({ queue: worked }) => worked === queue))
      throw new Error(`queue ${queue} has a worker in this process already`);
    await this.#ensure(queue);
    await this.#presence.join(queue, (orphans) => this.#release(queue, orphans));
    // Three beats to a heartbeat: one may be late, and one lost.
    const keepAliveMs = (heartbeatSeconds * 1_000) / 3;
    const worker = new QueueWorker({ source: this.#sourceOf(queue), handler, clock, pollMs, keepAliveMs, log });
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= worker.stop().then(async () => {
        this.#workers.delete(worker);
        await this.#presence.leave(queue);
      });
      return stopped;
    };
    this.#workers.set(worker, { queue, stop });
    return stop;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#workers.values()].map(({ stop }) => stop()));
    await this.#presence.close();
    await this.#boss.stop({ graceful: false, close: true });
  }

  #ensure(queue: string): Promise<void> {
    const known = this.#queues.get(queue);
    if (known !== undefined) return known;
    const made = this.#boss.createQueue(queue, {
      policy: "stately",
      retryLimit: RETRY_MAX,
      retryDelay: RETRY_DELAY_SECONDS,
      retryBackoff: true,
      retryDelayMax: RETRY_DELAY_SECONDS_MAX,
      expireInSeconds: EXPIRE_SECONDS,
      deleteAfterSeconds: DELETE_AFTER_SECONDS,
      heartbeatSeconds: this.#options.heartbeatSeconds ?? HEARTBEAT_SECONDS,
    });
    this.#queues.set(queue, made);
    made.catch(() => this.#queues.delete(queue));
    return made;
  }

  /** Asks anew first and deletes then: a crash between the two leaves a job too many, never one too few. */
  async #release(queue: string, orphans: readonly Orphan[]): Promise<void> {
    for (const { id, key } of orphans) {
      await this.request(queue, key);
      await this.#boss.deleteJob(queue, id);
    }
    if (orphans.length > 0) this.#options.log(`${orphans.length} jobs of a worker that is gone are given out again`);
  }

  #sourceOf(queue: string): JobSource {
    const boss = this.#boss;
    return {
      fetch: async (count) => {
        const jobs = await boss.fetch<JobData>(queue, { batchSize: count });
        return jobs.map(({ id, data, retryCount }): Claim => ({ id, key: data.key, retryCount }));
      },
      // With the attempt, so that a claim we have lost cannot settle its successor's.
      complete: async ({ id, retryCount }) => {
        await boss.complete(queue, { id, retryCount });
      },
      giveBack: async ({ id, retryCount }, reason) => {
        await boss.fail(queue, { id, retryCount }, { reason });
      },
      keepAlive: async (claims) =>
        settledIds(
          await boss.touch(
            queue,
            claims.map(({ id, retryCount }) => ({ id, retryCount })),
          ),
        ),
    };
  }
}

/** pg-boss answers the ids it touched, but its types do not say so. */
function settledIds(answer: object): ReadonlySet<string> {
  const { settled } = answer as { settled?: unknown };
  if (!Array.isArray(settled)) throw new Error("pg-boss did not tell which jobs it touched");
  return new Set(settled.filter((id) => typeof id === "string"));
}
