import { describe, expect, it } from "vitest";
import { Fault } from "../core/index.ts";
import type { RfcCall, RfcClient, RowsOfDay } from "../ports/index.ts";
import { createLoadLimits, type LoadLimitOptions, restOrDoubt } from "./load-limits.ts";

const call: RfcCall = { function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 1 };

function limited(options: Partial<LoadLimitOptions> = {}) {
  const state = { now: Date.parse("2026-11-23T12:00:00Z"), calls: 0 };
  const clock = { now: () => state.now, monotonic: () => state.now, sleep: async () => undefined };
  const limits = createLoadLimits({
    clock,
    zone: 60,
    quietHours: [],
    rowsPerDay: 100,
    by: "agent",
    ...options,
  });
  const inner: RfcClient = {
    call: async () => {
      state.calls += 1;
      return { kind: "answer", values: {} };
    },
    serverTime: () => undefined,
    close: async () => undefined,
  };
  return { state, limits, client: limits.guard(inner) };
}

describe("the rows of a day", () => {
  it("end at the file's own number, and are new on the SAP system's next day", async () => {
    const { state, limits, client } = limited();
    limits.noteRead(99);
    expect(await client.call(call)).toMatchObject({ kind: "answer" });
    limits.noteRead(1);
    expect(await client.call(call)).toMatchObject({ class: "resting", key: "POLICY_ROWS_PER_DAY" });
    expect(state.calls).toBe(1);
    expect(limits.rest()).toMatchObject({ code: "sap.row-budget", untilMs: Date.parse("2026-11-23T23:00:00Z") });
    state.now = Date.parse("2026-11-23T23:00:00Z");
    expect(limits.rest()).toBeUndefined();
    limits.noteRead(99);
    expect(limits.rest()).toBeUndefined();
    limits.noteRead(1);
    expect(limits.rest()).toMatchObject({ code: "sap.row-budget" });
  });

  it("count over restarts what the hub counted, and nothing twice", () => {
    const { limits } = limited();
    const day = limits.day();
    limits.noteRowsToday(day, 60);
    limits.noteRead(30);
    limits.noteReported(30);
    // The hub's number holds the 30 just reported.
    limits.noteRowsToday(day, 90);
    expect(limits.rest()).toBeUndefined();
    limits.noteRead(10);
    expect(limits.rest()).toMatchObject({ detail: "100 rows of rowsPerDay 100 are read" });
  });

  it("are not widened by a hub that says less, nor by a number of another day", () => {
    const { limits, state } = limited();
    const day = limits.day();
    limits.noteRowsToday(day, 100);
    limits.noteRowsToday(day, 0);
    expect(limits.rest()).toBeDefined();
    state.now += 86_400_000;
    limits.noteRowsToday(day, 100);
    expect(limits.rest()).toBeUndefined();
  });

  it("have no end where none is set", () => {
    const { limits } = limited({ rowsPerDay: undefined });
    limits.noteRead(1e12);
    expect(limits.rest()).toBeUndefined();
  });
});

describe("the rows of a day that a machine counts", () => {
  function kept(): RowsOfDay {
    const sums = new Map<string, { agent: number; terminal: number }>();
    const of = (day: string) => sums.get(day) ?? { agent: 0, terminal: 0 };
    return {
      add: (day, by, rows) => void sums.set(day, { ...of(day), [by]: of(day)[by] + rows }),
      read: of,
    };
  }

  it("are one budget for the agent and for people at the terminal, each counted once", () => {
    const rowsOfDay = kept();
    const agent = limited({ rowsOfDay }).limits;
    const desk = limited({ rowsOfDay, by: "terminal" }).limits;
    agent.noteRead(40);
    agent.noteReported(40);
    agent.noteRowsToday(agent.day(), 40);
    desk.noteRead(59);
    expect([agent.rest(), desk.rest()]).toEqual([undefined, undefined]);
    desk.noteRead(1);
    const detail = "100 rows of rowsPerDay 100 are read, 40 by the agent and 60 at the terminal";
    expect([agent.rest()?.detail, desk.rest()?.detail]).toEqual([detail, detail]);
  });

  it("hold over restarts of the agent, whether the hub still knows them or not, and with agents of other machines", () => {
    const rowsOfDay = kept();
    limited({ rowsOfDay }).limits.noteRead(70);
    const again = limited({ rowsOfDay }).limits;
    again.noteRead(20);
    expect(again.rest()).toBeUndefined();
    // The hub counts 75 of before: the file's 70, and 5 of another machine. What is ours is not counted twice.
    again.noteRowsToday(again.day(), 75);
    expect(again.rest()).toBeUndefined();
    again.noteRead(5);
    expect(again.rest()?.detail).toContain("100 by the agent and 0 at the terminal");
    // A hub whose store was lost tells nothing, and the file has all 95.
    const forgotten = limited({ rowsOfDay }).limits;
    forgotten.noteRead(4);
    expect(forgotten.rest()).toBeUndefined();
    forgotten.noteRead(1);
    expect(forgotten.rest()?.detail).toContain("100 by the agent and 0 at the terminal");
  });

  it("are not kept where there is no budget to hold", () => {
    const rowsOfDay = kept();
    const { limits } = limited({ rowsOfDay, rowsPerDay: undefined });
    limits.noteRead(5);
    expect(rowsOfDay.read(limits.day())).toEqual({ agent: 0, terminal: 0 });
  });
});

it("rows that cannot be counted rest the agent for a minute, and no call begins meanwhile", async () => {
  let isBroken = true;
  const read = () => {
    if (isBroken) throw new Fault("config.invalid", { place: "/var/rows", detail: "cannot be counted there (EACCES)" });
    return { agent: 0, terminal: 0 };
  };
  const { limits, client, state } = limited({ rowsOfDay: { add: () => undefined, read } });
  const clock = { now: () => state.now };
  expect(restOrDoubt(limits, clock)).toEqual({
    code: "sap.row-budget",
    untilMs: state.now + 60_000,
    detail: "/var/rows: cannot be counted there (EACCES)",
  });
  await expect(client.call(call)).rejects.toMatchObject({ code: "config.invalid" });
  expect(state.calls).toBe(0);
  isBroken = false;
  expect(restOrDoubt(limits, clock)).toBeUndefined();
  expect(await client.call(call)).toMatchObject({ kind: "answer" });
});

it("no call begins in quiet hours", async () => {
  const { state, client } = limited({ quietHours: [{ days: ["mon"], from: "13:00", to: "14:00" }] });
  expect(await client.call(call)).toMatchObject({
    key: "POLICY_QUIET_HOURS",
    detail: expect.stringContaining("2026-11-23T13:00"),
  });
  expect(state.calls).toBe(0);
  state.now += 3_600_000;
  expect(await client.call(call)).toMatchObject({ kind: "answer" });
});
