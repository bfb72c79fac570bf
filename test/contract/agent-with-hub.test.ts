// The product's agent and the product's hub over sockets, with SAP's side chosen by the test: each slice's content is committed once, whatever
// is lost, repeated, killed or refused on the way, and a run never waits for an agent that is gone.
import { setImmediate as nextTurn } from "node:timers/promises";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Agent, AgentIdentity, AgentOptions } from "../../src/agent/index.ts";
import { createLoadLimits, type LoadLimits, type Rest } from "../../src/agent/load-limits.ts";
import { createHttpClient, systemClock } from "../../src/cli/platform/index.ts";
import { Fault } from "../../src/core/index.ts";
import type { RunReport } from "../../src/hub/index.ts";
import type { HttpClient } from "../../src/ports/index.ts";
import type { FlowExtract } from "../../src/sap/index.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { vendorRecord } from "../support/records.ts";
import { enrolAt, startVendorAgent } from "../support/vendor-agent.ts";

type Keys = { keys: readonly string[] };
const recordsOf = (slice: unknown, change = {}) => (slice as Keys).keys.map((key) => vendorRecord(key, change));
type Task = { label: string; state: string; is_same: boolean; digest: string | null };

let bench: Bench;
let http: HttpClient;
let identity: AgentIdentity;
const running: Agent[] = [];

beforeEach(async () => {
  bench = await openBench({ withoutAgent: true });
  http = createHttpClient();
  identity = await enrol();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((agent) => agent.stop()));
  await bench.close();
  await http.close();
});

const enrol = () => enrolAt(bench, http);

const offer = (label: string, keys: readonly string[]) => ({ kind: "objects", flow: "vendors", label, slice: { keys } }) as const;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(100_001 + index).padStart(10, "0"));

/** Vendors in slices of one key each; a digest that is the list of keys. */
function vendorsOf(keys: readonly string[], changed: Partial<FlowExtract> = {}): FlowExtract {
  return {
    open: async () => ({ slices: [{ ...offer("all", keys), kind: "discover" }], watermark: "20261124" }),
    discover: async () => ({ kind: "complete", slices: keys.map((key) => offer(key, [key])) }),
    read: async (slice, before) => {
      const digest = (slice as Keys).keys.join();
      const same = before === digest;
      return { same, digest, records: same ? [] : recordsOf(slice) };
    },
    ...changed,
  };
}

function start(vendors: FlowExtract, options: Partial<AgentOptions> = {}): { agent: Agent; log: string[] } {
  const started = startVendorAgent({ bench, http, identity }, vendors, options);
  running.push(started.agent);
  return started;
}

const query = async <Row>(text: ReturnType<typeof sql<Row>>): Promise<Row[]> =>
  (await bench.postgres.store.transact({ tenant: "main" }, (tx) => text.execute(tx))).rows;
const tasks = () =>
  query(sql<Task>`select label, state, is_same, digest from task where run = (select max(run) from run) order by task`);
const keysKept = async () =>
  (await query(sql<{ key: string }>`select key from source_record order by key`)).map(({ key }) => key);
const sync = (): Promise<RunReport> => bench.sync(["vendors"]);
const revoke = () => query(sql`update agent set revoked_at = '2026-01-01' where agent = ${identity.agent}`);
const until = async (isSo: () => boolean | Promise<boolean>) => {
  while (!(await isSo())) await nextTurn();
};

/** Requests go through, but what `lose` says yes to never gets its answer. */
function losing(lose: (path: string, count: number) => boolean): HttpClient {
  const counts = new Map<string, number>();
  return {
    ...http,
    async request(request) {
      const path = new URL(request.url).pathname;
      const count = (counts.get(path) ?? 0) + 1;
      counts.set(path, count);
      const outcome = await http.request(request);
      if (outcome.kind === "failure" || !lose(path, count)) return outcome;
      for await (const _ of outcome.body);
      return { kind: "failure", reason: "reset", requestSent: "maybe", detail: "reset by the test" };
    },
  };
}

describe("agent and hub", () => {
  it("open, find, split and read; the next run uploads nothing that is the same", async () => {
    const keys = numbers(4);
    const [first = "", ...others] = keys;
    let discoveries = 0;
    start(
      vendorsOf(keys, {
        discover: async (label) => {
          discoveries += 1;
          if (label !== "all") return { kind: "complete", slices: [offer(label, label === "left" ? [first] : others)] };
          const half = (name: string) => ({ ...offer(name, []), kind: "discover" as const });
          return { kind: "split", slices: [half("left"), half("right")] };
        },
      }),
    );
    expect((await sync()).flows.vendors?.read).toBe(4);
    expect(discoveries).toBe(3);
    expect(await keysKept()).toEqual(keys);
    const again = await sync();
    expect(again).toMatchObject({ state: "finished" });
    expect(
      (await tasks())
        .filter(({ is_same }) => is_same)
        .map(({ label }) => label)
        .sort(),
    ).toEqual(["left", "right"]);
    expect(await keysKept()).toEqual(keys);
  });

  it("commit a slice once although every upload's answer gets lost once, and none waits for its lease's end", async () => {
    const keys = numbers(5);
    const { log } = start(vendorsOf(keys), {
      http: losing((path, count) => path.endsWith("upload") && count % 2 === 1),
      parallel: 1,
    });
    const report = await sync();
    expect(report).toMatchObject({ state: "finished", flows: { vendors: { read: 5 } } });
    expect(log.length).toBeGreaterThan(0);
  });

  it("go on at once after an agent died between its upload and the answer, whichever upload it was", async () => {
    const keys = numbers(3);
    for (const fatal of [1, 2, 4]) {
      const died = Promise.withResolvers<void>();
      let uploads = 0;
      const dying: HttpClient = {
        ...http,
        async request(request) {
          const outcome = await http.request(request);
          if (!request.url.endsWith("/upload") || ++uploads < fatal) return outcome;
          if (outcome.kind === "response") for await (const _ of outcome.body);
          died.resolve();
          // The hub has committed and leased the next slice; of this process nothing more is heard.
          return new Promise(() => undefined);
        },
      };
      const extract = vendorsOf(keys, { read: async (slice) => ({ same: false, digest: "d", records: recordsOf(slice) }) });
      start(extract, { parallel: 1, http: dying });
      running.pop();
      const report = sync();
      await died.promise;
      expect((await tasks()).filter(({ state }) => state === "leased").length).toBe(1);
      const { agent } = start(extract);
      expect(await report).toMatchObject({ state: "finished", flows: { vendors: { read: 3 } } });
      expect(await keysKept()).toEqual(keys);
      await agent.stop();
    }
  });

  it("refuse what a superseded agent brings late", async () => {
    const keys = numbers(2);
    const reading = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    const old = start(
      vendorsOf(keys, {
        read: async (slice) => {
          reading.resolve();
          await late.promise;
          return {
            same: false,
            digest: "old",
            records: recordsOf(slice, { names: ["Old"] }),
          };
        },
      }),
      { parallel: 1 },
    );
    const report = sync();
    await reading.promise;
    // The same identity, begun anew: what the old one holds is free.
    start(vendorsOf(keys));
    expect(await report).toMatchObject({ state: "finished" });
    late.resolve();
    await old.agent.stop();
    expect((await tasks()).some(({ digest }) => digest === "old")).toBe(false);
  });

  it("end an agent that was revoked, with a line that says why", async () => {
    await revoke();
    const { agent, log } = start(vendorsOf(numbers(1)));
    await until(() => log.length > 0);
    await agent.stop();
    expect(log).toEqual([expect.stringContaining("401")]);
  });

  it("give no work to an agent that was revoked while its poll waited", async () => {
    let polls = 0;
    const polling: HttpClient = {
      ...http,
      request: (request) => {
        polls += 1;
        return http.request(request);
      },
    };
    let reads = 0;
    const revoked = vendorsOf(numbers(1), {
      open: async () => {
        reads += 1;
        return { slices: [] };
      },
    });
    start(revoked, { http: polling });
    await until(() => polls > 0);
    await revoke();
    const run = await bench.hub.requestRun({ connection: "main", flows: ["vendors"], mode: "full" });
    identity = await enrol();
    start(vendorsOf(numbers(1)));
    expect(await bench.hub.awaitRun(run)).toMatchObject({ state: "finished", flows: { vendors: { read: 1 } } });
    expect(reads).toBe(0);
  });

  it("pause the run when SAP refuses the logon in its midst, and go on with it when that was put right", async () => {
    const keys = numbers(12);
    let reads = 0;
    const refused = start(
      vendorsOf(keys, {
        read: async (slice) => {
          reads += 1;
          if (reads > 3) throw new Fault("sap.logon", { place: "LFA1", detail: "LOGON_FAILED" });
          return { same: false, digest: "d", records: recordsOf(slice) };
        },
      }),
    );
    expect(await sync()).toMatchObject({ state: "paused", code: "sap.logon" });
    expect(reads).toBeLessThan(7);
    await refused.agent.stop();
    start(vendorsOf(keys));
    expect(await sync()).toMatchObject({ state: "finished", flows: { vendors: { read: 12 } } });
    expect(await keysKept()).toEqual(keys);
  });

  it("leave nothing leased behind an agent that was stopped at work", async () => {
    const keys = numbers(6);
    const reading = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const first = start(
      vendorsOf(keys, {
        read: async (slice) => {
          reading.resolve();
          await goOn.promise;
          return { same: false, digest: "d", records: recordsOf(slice) };
        },
      }),
    );
    const report = sync();
    await reading.promise;
    const stopped = first.agent.stop();
    goOn.resolve();
    await stopped;
    expect((await tasks()).filter(({ state }) => state === "leased")).toEqual([]);
    // Another agent than the first, which therefore frees nothing of it.
    identity = await enrol();
    start(vendorsOf(keys));
    expect(await report).toMatchObject({ state: "finished", flows: { vendors: { read: 6 } } });
  });
});

describe("SAP's owner", () => {
  const hasty = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, 20), signal),
  };
  const runRow = () =>
    query(
      sql<{
        state: string;
        code: string | null;
        detail: string | null;
      }>`select state, code, detail from run order by run desc limit 1`,
    );
  const limitsOf = (rest: () => Rest | undefined, told: number[] = []): LoadLimits => ({
    rest,
    day: () => "20780",
    noteRead: () => undefined,
    noteRowsToday: (_, rows) => void told.push(rows),
    noteReported: () => undefined,
    guard: (client) => client,
  });
  const quiet: Rest = { code: "sap.quiet-hours", untilMs: 4_000_000_000_000, detail: "quiet hours until morning" };

  it("keeps it quiet: no slice is begun, the run waits and says why, and goes on by itself", async () => {
    let resting: Rest | undefined = quiet;
    let reads = 0;
    const vendors = vendorsOf(numbers(2), {
      read: async (slice) => {
        reads += 1;
        return { same: false, digest: "d", records: recordsOf(slice) };
      },
    });
    const { log } = start(vendors, { clock: hasty, limits: limitsOf(() => resting) });
    const running = sync();
    await until(async () => (await runRow())[0]?.code === "sap.quiet-hours");
    expect(await runRow()).toEqual([{ state: "open", code: "sap.quiet-hours", detail: "quiet hours until morning" }]);
    expect(reads).toBe(0);
    expect(new Set(log)).toEqual(new Set(["no slice is begun: quiet hours until morning [sap.quiet-hours]"]));
    resting = undefined;
    expect(await running).toMatchObject({ state: "finished" });
    expect(await runRow()).toEqual([{ state: "finished", code: null, detail: null }]);
    expect(reads).toBe(2);
  });

  it("stops in the middle of a slice: that is no failed try, however often", async () => {
    let refusals = 0;
    let resting: Rest | undefined;
    const vendors = vendorsOf(numbers(1), {
      read: async (slice) => {
        refusals += 1;
        if (refusals > 8) return { same: false, digest: "d", records: recordsOf(slice) };
        resting = { ...quiet, code: "sap.row-budget" };
        void systemClock.sleep(5).then(() => {
          resting = undefined;
        });
        throw new Fault("sap.row-budget", { place: "LFA1", detail: "100 rows of rowsPerDay 100 are read" });
      },
    });
    start(vendors, { clock: hasty, parallel: 1, limits: limitsOf(() => resting) });
    expect(await sync()).toMatchObject({ state: "finished" });
    expect(refusals).toBe(9);
    expect(await query(sql<{ attempts: number }>`select max(attempts) as attempts from task`)).toEqual([{ attempts: 0 }]);
  });

  it("has each run's load in its report, and the day's rows counted for agents to come", async () => {
    const one = { calls: 2, retries: 1, failures: 1, rows: 30, milliseconds: 12.4, serverMilliseconds: 5 };
    let times = 0;
    const receipt = () => {
      times += 1;
      const sum = Object.fromEntries(Object.entries(one).map(([name, value]) => [name, value * times])) as typeof one;
      return { ...sum, halvings: times, functions: { RFC_READ_TABLE: sum } };
    };
    const choices = () => [{ table: "LFA1", reader: "RFC_READ_TABLE", why: "the only one here" }];
    const told: number[] = [];
    const limits = limitsOf(() => undefined, told);
    const { agent } = start(vendorsOf(numbers(2)), { receipt, choices, takePeak: () => 4, limits });
    const report = await sync();
    await agent.stop();
    const uploads = times;
    expect(report.sap).toMatchObject({ calls: 2 * uploads, rows: 30 * uploads });
    expect(report.sap.load).toMatchObject({
      retries: uploads,
      failures: uploads,
      inFlightMax: 4,
      halvings: uploads,
      serverMs: 5 * uploads,
      functions: [{ function: "RFC_READ_TABLE", calls: 2 * uploads, rows: 30 * uploads, callMs: report.sap.callMs }],
      readers: [{ table: "LFA1", reader: "RFC_READ_TABLE", why: "the only one here" }],
    });
    expect(told[0]).toBe(0);
    // Another process, the same day: it hears what the one before it read, and its own file's number ends it.
    const successor = createLoadLimits({
      clock: systemClock,
      zone: 0,
      quietHours: [],
      rowsPerDay: 30 * uploads,
      by: "agent",
    });
    let heard: number | undefined;
    const second = limitsOf(() => successor.rest(), []);
    start(vendorsOf(numbers(2)), {
      clock: hasty,
      limits: {
        ...second,
        noteRowsToday: (_, rows) => {
          heard = rows;
          successor.noteRowsToday(successor.day(), rows);
        },
      },
    });
    void sync().catch(() => undefined);
    await until(async () => (await runRow())[0]?.code === "sap.row-budget");
    expect(heard).toBe(30 * uploads);
    expect(await runRow()).toMatchObject([{ state: "open", code: "sap.row-budget" }]);
  });
});
