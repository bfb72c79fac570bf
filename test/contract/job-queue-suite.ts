// What every JobQueue must do, whatever keeps it. Bounds are those of the port: late, twice and out of order are allowed, so nothing
// here counts deliveries exactly.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JobQueue } from "../../src/ports/index.ts";

export type JobQueueRig = { queue: JobQueue; close(): Promise<void> };

/** A promise with its handle: tests wait for events, never for time. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}

export function describeJobQueue(name: string, open: () => Promise<JobQueueRig>): void {
  describe(`job queue: ${name}`, () => {
    let rig: JobQueueRig;
    let counter = 0;
    let work = "";

    beforeEach(async () => {
      rig = await open();
      counter += 1;
      work = `work-${counter}`;
    });
    afterEach(() => rig.close());

    it("handles every key that was asked for, before or after the worker came", async () => {
      const wanted = new Set(Array.from({ length: 100 }, (_, index) => `key-${index}`));
      const all = gate();
      const keys = [...wanted];
      for (const key of keys.slice(0, 50)) await rig.queue.request(work, key);
      await rig.queue.work(work, async (key) => {
        wanted.delete(key);
        if (wanted.size === 0) all.open();
      });
      for (const key of keys.slice(50)) await rig.queue.request(work, key);
      await all.opened;
      expect(wanted.size).toBe(0);
    });

    it("makes one job of many requests while none is worked on", async () => {
      for (let index = 0; index < 50; index += 1) await rig.queue.request(work, "same");
      const [first, marker] = [gate(), gate()];
      let handled = 0;
      await rig.queue.work(work, async (key) => {
        if (key !== "same") return marker.open();
        handled += 1;
        first.open();
      });
      await first.opened;
      // Behind whatever else the fifty requests may have left.
      await rig.queue.request(work, "later");
      await marker.opened;
      await rig.close();
      expect(handled).toBeGreaterThan(0);
      expect(handled).toBeLessThanOrEqual(2);
    });

    it("does a key once more when it is asked for while its handler runs", async () => {
      const first = gate();
      const again = gate();
      const release = gate();
      let starts = 0;
      await rig.queue.work(work, async () => {
        starts += 1;
        if (starts > 1) return again.open();
        first.open();
        await release.opened;
      });
      await rig.queue.request(work, "key");
      await first.opened;
      await rig.queue.request(work, "key");
      release.open();
      await again.opened;
      expect(starts).toBeGreaterThanOrEqual(2);
    });

    it("runs one handler per key at a time, and different keys side by side", async () => {
      const busy = new Map<string, number>();
      const both = gate();
      let worst = 0;
      let left = 40;
      const done = gate();
      await rig.queue.work(work, async (key) => {
        busy.set(key, (busy.get(key) ?? 0) + 1);
        worst = Math.max(worst, busy.get(key) ?? 0);
        if (busy.get("a") === 1 && busy.get("b") === 1) both.open();
        // Until both have been seen at once, each holds its place: a queue that runs them in turn never gets past here.
        await both.opened;
        busy.set(key, (busy.get(key) ?? 0) - 1);
        left -= 1;
        if (left <= 0) done.open();
        else await rig.queue.request(work, key);
      });
      await rig.queue.request(work, "a");
      await rig.queue.request(work, "b");
      await done.opened;
      expect(worst).toBe(1);
    });

    it("gives a job out again when its handler throws", async () => {
      const second = gate();
      let attempts = 0;
      await rig.queue.work(work, async () => {
        attempts += 1;
        if (attempts === 1) throw new Error("not this time");
        second.open();
      });
      await rig.queue.request(work, "key");
      await second.opened;
      expect(attempts).toBeGreaterThanOrEqual(2);
    });

    it("stops by aborting its handlers and waiting for them, and delivers nothing more", async () => {
      const started = gate();
      let isEnded = false;
      let calls = 0;
      const stop = await rig.queue.work(work, async (_key, signal) => {
        calls += 1;
        started.open();
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        isEnded = true;
        throw new Error("given up");
      });
      await rig.queue.request(work, "key");
      await started.opened;
      await stop();
      await stop();
      expect(isEnded).toBe(true);
      await rig.queue.request(work, "other");
      expect(calls).toBe(1);

      const seen = new Set<string>();
      const both = gate();
      await rig.queue.work(work, async (key) => {
        seen.add(key);
        if (seen.size === 2) both.open();
      });
      await both.opened;
      expect([...seen].sort()).toEqual(["key", "other"]);
    });

    it("keeps queues apart and refuses a second worker on one", async () => {
      const got = gate();
      const wrong: string[] = [];
      await rig.queue.work(work, async (key) => (key === "mine" ? got.open() : void wrong.push(key)));
      await rig.queue.request(`${work}-other`, "not mine");
      await rig.queue.request(work, "mine");
      await got.opened;
      expect(wrong).toEqual([]);
      await expect((async () => rig.queue.work(work, async () => undefined))()).rejects.toThrow(/worker in this process already/);
    });

    it("closes twice without complaint", async () => {
      await rig.queue.work(work, async () => undefined);
      await rig.queue.close();
      await rig.queue.close();
    });
  });
}
