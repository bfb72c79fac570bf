// Schedules against a real store: each window of two years is done exactly once, through restarts, absences, two hubs at once and runs that take long.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemRandom } from "../../src/cli/platform/index.ts";
import { err, flows, nextWindows, ok, parseCron, type Schedule } from "../../src/core/index.ts";
import type { Connection, HubContext } from "../../src/hub/context.ts";
import { acceptIDocs } from "../../src/hub/idocs/accept-idocs.ts";
import { endTouched, takeTouched } from "../../src/hub/idocs/touched.ts";
import {
  compileSchedules,
  connectionSettings,
  listScheduleDone,
  type NamedSchedule,
  resolveSchedules,
} from "../../src/hub/index.ts";
import { openRunWithin } from "../../src/hub/run/run-state.ts";
import { keepSchedules } from "../../src/hub/schedule/keep-schedules.ts";
import { type OpenedWindow, openWindow } from "../../src/hub/schedule/open-window.ts";
import { refreshBillingPeriods } from "../../src/hub/schedule/read-billing-periods.ts";
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
type Fixed = NamedSchedule & { schedule: Schedule };
const named = (name: string, schedule: Schedule, more: Partial<Fixed> = {}): Fixed => ({
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

describe("what a schedule goes by", () => {
  const scope = (connection: string) => ({ tenant, connection });
  const schedulesOf = (schedules: object): readonly NamedSchedule[] => {
    const settings = connectionSettings.parse({
      sap: { systemId: "S01", client: "100" },
      procore: { apiUrl: "https://x", authUrl: "https://x", companyId: 1, clientId: "c" },
      mapping: "mapping.csv",
      vendors: { accountGroups: ["KRED"] },
      reference: "after-costs",
      schedules,
    });
    return compileSchedules(settings, { t009: [], t009b: [] }, "connections.x");
  };
  const nextOf = async (connection: string, named_: readonly NamedSchedule[]) =>
    [...(await resolveSchedules(postgres.store, scope(connection), named_)).values()].map((each) =>
      "problem" in each ? each.problem : nextWindows(each.schedule, nowMs, 2).map((atMs) => new Date(atMs).toISOString()),
    );

  it("is SAP's calendar as it was read last: a year that is added counts without a restart", async () => {
    const connection = await addConnection("sap-calendar");
    nowMs = at("2026-12-20T12:00");
    const schedules = schedulesOf({ close: { fiscal: { businessDays: 0, at: "06:00" }, variant: "W4" } });
    expect(await nextOf(connection, schedules)).toEqual([expect.stringContaining("no fiscal year variant W4")]);
    await expect(openWindow(hub(), connection, schedules[0] as NamedSchedule)).rejects.toMatchObject({
      code: "schedule.invalid",
    });
    const add = (kind: string, key: string, attributes: object) =>
      inStore({ tenant }, (tx) =>
        tx
          .insertInto("reference_record")
          .values({
            tenant,
            connection,
            kind,
            key: `${kind}:${key}`,
            valid_from: "",
            valid_to: "",
            text: "",
            long_text: "",
            language: "",
            attributes: JSON.stringify(attributes),
            label: kind,
            changed_run: 1n,
          })
          .execute(),
      );
    const variant = { isCalendarYear: "", isYearDependent: "X", periods: "002", specialPeriods: "00" };
    await add("fiscal-year-variant", "W4", variant);
    for (const year of [2026, 2027])
      for (const [end, period] of [
        ["06/27", "001"],
        ["12/26", "002"],
        ["12/31", "001"],
      ] as const)
        await add("fiscal-period", `W4/${year}/${end}`, { period, yearShift: end === "12/31" ? "+1" : "0" });
    // The period's last day is a Saturday.
    expect(await nextOf(connection, schedules)).toEqual([["2026-12-25T06:00:00.000Z", "2027-06-25T06:00:00.000Z"]]);
    expect(await openWindow(hub(), connection, schedules[0] as NamedSchedule)).toEqual({ kind: "none" });
    nowMs = at("2026-12-25T07:00");
    expect(await openWindow(hub(), connection, schedules[0] as NamedSchedule)).toMatchObject({ kind: "opened", missed: 0 });
  });

  it("is what Procore's projects have for billing periods: read once a day, kept while Procore does not answer", async () => {
    const connection = await addConnection("billing");
    const asked: string[] = [];
    const spans = new Map<number, unknown>([
      [
        1,
        ok([
          { startDate: "2026-11-01", endDate: "2026-11-30" },
          { startDate: null, endDate: null },
        ]),
      ],
      [2, ok([{ startDate: "2026-11-01", endDate: "2026-12-04" }])],
      [3, err({ code: "procore.not-found", endpoint: "GET", detail: "", complaints: [] })],
    ]);
    const listing = (name: string, answer: unknown) => ({
      all: async () => {
        asked.push(name);
        return answer;
      },
    });
    let projects: unknown = ok([1, 2, 3, 4].map((id) => ({ id, originId: null, projectNumber: `P${id}`, isActive: true })));
    const procore = {
      projects: { list: () => listing("projects", projects) },
      billingPeriods: { list: (id: number) => listing(String(id), spans.get(id)) },
    };
    const settings = { sap: { systemId: "S01", client: "100" }, projects: {} };
    const given = { name: connection, settings, mapping: { projects: ["P1", "P2", "P3"] }, procore } as unknown as Connection;
    const refresh = async () => {
      asked.length = 0;
      await Promise.all([1, 2].map(() => refreshBillingPeriods(hub(), given, new AbortController().signal)));
      return asked.join(" ");
    };
    const schedules = schedulesOf({ bill: { billingCycle: { of: "procore", businessDays: 0, at: "06:00" } } });
    nowMs = at("2026-11-20T12:00");
    expect(await nextOf(connection, schedules)).toEqual([expect.stringContaining("no billing period")]);
    // Two hubs at once: one reads. The project that no rule leads to costs no call.
    expect(await refresh()).toBe("projects 1 2 3");
    const windows = ["2026-11-30T06:00:00.000Z", "2026-12-04T06:00:00.000Z"];
    expect(await nextOf(connection, schedules)).toEqual([windows]);
    nowMs += 23 * hourMs;
    expect(await refresh()).toBe("");
    nowMs += hourMs;
    projects = err({ code: "procore.server", endpoint: "GET projects", detail: "down", complaints: [] });
    expect(await refresh()).toBe("projects");
    expect(lines.at(-1)).toContain("procore.server: GET projects: down");
    expect(await nextOf(connection, schedules)).toEqual([windows]);
    nowMs += hourMs;
    projects = ok([{ id: 2, originId: null, projectNumber: "P2", isActive: true }]);
    expect(await refresh()).toBe("projects 2");
    expect(await nextOf(connection, schedules)).toEqual([["2026-12-04T06:00:00.000Z"]]);
  });
});

describe("a schedule on IDocs", () => {
  const idoc = (number: string, key: string, serial: string) => ({
    sender: "SAP",
    client: "100",
    number,
    hash: `h${number}`,
    message: "CREMAS",
    type: "CREMAS05",
    serial,
    touched: [{ flow: "vendors" as const, key }],
  });
  const settings = connectionSettings.parse({
    sap: { systemId: "S01", client: "100" },
    procore: { apiUrl: "https://x", authUrl: "https://x", companyId: 1, clientId: "c" },
    mapping: "mapping.csv",
    vendors: { accountGroups: ["KRED"] },
    schedules: { push: { onIdoc: true, flows: ["vendors"], quietHours: { from: "20:00", to: "05:00" } } },
  });
  const [push] = compileSchedules(settings, { t009: [], t009b: [] }, "connections.x") as [NamedSchedule];

  it("opens one run for all that came, another for what came while it read, none for other flows, and rests in quiet hours", async () => {
    const connection = await addConnection("on-idoc");
    const look = () => openWindow(hub(), connection, push);
    nowMs = at("2026-05-05T10:00");
    expect(await look()).toEqual({ kind: "none" });
    nowMs += 60_000;
    await acceptIDocs(hub(), connection, {
      idocs: [{ ...idoc("1", "4500000001", "1"), touched: [{ flow: "purchase-orders", key: "4500000001" }] }],
    });
    expect(await look()).toEqual({ kind: "none" });
    await acceptIDocs(hub(), connection, { idocs: [idoc("2", "0000100001", "1"), idoc("3", "0000100002", "1")] });
    const told = nowMs;
    nowMs += 60_000;
    expect(await look()).toMatchObject({ kind: "opened", atMs: told, missed: 0 });
    const [run] = await runsOf(connection);
    const take = (ask: "take" | "end") =>
      inStore({ tenant }, async (tx) => {
        const of = { tenant, connection, flow: "vendors" as const, run: run?.run ?? 0n };
        await (ask === "take" ? takeTouched(tx, of) : endTouched(tx, of));
      });
    await take("take");
    nowMs += 60_000;
    await acceptIDocs(hub(), connection, { idocs: [idoc("4", "0000100002", "2")] });
    expect(await look()).toEqual({ kind: "waits", isPaused: false });
    await take("end");
    await setRuns(connection, "open", "finished");
    expect(await look()).toMatchObject({ kind: "opened", atMs: nowMs });
    await setRuns(connection, "open", "finished");
    expect(await look()).toEqual({ kind: "none" });
    nowMs = at("2026-05-05T21:00");
    await acceptIDocs(hub(), connection, { idocs: [idoc("5", "0000100003", "1")] });
    expect(await look()).toEqual({ kind: "none" });
    nowMs = at("2026-05-06T05:00");
    expect(await look()).toMatchObject({ kind: "opened", atMs: at("2026-05-05T21:00") });
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
    await keepSchedules(
      { ...hub(), clock },
      [{ name: connection, schedules, requestWork, refreshBillingPeriods: async () => undefined }],
      stopping.signal,
    );
    expect(slept).toEqual([30_000, 60_000, 60_000, 60_000, 60_000]);
    // First seen at 10:58:30; opened at 10:59; the run stays open, and work on it is asked for each time.
    expect(asked).toEqual(["10:59", "11:00", "11:01", "11:02"].map((time) => at(`2026-05-05T${time}`)));
    expect(lines.filter((line) => line.startsWith("schedule minutely"))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith("schedule broken"))).toHaveLength(1);
  });
});
