import { describe, expect, it } from "vitest";
import type { CalendarRows } from "../../core/index.ts";
import { connectionSettings } from "../settings.ts";
import { compileCalendar, compileSchedules, monthsOnly } from "./compile.ts";
import { nextRuns } from "./list.ts";

const rows: CalendarRows = {
  t009: [{ PERIV: "V3", XKALE: "", XJABH: "", ANZBP: "012", ANZSP: "04" }],
  t009b: [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].map((last, index) => ({
    PERIV: "V3",
    BDATJ: "0000",
    BUMON: String(index + 1).padStart(2, "0"),
    BUTAG: String(last),
    POPER: String(((index + 9) % 12) + 1).padStart(3, "0"),
    RELJR: index < 3 ? "-1" : "0",
  })),
};
const settings = (schedules: object, calendar: object = {}) =>
  connectionSettings.safeParse({
    sap: { systemId: "S01", client: "100" },
    procore: { apiUrl: "https://x", authUrl: "https://x", companyId: 1, clientId: "c" },
    mapping: "mapping.csv",
    vendors: { accountGroups: ["KRED"] },
    calendar,
    schedules,
  });
function compile(schedules: object, calendar: object = {}, given = rows) {
  const parsed = settings(schedules, calendar);
  if (!parsed.success) throw parsed.error;
  return compileSchedules(parsed.data, given, "connections.main");
}
const nowMs = Date.parse("2026-11-29T12:00:00Z");
const nextOf = (schedules: object, calendar: object = {}, count = 2) => {
  const [only] = compile(schedules, calendar);
  return only ? nextRuns(only, { nowMs, count }) : undefined;
};

describe("schedules from the configuration", () => {
  it("take zone, weekend and holidays from the calendar, and their own zone before it", () => {
    const calendar = { timeZone: "Europe/Berlin", holidays: ["2026-12-01"] };
    const fiscal = { fiscal: { businessDays: 1, at: "06:30" } };
    expect(nextOf({ close: fiscal }, calendar)).toEqual(["2026-12-02T05:30:00.000Z", "2027-01-01T05:30:00.000Z"]);
    expect(nextOf({ close: { ...fiscal, timeZone: "America/New_York" } }, calendar, 1)).toEqual(["2026-12-02T11:30:00.000Z"]);
  });

  it("take the fiscal year variant by its name from T009 and T009B", () => {
    const weekly = { fiscalWeek: { at: "00:00" }, variant: "V3" };
    expect(nextOf({ weekly }, {}, 2)).toEqual(["2026-12-01T00:00:00.000Z", "2026-12-08T00:00:00.000Z"]);
    expect(() => compile({ weekly: { ...weekly, variant: "X9" } })).toThrow(
      expect.objectContaining({ code: "schedule.invalid", place: "connections.main.schedules.weekly" }),
    );
  });

  it("name the schedule whose calendar or cron is wrong", () => {
    const broken = { ...rows, t009b: rows.t009b.map((row) => ({ ...row, BUTAG: "99" })) };
    expect(() => compile({ weekly: { fiscalWeek: { at: "00:00" }, variant: "V3" } }, {}, broken)).toThrow(
      expect.objectContaining({ code: "calendar.invalid", place: "connections.main.schedules.weekly" }),
    );
    expect(() => compile({ nightly: { cron: "61 * * * *" } })).toThrow(
      expect.objectContaining({ code: "schedule.invalid", place: "connections.main.schedules.nightly" }),
    );
  });

  it("show what opens in quiet hours at their end, once", () => {
    const hourly = { cron: "0 * * * *", quietHours: { from: "13:00", to: "05:15" } };
    expect(nextOf({ hourly }, {}, 3)).toEqual([
      "2026-11-30T05:15:00.000Z",
      "2026-11-30T06:00:00.000Z",
      "2026-11-30T07:00:00.000Z",
    ]);
  });

  it("refuse onIdoc until an IDoc can come, and never run one that is manual", () => {
    expect(() => compile({ idoc: { onIdoc: true } })).toThrow(
      expect.objectContaining({ code: "schedule.not-available", place: "connections.main.schedules.idoc" }),
    );
    expect(nextOf({ "by-hand": { manual: true } })).toEqual([]);
  });

  it.each([
    ["none of the kinds", { flows: ["costs"] }],
    ["two of them", { cron: "0 0 * * *", manual: true }],
    ["a zone by its short name", { cron: "0 0 * * *", timeZone: "CET" }],
    ["a flow that is none", { cron: "0 0 * * *", flows: ["payroll"] }],
    ["a time that is none", { fiscalWeek: { at: "24:00" } }],
    ["more business days than the shortest period may have", { fiscal: { businessDays: 11, at: "00:00" } }],
    ["quiet hours that never end", { cron: "0 0 * * *", quietHours: { from: "06:00", to: "06:00" } }],
    ["an unknown key", { cron: "0 0 * * *", jitter: 5 }],
  ])("refuse %s", (_, given) => {
    expect(settings({ nightly: given }).success).toBe(false);
  });
});

describe("the calendar of billing periods", () => {
  const calendarOf = (billingPeriods: object, given = rows) => {
    const parsed = settings({}, { variant: "V3" });
    if (!parsed.success) throw parsed.error;
    const { invoices, calendar } = parsed.data;
    const all = { ...invoices, billingPeriods: { ...invoices.billingPeriods, ...billingPeriods } };
    return compileCalendar({ calendar, invoices: all }, given, "connections.main");
  };

  it("is the configured one where some are to be created, and nobody asks for its rows where none are", () => {
    expect(calendarOf({}, { t009: [], t009b: [] })).toBe(monthsOnly);
    expect(calendarOf({ policy: "create" }).name).toBe("V3");
    expect(calendarOf({ projects: { 810: "create" } }).name).toBe("V3");
    expect(() => calendarOf({ policy: "create" }, { t009: [], t009b: [] })).toThrow(
      expect.objectContaining({ code: "schedule.invalid", place: "connections.main" }),
    );
  });
});
