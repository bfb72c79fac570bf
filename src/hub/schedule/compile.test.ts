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
  return only && typeof only.schedule !== "function" ? nextRuns(only.schedule, { nowMs, count }) : undefined;
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

  it("never run one that is manual", () => {
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

describe("schedules by what only the store knows", () => {
  const noRows: CalendarRows = { t009: [], t009b: [] };
  function ofStore(schedules: object, calendar: object = {}) {
    const parsed = settings(schedules, calendar);
    if (!parsed.success) throw parsed.error;
    const [only] = compileSchedules({ ...parsed.data, reference: "after-costs" }, noRows, "connections.main");
    if (typeof only?.schedule !== "function") throw new Error("it is known already");
    return only.schedule;
  }
  const codeOf = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      return (error as { code?: string; place?: string }).code;
    }
    return undefined;
  };
  const weekly = { weekly: { fiscalWeek: { at: "00:00" }, variant: "V3" } };
  const soon = { nowMs, count: 1 };

  it("take SAP's calendar as it was read, and say so until it was", () => {
    const schedule = ofStore(weekly);
    expect(codeOf(() => schedule({ rows: noRows, billingEnds: [], toldMs: [] }))).toBe("schedule.invalid");
    expect(nextRuns(schedule({ rows, billingEnds: [], toldMs: [] }), soon)).toEqual(["2026-12-01T00:00:00.000Z"]);
  });

  it("name a wrong cron before anything was read", () => {
    const closingDays = { before: 1, after: 1, cron: "61 * * * *" };
    const schedules = { close: { fiscal: { businessDays: 0, at: "06:00" }, variant: "V3", closingDays } };
    expect(() => ofStore(schedules)).toThrow(expect.objectContaining({ code: "schedule.invalid" }));
  });

  it("are known at once where files are given, and refuse where nothing will ever be read", () => {
    const parsed = settings(weekly, { t009: "T009.csv", t009b: "T009B.csv" });
    if (!parsed.success) throw parsed.error;
    const withFiles = { ...parsed.data, reference: "after-costs" as const };
    expect(typeof compileSchedules(withFiles, rows, "connections.main")[0]?.schedule).toBe("object");
    expect(codeOf(() => compileSchedules(withFiles, noRows, "connections.main"))).toBe("schedule.invalid");
    expect(codeOf(() => compile(weekly, {}, noRows))).toBe("schedule.invalid");
  });

  it("go by the ends of Procore's billing periods, in business days before and after", () => {
    const known = (businessDays: number) =>
      ofStore(
        { bill: { billingCycle: { of: "procore", businessDays, at: "06:00" } } },
        { holidays: ["2026-12-01"] },
      )({ rows: noRows, billingEnds: ["20261129", "20261215", "20270102"] as never, toldMs: [] });
    const days = (businessDays: number) => nextRuns(known(businessDays), { nowMs: Date.parse("2026-11-01T00:00:00Z"), count: 9 });
    // 29 November is a Sunday, 2 January 2027 a Saturday.
    expect(days(0)).toEqual(["2026-11-27T06:00:00.000Z", "2026-12-15T06:00:00.000Z", "2027-01-01T06:00:00.000Z"]);
    expect(days(-1)).toEqual(["2026-11-26T06:00:00.000Z", "2026-12-14T06:00:00.000Z", "2026-12-31T06:00:00.000Z"]);
    expect(days(2)).toEqual(["2026-12-02T06:00:00.000Z", "2026-12-17T06:00:00.000Z", "2027-01-05T06:00:00.000Z"]);
  });

  it("say that no billing period is known", () => {
    const schedule = ofStore({ bill: { billingCycle: { of: "procore", businessDays: 0, at: "06:00" } } });
    expect(codeOf(() => schedule({ rows, billingEnds: [], toldMs: [] }))).toBe("schedule.not-available");
  });

  it.each([{ of: "procore", endDay: 31 }, {}])("refuse a billing cycle that is two or none: %j", (given) => {
    expect(settings({ bill: { billingCycle: { ...given, businessDays: 0, at: "06:00" } } }).success).toBe(false);
  });
});

describe("the calendar of billing periods", () => {
  const calendarOf = (billingPeriods: object, given = rows) => {
    const parsed = settings({}, { variant: "V3" });
    if (!parsed.success) throw parsed.error;
    const { invoices, calendar, reference } = parsed.data;
    const all = { ...invoices, billingPeriods: { ...invoices.billingPeriods, ...billingPeriods } };
    return compileCalendar({ calendar, reference, invoices: all }, given, "connections.main");
  };

  it("is the configured one where some are to be created, and nobody asks for its rows where none are", () => {
    expect(calendarOf({}, { t009: [], t009b: [] })).toBe(monthsOnly);
    expect(calendarOf({ policy: "create" })).toMatchObject({ name: "V3" });
    expect(calendarOf({ projects: { 810: "create" } })).toMatchObject({ name: "V3" });
    expect(() => calendarOf({ policy: "create" }, { t009: [], t009b: [] })).toThrow(
      expect.objectContaining({ code: "schedule.invalid", place: "connections.main" }),
    );
  });
});
