// Schedules against a real store: each window of two years is done exactly once, through restarts, absences, two hubs at once and runs that take long.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemRandom } from "../../src/cli/platform/index.ts";
import { flows, nextWindows, parseCron, type Schedule } from "../../src/core/index.ts";
import type { HubContext } from "../../src/hub/context.ts";
import { listScheduleDone, type NamedSchedule } from "../../src/hub/index.ts";
import { openRunWithin } from "../../src/hub/run/run-state.ts";
import { keepSchedules } from "../../src/hub/schedule/keep-schedules.ts";
import { type OpenedWindow, openWindow } from "../../src/hub/schedule/open-window.ts";
import { openTestPostgres, type TestPostgres } from "./postgres.ts";

const tenant = "main";
const hourMs = 3_600_000;
const at = (text: string) => Date.parse(`${text}:00Z`);
let postgres: Awaited<ReturnType<typeof openTestPostgres>>;
let nowMs = 0;
let lines: string[] = [];

function hub(): HubContext {
  const clock = { now: () => nowMs, monotonic: () => nowMs, sleep: async () => undefined };
  const idle = () => undefined;
  return {
    store: postgres.store,
    clock,
    random: systemRandom,
    tenant,
    log: (line) => lines.push(line),
    onProgress: idle,
    faultPoint: idle,
  };
}
const inStore: TestPostgres["store"]["transact"] = (...given) => postgres.store.transact(...given);
const setRuns = (connection: string, from: string, to: string) =>
  inStore({ tenant }, (tx) =>
    tx.updateTable("run").set({ state: to }).where("connection", "=", connection).where("state", "=", from).execute(),
  );
const runsOf = (connection: string) =>
  inStore({ tenant }, (tx) => tx.selectFrom("run").selectAll().where("connection", "=", connection).orderBy("run").execute());

async function addConnection(connection: string): Promise<string> {
  await inStore({ tenant }, async (tx) => {
    const created_at = new Date(0);
    await tx
      .insertInto("tenant")
      .values({ tenant, name: tenant, created_at })
      .onConflict((on) => on.doNothing())
      .execute();
    const sap = { system_id: "S01", client: "100", procore_company_id: 1n, store_id: connection };
    await tx
      .insertInto("connection")
      .values({ tenant, connection, ...sap, created_at })
      .execute();
  });
  return connection;
}
const named = (name: string, schedule: Schedule, more: Partial<NamedSchedule> = {}): NamedSchedule => ({
  name,
  schedule,
  flows,
  mode: "delta",
  ...more,
});
const cron = (text: string, more: Partial<Schedule> = {}): Schedule => ({
  zone: "Europe/Berlin",
  when: { kind: "cron", cron: parseCron(text) },
  ...more,
});

beforeAll(async () => {
  postgres = await openTestPostgres();
});
afterAll(async () => {
  await postgres.close();
});
beforeEach(() => {
  lines = [];
});

describe("two years of windows", () => {
  it("are done exactly once, and those missed are caught up once", async () => {
    const connection = await addConnection("two-years");
    const nightly = named("nightly", cron("30 2 * * *", { quiet: { from: 7 * 60, to: 17 * 60 } }));
    const start = at("2026-01-10T12:00");
    const end = at("2028-01-10T12:00");
    const all = nextWindows(nightly.schedule, start, 800).filter((each) => each <= end);
    expect(all).toHaveLength(730);
    const opened: OpenedWindow[] = [];
    let absences = 0;
    for (nowMs = start; nowMs <= end; nowMs += 4 * hourMs) {
      const step = Math.round((nowMs - start) / (4 * hourMs));
      // Two hubs, each new at every look: nothing is kept but in the store.
      const outcomes = await Promise.all([openWindow(hub(), connection, nightly), openWindow(hub(), connection, nightly)]);
      const own = outcomes.filter((outcome) => outcome.kind === "opened");
      expect(own.length).toBeLessThanOrEqual(1);
      opened.push(...own);
      // A run takes a look or two; every 300th look both hubs are away for five days.
      if (step % 2 === 0) await setRuns(connection, "open", "finished");
      if (step % 300 === 299) {
        nowMs += 120 * hourMs;
        absences += 1;
      }
    }
    const last = opened.at(-1)?.atMs ?? 0;
    expect(opened.every(({ atMs }) => all.includes(atMs))).toBe(true);
    expect(new Set(opened.map(({ atMs }) => atMs)).size).toBe(opened.length);
    const accounted = opened.reduce((total, { missed }) => total + missed + 1, 0);
    expect(accounted).toBe(all.filter((each) => each <= last).length);
    expect(all.filter((each) => each > last).length).toBeLessThanOrEqual(1);
    expect(absences).toBeGreaterThan(10);
    expect(opened.filter(({ missed }) => missed > 0)).toHaveLength(absences);
    expect(await runsOf(connection)).toHaveLength(opened.length);
  }, 240_000);
});

describe("a schedule", () => {
  const hourly = named("hourly", cron("0 * * * *"));

  it("catches up nothing from before it was first seen", async () => {
    const connection = await addConnection("first-seen");
    nowMs = at("2026-05-05T10:30");
    expect(await openWindow(hub(), connection, hourly)).toEqual({ kind: "none" });
    nowMs = at("2026-05-05T10:59");
    expect(await openWindow(hub(), connection, hourly)).toEqual({ kind: "none" });
    nowMs = at("2026-05-05T11:00");
    expect(await openWindow(hub(), connection, hourly)).toMatchObject({ kind: "opened", atMs: nowMs, missed: 0 });
    expect(await listScheduleDone(postgres.store, { tenant, connection })).toMatchObject(
      new Map([["hourly", { at: "2026-05-05T11:00:00.000Z", missed: 0 }]]),
    );
  });

  it("waits while a run is open or paused, takes up neither, and does what was missed once afterwards", async () => {
    const connection = await addConnection("waiting");
    nowMs = at("2026-05-05T10:30");
    await openWindow(hub(), connection, hourly);
    nowMs += hourMs;
    expect(await openWindow(hub(), connection, hourly)).toMatchObject({ kind: "opened" });
    nowMs += hourMs;
    expect(await openWindow(hub(), connection, hourly)).toEqual({ kind: "waits", isPaused: false });
    await setRuns(connection, "open", "paused");
    nowMs += hourMs;
    expect(await openWindow(hub(), connection, hourly)).toEqual({ kind: "waits", isPaused: true });
    expect((await runsOf(connection)).map(({ state }) => state)).toEqual(["paused"]);
    await setRuns(connection, "paused", "finished");
    expect(await openWindow(hub(), connection, hourly)).toMatchObject({ kind: "opened", missed: 1 });
  });

  it("does not wait for a plan that was left paused", async () => {
    const connection = await addConnection("planned");
    const nightly = named("nightly", cron("0 2 * * *"));
    nowMs = at("2026-03-01T12:00");
    await openWindow(hub(), connection, nightly);
    await inStore({ tenant }, (tx) => openRunWithin(tx, hub(), { connection, flows, mode: "full", isPlanOnly: true }));
    await setRuns(connection, "open", "paused");
    nowMs = at("2026-03-02T12:00");
    expect(await openWindow(hub(), connection, nightly)).toMatchObject({ kind: "opened" });
    expect((await runsOf(connection)).map(({ state, plan_only: isPlanOnly }) => [state, isPlanOnly])).toEqual([
      ["stopped", true],
      ["open", false],
    ]);
  });

  it("reads everything until each of its flows was finished once", async () => {
    const connection = await addConnection("mode");
    const vendors = named("hourly", hourly.schedule, { flows: ["vendors"] });
    nowMs = at("2026-05-05T10:30");
    await openWindow(hub(), connection, vendors);
    for (const to of ["stopped", "finished", "finished"]) {
      nowMs += hourMs;
      await openWindow(hub(), connection, vendors);
      await setRuns(connection, "open", to);
    }
    expect((await runsOf(connection)).map(({ mode }) => mode)).toEqual(["full", "full", "delta"]);
  });
});

describe("a hub that lives", () => {
  it("looks as each minute begins, asks for work, and again where an opener ended before it could; one that fails stops no other", async () => {
    const connection = await addConnection("living");
    const stopping = new AbortController();
    const slept: number[] = [];
    const asked: number[] = [];
    nowMs = at("2026-05-05T10:58") + 30_000;
    const clock = {
      now: () => nowMs,
      monotonic: () => nowMs,
      sleep: async (durationMs: number) => {
        slept.push(durationMs);
        nowMs += durationMs;
        if (slept.length === 5) stopping.abort();
      },
    };
    const broken = named("broken", { zone: "Nowhere/None", when: { kind: "cron", cron: parseCron("* * * * *") } });
    const schedules = [broken, named("minutely", cron("* * * * *"))];
    const requestWork = async () => {
      asked.push(nowMs);
    };
    await keepSchedules({ ...hub(), clock }, [{ name: connection, schedules, requestWork }], stopping.signal);
    expect(slept).toEqual([30_000, 60_000, 60_000, 60_000, 60_000]);
    // First seen at 10:58:30; opened at 10:59; the run stays open, and work on it is asked for each time.
    expect(asked).toEqual(["10:59", "11:00", "11:01", "11:02"].map((time) => at(`2026-05-05T${time}`)));
    expect(lines.filter((line) => line.startsWith("schedule minutely"))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith("schedule broken")).length).toBeGreaterThan(0);
  });
});
