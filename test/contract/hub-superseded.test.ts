// A worker that was taken over (its process froze, its heartbeat came late) and comes back: it must give its job back and change nothing, wherever
// it stands. The queue here is the test's own, so that nobody takes the job up again before the test has looked.
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/cli/platform/index.ts";
import type { RunContext } from "../../src/hub/context.ts";
import { readFlow } from "../../src/hub/run/read-flow.ts";
import { createSignals } from "../../src/hub/signals.ts";
import type { JobHandler, JobQueue } from "../../src/ports/index.ts";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { documentRecord, lineRecord, offsetLine, vendorRecord } from "../support/records.ts";

let bench: Bench;
let handler: JobHandler;
/** Called as each fault point is passed. */
let onPoint: (name: string) => void;

const queue: JobQueue = {
  request: () => Promise.resolve(),
  work: (name, given) => {
    // The queue of runs; the others are the proofs' and the hints'.
    if (name === "quota-key-run") handler = given;
    return Promise.resolve(() => Promise.resolve());
  },
  close: () => Promise.resolve(),
};

beforeEach(async () => {
  onPoint = () => undefined;
  bench = await openBench({
    queue,
    faultPoint: (name) => onPoint(name),
    settings: { limits: { settleMs: 0, callTimeoutMs: 2_000 } },
  });
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "10.00"), offsetLine("002", "-10.00")])];
});
afterEach(async () => {
  await bench.close();
});

const inTenant = <T>(query: ReturnType<typeof sql<T>>) =>
  bench.postgres.store.transact({ tenant: "main" }, async (tx) => (await query.execute(tx)).rows);

const takeOver = () => inTenant(sql`update quota_lease set epoch = epoch + 1`);

/** Everything that a worker of the past must leave as it is. */
async function books(): Promise<unknown> {
  return {
    runs: await inTenant(sql`select state, stage, flow, code from run`),
    effects: await inTenant(sql`select origin_id, aspect, state, attempts from effect order by effect`),
    known: await inTenant(sql`select origin_id, aspect from known order by 1, 2`),
    watermarks: await inTenant(sql`select flow from watermark order by 1`),
    audit: await inTenant(sql`select action from audit where action like 'run.%' order by id`),
  };
}

const work = () => handler("cid", new AbortController().signal);

/** A second worker ends what the first one left, each record once. */
async function expectSuccessorFinishes(run: string): Promise<void> {
  await work();
  expect(await bench.hub.awaitRun(run)).toMatchObject({ state: "finished" });
  const costs = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)) as unknown[];
  expect(costs).toHaveLength(1);
}

const ask = { connection: "main", flows: ["vendors", "costs"], mode: "full" } as const;

describe("a worker that was superseded", () => {
  it("while it reads: does not close the reading, and plans nothing", async () => {
    const taken = Promise.withResolvers<unknown>();
    onPoint = (name) => {
      if (name === "ingest.after-commit") taken.resolve(undefined);
    };
    const run = await bench.hub.requestRun(ask);
    let seen: unknown;
    // The agent reads on, and all is there to be closed and planned: by somebody else.
    const old = work();
    await Promise.all([
      taken.promise.then(async () => {
        await takeOver();
        seen = await books();
      }),
      expect(old).rejects.toMatchObject({ name: "Superseded" }),
    ]);
    expect(await books()).toEqual(seen);
    await expectSuccessorFinishes(run);
  });

  it.each(["/vendors/sync$", "/direct_costs/sync$", "/direct_costs/line_items/sync$"])(
    "while its call of %s is under way: settles nothing, sends nothing more, and leaves the run open",
    async (path) => {
      await bench.door("/sandbox/weather", { on: { path }, how: "slow", delayMs: 700, times: 1 });
      const run = await bench.hub.requestRun(ask);
      const old = work();
      old.catch(() => undefined);
      const isSlow = async () => {
        const fronts = (await bench.get("/sandbox/weather")) as { times: number }[];
        return fronts.every(({ times }) => times === 0);
      };
      await expect.poll(isSlow, { interval: 20, timeout: 20_000 }).toBe(true);
      await takeOver();
      const [seen, writes] = [await books(), await bench.writes()];
      await expect(old).rejects.toMatchObject({ name: "Superseded" });
      expect(await books()).toEqual(seen);
      expect(await bench.writes()).toBe(writes);
      await expectSuccessorFinishes(run);
    },
  );

  it("at any later step: writes down neither a halt nor its calls", async () => {
    let takenOver: Promise<unknown> | undefined;
    onPoint = (name) => {
      if (name === "run.after-plan") takenOver ??= takeOver();
    };
    const run = await bench.hub.requestRun(ask);
    await expect(work()).rejects.toMatchObject({ name: "Superseded" });
    await takenOver;
    const { runs, audit } = (await books()) as { runs: { state: string }[]; audit: { action: string }[] };
    expect(runs.map(({ state }) => state)).toEqual(["open"]);
    expect(audit.map(({ action }) => action)).toEqual(["run.started"]);
    await expectSuccessorFinishes(run);
  });
});

describe("a worker whose hub stops", () => {
  it("leaves its reading where it stands", async () => {
    const run = await bench.hub.requestRun(ask);
    const context = {
      tenant: "main",
      run: BigInt(run),
      store: bench.postgres.store,
      clock: systemClock,
      connection: { name: "main", settings: { limits: { agentAbsentMs: 60_000 } } },
      onProgress: () => undefined,
    } as unknown as RunContext;
    const reading = readFlow(context, "costs", createSignals(systemClock), AbortSignal.abort());
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    const { runs } = (await books()) as { runs: unknown[] };
    expect(runs).toEqual([{ state: "open", stage: "read", flow: "vendors", code: null }]);
  });
});
