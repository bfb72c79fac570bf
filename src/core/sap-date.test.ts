import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  daysBetween,
  formatIsoDate,
  formatPeriod,
  parseIsoDate,
  parsePeriod,
  parseSapDate,
  type SapDate,
  sapDateOf,
} from "./sap-date.ts";

const date = fc.integer({ min: -200_000, max: 400_000 }).map((days) => addDays("19700101" as SapDate, days));

describe("SAP dates", () => {
  it("are days that exist, or none", () => {
    for (const junk of ["00000000", "        ", "20201364", "20240231", "2024-01-1", "", "20230229", "19000229"]) {
      expect(parseSapDate(junk)).toBeUndefined();
    }
    expect(parseSapDate("20240229")).toBe("20240229");
    expect(parseSapDate("99991231")).toBe("99991231");
  });

  it("count days as the calendar does", () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -5000, max: 5000 }), (start, days) => {
        const moved = addDays(start, days);
        expect(daysBetween(start, moved)).toBe(days);
        expect(parseSapDate(moved)).toBe(moved);
        const utc = new Date(Date.UTC(Number(start.slice(0, 4)), Number(start.slice(4, 6)) - 1, Number(start.slice(6)) + days));
        expect(formatIsoDate(moved)).toBe(utc.toISOString().slice(0, 10));
      }),
    );
  });

  it("turn to ISO and back", () => {
    fc.assert(
      fc.property(date, (day) => {
        expect(parseIsoDate(formatIsoDate(day))).toBe(day);
      }),
    );
  });

  it("follow the server's zone", () => {
    const justBeforeMidnightUtc = Date.UTC(2026, 10, 23, 23, 30);
    expect(sapDateOf(justBeforeMidnightUtc, 0)).toBe("20261123");
    expect(sapDateOf(justBeforeMidnightUtc, 60)).toBe("20261124");
    expect(sapDateOf(justBeforeMidnightUtc, -360)).toBe("20261123");
  });

  it("follow the server's summer time: its midnight is two hours before UTC's, and one hour before in winter", () => {
    const days = ["2026-03-28T23:30", "2026-03-29T22:30", "2026-10-24T22:30", "2026-10-25T22:30", "2026-10-25T23:30"];
    const berlin = days.map((moment) => sapDateOf(Date.parse(`${moment}:00Z`), "Europe/Berlin"));
    expect(berlin).toEqual(["20260329", "20260330", "20261025", "20261025", "20261026"]);
    expect(sapDateOf(Date.parse("2026-11-01T04:30:00Z"), "America/New_York")).toBe("20261101");
    expect(sapDateOf(Date.parse("2026-11-02T04:30:00Z"), "America/New_York")).toBe("20261101");
  });
});

describe("fiscal periods", () => {
  it("keep special periods and refuse others", () => {
    expect(parsePeriod({ year: "2026", period: "13" })).toEqual({ year: 2026, period: 13 });
    expect(parsePeriod({ year: "2026", period: "00" })).toBeUndefined();
    expect(parsePeriod({ year: "2026", period: "17" })).toBeUndefined();
    expect(formatPeriod({ year: 2026, period: 3 })).toBe("2026.003");
  });
});
