// Both job queues against the one suite, and what only pg-boss can show: several processes, and one that dies.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock as clock, systemRandom as random } from "../../src/cli/platform/index.ts";
import type { JobQueue } from "../../src/ports/index.ts";
import { createMemoryQueue, openPgBossQueue, openStore, type Store } from "../../src/store/index.ts";
import { describeJobQueue, gate } from "./job-queue-suite.ts";
import { openTestPostgres } from "./postgres.ts";

let server: Awaited<ReturnType<typeof openTestPostgres>>;
let owner: Store;
beforeAll(async () => {
  server = await openTestPostgres();
  owner = await openStore({ connection: server.postgres.ownerConnection, clock });
});
afterAll(async () => {
  await owner.close();
  await server.close();
});

describeJobQueue("in memory", async () => {
  const queue = createMemoryQueue({ clock, random });
  return { queue, close: () => queue.close() };
});

describeJobQueue("in memory, everything twice", async () => {
  const queue = createMemoryQueue({ clock, random, twiceShare: 1 });
  return { queue, close: () => queue.close() };
});

const openQueue = (): Promise<JobQueue> =>
  openPgBossQueue({ connection: server.postgres.ownerConnection, clock, pollMs: 50, heartbeatSeconds: 10 });

describeJobQueue("pg-boss", async () => {
  const queue = await openQueue();
  return { queue, close: () => queue.close() };
});

/** A process that takes a job and holds it until it is killed. */
async function holdInAnotherProcess(queue: string): Promise<{ kill(): Promise<void> }> {
  const connection = JSON.stringify(server.postgres.ownerConnection);
  const child = spawn(process.execPath, [join(import.meta.dirname, "store-jobs-holder.ts"), connection, queue], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith("holding")) break;
  return {
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

describe("pg-boss with several processes", () => {
  it("gives a key to one of them at a time", async () => {
    const [one, other] = [await openQueue(), await openQueue()];
    const busy = new Map<string, number>();
    let worst = 0;
    let left = 200;
    const done = gate();
    const handler = async (key: string) => {
      busy.set(key, (busy.get(key) ?? 0) + 1);
      worst = Math.max(worst, busy.get(key) ?? 0);
      await clock.sleep(1);
      busy.set(key, (busy.get(key) ?? 0) - 1);
      left -= 1;
      if (left <= 0) done.open();
      else await one.request("shared", key);
    };
    try {
      await one.work("shared", handler);
      await other.work("shared", handler);
      for (let index = 0; index < 6; index += 1) await other.request("shared", `key-${index}`);
      await done.opened;
      expect(worst).toBe(1);
    } finally {
      await one.close();
      await other.close();
    }
  });

  it("goes on after all its connections were cut", async () => {
    const queue = await openQueue();
    let next = gate();
    try {
      const stop = await queue.work("cut", async () => next.open());
      await queue.request("cut", "before");
      await next.opened;
      next = gate();
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()`.execute(
        owner.db,
      );
      // A request may meet the cut itself, once for each idle connection; whoever asks tries again, as everywhere.
      for (let tries = 1; ; tries += 1) {
        const met = await queue.request("cut", "after").catch((error: unknown) => ({ error }));
        if (met === undefined) break;
        if (tries === 10) throw met.error;
      }
      await next.opened;
      await stop();
      next = gate();
      await queue.work("cut", async () => next.open());
      await queue.request("cut", "again");
      await next.opened;
    } finally {
      await queue.close();
    }
  });

  it("gives a killed process's job out at once when no other worker lives", async () => {
    const holder = await holdInAnotherProcess("orphaned");
    await holder.kill();
    const queue = await openQueue();
    const startedMs = clock.monotonic();
    const taken = gate();
    try {
      await queue.work("orphaned", async (key) => {
        if (key === "held") taken.open();
      });
      await taken.opened;
      expect(clock.monotonic() - startedMs).toBeLessThan(5_000);
    } finally {
      await queue.close();
    }
  });

  it("gives a killed process's job to a living worker when its heartbeat runs out, not before", async () => {
    const holder = await holdInAnotherProcess("taken-over");
    const queue = await openQueue();
    const taken = gate();
    let takenMs = 0;
    try {
      await queue.work("taken-over", async (key) => {
        if (key !== "held") return;
        takenMs = clock.monotonic();
        taken.open();
      });
      const killedMs = clock.monotonic();
      await holder.kill();
      await taken.opened;
      expect(takenMs - killedMs).toBeGreaterThan(2_000);
      expect(takenMs - killedMs).toBeLessThan(30_000);
    } finally {
      await queue.close();
    }
  });
});
