import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileVariant, type VariantPeriodRow } from "../calendar/index.ts";
import { Fault } from "../errors/index.ts";
import type { SapDate } from "../sap-date.ts";
import { parseCron } from "./cron.ts";
import type { Schedule } from "./schedule.ts";
import { afterQuiet, dueWindow, isQuiet, nextWindows } from "./windows.ts";

const at = (text: string) => Date.parse(`${text}:00Z`);
const shown = (moments: readonly number[]) => moments.map((each) => new Date(each).toISOString().slice(0, 16));
const cron = (text: string, zone = "UTC", more: Partial<Schedule> = {}): Schedule => ({
  zone,
  when: { kind: "cron", cron: parseCron(text) },
  ...more,
});
const next = (schedule: Schedule, after: string, count: number) => shown(nextWindows(schedule, at(after), count));
const business = { weekend: new Set([6, 7] as const), holidays: new Set(["20261225", "20270101"] as SapDate[]) };
const k4 = compileVariant({ PERIV: "K4", XKALE: "X", XJABH: "", ANZBP: "012", ANZSP: "04" }, []);

describe("cron", () => {
  it.each([
    ["30 6 * * 1-5", "2026-11-27T06:30", ["2026-11-30T06:30", "2026-12-01T06:30"]],
    ["*/20 9 * * *", "2026-11-29T09:10", ["2026-11-29T09:20", "2026-11-29T09:40"]],
    ["0 0 29 2 *", "2026-01-01T00:00", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    ["5/25 8 1 jan,JUL *", "2026-11-29T00:00", ["2027-01-01T08:05", "2027-01-01T08:30"]],
    // Both fields restricted: either fits.
    ["0 12 13 * FRI", "2026-11-29T00:00", ["2026-12-04T12:00", "2026-12-11T12:00", "2026-12-13T12:00"]],
    ["0 12 * * 7", "2026-11-29T12:00", ["2026-12-06T12:00"]],
  ])("%s after %s", (text, after, wanted) => {
    expect(next(cron(text), after, wanted.length)).toEqual(wanted);
  });

  it.each([
    "* * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "5-1 * * * *",
    "*/0 * * * *",
    "0 0 30 2 *",
    "0 0 L * *",
    "a * * * *",
    "1- * * * *",
    ", * * * *",
    "0 0 1 1 1 1",
  ])("refuses %s", (text) => {
    expect(() => parseCron(text)).toThrow(expect.objectContaining({ code: "schedule.invalid" }));
  });

  it("answers every text with a cron or with schedule.invalid", () => {
    const field = fc.stringMatching(/^[0-9*,\-/a-z]{1,6}$/);
    fc.assert(
      fc.property(fc.array(field, { minLength: 4, maxLength: 6 }), (fields) => {
        try {
          const { minutes } = parseCron(fields.join(" "));
          expect(minutes.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});

describe("summer time", () => {
  const berlin = "Europe/Berlin";
  it("a time that is skipped opens when the clock goes on", () => {
    expect(next(cron("30 2 * * *", berlin), "2026-03-28T02:00", 3)).toEqual([
      "2026-03-29T01:00",
      "2026-03-30T00:30",
      "2026-03-31T00:30",
    ]);
  });

  it("a time that is repeated opens once, the first time", () => {
    expect(next(cron("30 2 * * *", berlin), "2026-10-24T12:00", 2)).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
  });

  it("what opens each hour opens in both of the repeated ones and not in the skipped", () => {
    expect(next(cron("30 * * * *", berlin), "2026-10-24T23:45", 3)).toEqual([
      "2026-10-25T00:30",
      "2026-10-25T01:30",
      "2026-10-25T02:30",
    ]);
    expect(next(cron("30 * * * *", berlin), "2026-03-29T00:00", 2)).toEqual(["2026-03-29T00:30", "2026-03-29T01:30"]);
  });

  it("a daily window opens once on each day of two years, in each zone", () => {
    for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago"]) {
      const windows = nextWindows(cron("30 2 * * *", zone), at("2026-01-01T12:00"), 730);
      const days = windows.map((each) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(each));
      expect(new Set(days).size).toBe(730);
    }
  });
});

describe("fiscal windows", () => {
  const fiscal = (businessDays: number, variant = k4): Schedule => ({
    zone: "UTC",
    when: { kind: "fiscal", variant, business, businessDays, atMinute: 360 },
  });

  it.each([
    // 29 November 2026 is a Sunday; the period ends on Monday the 30th.
    [0, ["2026-11-30T06:00", "2026-12-31T06:00", "2027-01-29T06:00"]],
    [-2, ["2026-12-29T06:00", "2027-01-27T06:00", "2027-02-24T06:00"]],
    // 1 January is a holiday, then a weekend: the third business day is Wednesday the 6th.
    [3, ["2026-12-03T06:00", "2027-01-06T06:00", "2027-02-03T06:00"]],
  ])("%d business days from the end of a period", (days, wanted) => {
    expect(next(fiscal(days), "2026-11-29T00:00", 3)).toEqual(wanted);
  });

  it("open each week of a period, from its first day", () => {
    const rows: VariantPeriodRow[] = [
      ["01", "24", "001"],
      ["02", "21", "002"],
      ["03", "28", "003"],
      ["12", "31", "004"],
    ].map(([BUMON = "", BUTAG = "", POPER = ""]) => ({ PERIV: "W4", BDATJ: "0000", BUMON, BUTAG, POPER, RELJR: "0" }));
    const w4 = compileVariant({ PERIV: "W4", XKALE: "", XJABH: "", ANZBP: "004", ANZSP: "00" }, rows);
    const weekly: Schedule = { zone: "UTC", when: { kind: "fiscal-week", variant: w4, atMinute: 0 } };
    const windows = next(weekly, "2027-01-24T12:00", 9).map((each) => each.slice(5, 10));
    expect(windows).toEqual(["01-25", "02-01", "02-08", "02-15", "02-22", "03-01", "03-08", "03-15", "03-22"]);
  });

  it("of billing cycles go by the day a month has", () => {
    const billing = (endDay: number, businessDays: number): Schedule => ({
      zone: "UTC",
      when: { kind: "billing-cycle", endDay, business, businessDays, atMinute: 0 },
    });
    const days = (schedule: Schedule) => next(schedule, "2026-11-29T00:00", 4).map((each) => each.slice(0, 10));
    expect(days(billing(31, 0))).toEqual(["2026-11-30", "2026-12-31", "2027-01-29", "2027-02-26"]);
    expect(days(billing(25, -1))).toEqual(["2026-12-23", "2027-01-22", "2027-02-24", "2027-03-24"]);
    expect(days(billing(25, 1))).toEqual(["2026-12-28", "2027-01-26", "2027-02-26", "2027-03-26"]);
  });
});

describe("closing days", () => {
  it("open by a second cron on the last business days of a period and the first of the next", () => {
    const closing = { variant: k4, business, before: 1, after: 1, cron: parseCron("0 12 * * *") };
    const windows = next(cron("0 6 * * *", "UTC", { closing }), "2026-11-29T07:00", 5);
    expect(windows).toEqual(["2026-11-30T06:00", "2026-11-30T12:00", "2026-12-01T06:00", "2026-12-01T12:00", "2026-12-02T06:00"]);
  });
});

describe("what is due", () => {
  const hourly = cron("0 * * * *");
  it("is the latest of those missed, once", () => {
    const due = dueWindow(hourly, { doneMs: at("2026-11-28T05:00"), nowMs: at("2026-11-29T05:30") });
    expect(due).toEqual({ atMs: at("2026-11-29T05:00"), missed: 23 });
    expect(dueWindow(hourly, { doneMs: at("2026-11-29T05:00"), nowMs: at("2026-11-29T05:59") })).toBeUndefined();
    expect(dueWindow(hourly, { doneMs: at("2026-11-29T05:00"), nowMs: at("2026-11-29T06:00") })).toEqual({
      atMs: at("2026-11-29T06:00"),
      missed: 0,
    });
  });

  it("waits for the end of the quiet hours, over midnight and with the zone's summer time", () => {
    const quiet = cron("0 * * * *", "Europe/Berlin", { quiet: { from: 22 * 60, to: 6 * 60 } });
    const done = { doneMs: at("2026-03-28T20:00") };
    expect(dueWindow(quiet, { ...done, nowMs: at("2026-03-29T03:59") })).toBeUndefined();
    expect(isQuiet(quiet, at("2026-03-28T20:59"))).toBe(false);
    expect(afterQuiet(quiet, at("2026-03-28T21:00"))).toBe(at("2026-03-29T04:00"));
    expect(dueWindow(quiet, { ...done, nowMs: at("2026-03-29T04:00") })).toEqual({ atMs: at("2026-03-29T04:00"), missed: 7 });
  });

  it("is nothing by hand", () => {
    const manual: Schedule = { zone: "UTC", when: { kind: "manual" } };
    expect(dueWindow(manual, { doneMs: at("2020-01-01T00:00"), nowMs: at("2026-01-01T00:00") })).toBeUndefined();
    expect(nextWindows(manual, at("2026-01-01T00:00"), 1)).toEqual([]);
  });
});
