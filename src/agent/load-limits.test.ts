import { describe, expect, it } from "vitest";
import type { RfcCall, RfcClient } from "../ports/index.ts";
import { createLoadLimits, type LoadLimitOptions } from "./load-limits.ts";

const call: RfcCall = { function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 1 };

function limited(options: Partial<LoadLimitOptions> = {}) {
  const state = { now: Date.parse("2026-11-23T12:00:00Z"), rows: 0, calls: 0 };
  const clock = { now: () => state.now, monotonic: () => state.now, sleep: async () => undefined };
  const limits = createLoadLimits({
    clock,
    zoneMinutes: 60,
    quietHours: [],
    rowsPerDay: 100,
    rows: () => state.rows,
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
    state.rows = 99;
    expect(await client.call(call)).toMatchObject({ kind: "answer" });
    state.rows = 100;
    expect(await client.call(call)).toMatchObject({ class: "resting", key: "POLICY_ROWS_PER_DAY" });
    expect(state.calls).toBe(1);
    expect(limits.rest()).toMatchObject({ code: "sap.row-budget", untilMs: Date.parse("2026-11-23T23:00:00Z") });
    state.now = Date.parse("2026-11-23T23:00:00Z");
    expect(limits.rest()).toBeUndefined();
    state.rows = 199;
    expect(limits.rest()).toBeUndefined();
    state.rows = 200;
    expect(limits.rest()).toMatchObject({ code: "sap.row-budget" });
  });

  it("count over restarts what the hub counted, and nothing twice", () => {
    const { state, limits } = limited();
    const day = limits.day();
    limits.noteRowsToday(day, 60);
    state.rows = 30;
    limits.noteReported(30);
    // The hub's number holds the 30 just reported.
    limits.noteRowsToday(day, 90);
    expect(limits.rest()).toBeUndefined();
    state.rows = 40;
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
    const { limits, state } = limited({ rowsPerDay: undefined });
    state.rows = 1e12;
    expect(limits.rest()).toBeUndefined();
  });
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
