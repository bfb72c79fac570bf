import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, fiscalPeriodOf, isDay, lastYearEnd, monthEnd, monthStart } from "./days.ts";

describe("days", () => {
  it("go forth and back to where they began", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: -5_000, max: 5_000 }), (from, count) => {
        const day = addDays("19990101", from);
        expect(addDays(addDays(day, count), -count)).toBe(day);
      }),
    );
  });

  it("know leap years and month ends", () => {
    expect(addDays("20240228", 1)).toBe("20240229");
    expect(monthStart("20260115", -2)).toBe("20251101");
    expect(monthEnd("20240215", 0)).toBe("20240229");
    expect([isDay("20230229"), isDay("20240229"), isDay("2024-2-9")]).toEqual([false, true, false]);
  });
});

describe("fiscal periods", () => {
  it.each([
    ["20260331", "K4", "2026", "03"],
    ["20260331", "V3", "2025", "12"],
    ["20260401", "V3", "2026", "01"],
    ["20260115", "V3", "2025", "10"],
  ] as const)("of %s in variant %s are %s/%s", (day, variant, gjahr, monat) => {
    expect(fiscalPeriodOf(day, variant)).toEqual({ gjahr, monat });
  });

  it("end where special periods are posted", () => {
    expect(lastYearEnd("20261115", "K4")).toBe("20251231");
    expect(lastYearEnd("20261115", "V3")).toBe("20260331");
  });
});
