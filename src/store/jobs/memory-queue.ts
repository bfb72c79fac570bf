/**
 * A JobQueue in memory for tests and the simulation, as unkind as the port permits: it delivers late, in another order, and sometimes
 * twice, all from its `Random`, so that a seed replays it. It loses nothing while the process lives and keeps nothing after it.
 */
import type { Clock, JobQueue, JobStop, Random } from "../../ports/index.ts";
import { type Claim, type JobSource, QueueWorker } from "./worker.ts";

export type MemoryQueueOptions = {
  clock: Clock;
  random: Random;
  /** The longest a job waits beyond its turn. */
  delayMsMax?: number;
  /** Share of jobs that come a second time after they were done. */
  twiceShare?: number;
  log?: (line: string) => void;
};

const DELAY_MS_MAX = 20;
const TWICE_SHARE = 0.2;
const POLL_MS = 5;
/** Claims in memory do not run out. */
const KEEP_ALIVE_MS = 60_000;

type Waiting = { dueMs: number; isRepeat: boolean };

export function createMemoryQueue(options: MemoryQueueOptions): JobQueue {
  const { clock, random, delayMsMax = DELAY_MS_MAX, twiceShare = TWICE_SHARE, log = () => undefined } = options;
  const waiting = new Map<string, Map<string, Waiting>>();
  const active = new Map<string, boolean>();
  const workers = new Map<string, { worker: QueueWorker; stop: JobStop }>();
  let count = 0;

  const queueOf = (queue: string) => {
    const found = waiting.get(queue) ?? new Map<string, Waiting>();
    waiting.set(queue, found);
    return found;
  };
  const put = (queue: string, key: string, isRepeat: boolean) => {
    const keys = queueOf(queue);
    if (!keys.has(key)) keys.set(key, { dueMs: clock.monotonic() + random.fraction() * delayMsMax, isRepeat });
  };

  const sourceOf = (queue: string): JobSource => ({
    fetch: (max) => {
      const due = [...queueOf(queue)].filter(([key, { dueMs }]) => dueMs <= clock.monotonic() && !active.has(`${queue}/${key}`));
      const taken: Claim[] = [];
      while (due.length > 0 && taken.length < max) {
        const [found] = due.splice(Math.floor(random.fraction() * due.length), 1);
        if (found === undefined) break;
        const [key, { isRepeat }] = found;
        queueOf(queue).delete(key);
        active.set(`${queue}/${key}`, isRepeat);
        count += 1;
        taken.push({ id: String(count), key, retryCount: 0 });
      }
      return Promise.resolve(taken);
    },
    complete: ({ key }) => {
      const isRepeat = active.get(`${queue}/${key}`) === true;
      active.delete(`${queue}/${key}`);
      // Once more at most, or a share of 1 would never end.
      if (!isRepeat && random.fraction() < twiceShare) put(queue, key, true);
      return Promise.resolve();
    },
    giveBack: ({ key }) => {
      active.delete(`${queue}/${key}`);
      put(queue, key, false);
      return Promise.resolve();
    },
    keepAlive: (claims) => Promise.resolve(new Set(claims.map(({ id }) => id))),
  });

  return {
    request: (queue, key) => {
      put(queue, key, false);
      workers.get(queue)?.worker.wake();
      return Promise.resolve();
    },
    work: (queue, handler) => {
      if (workers.has(queue)) throw new Error(`queue ${queue} has a worker in this process already`);
      const worker = new QueueWorker({
        source: sourceOf(queue),
        handler,
        clock,
        pollMs: POLL_MS,
        keepAliveMs: KEEP_ALIVE_MS,
        log,
      });
      let stopped: Promise<void> | undefined;
      const stop = () => {
        stopped ??= worker.stop().then(() => {
          workers.delete(queue);
        });
        return stopped;
      };
      workers.set(queue, { worker, stop });
      return Promise.resolve(stop);
    },
    close: async () => {
      await Promise.all([...workers.values()].map(({ stop }) => stop()));
    },
  };
}
