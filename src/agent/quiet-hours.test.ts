import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type QuietHours, quietUntil, sapDay, weekdays } from "./quiet-hours.ts";

/** 23 November 2026 is a Monday. */
const at = (text: string) => Date.parse(`2026-11-${text}:00Z`);
const untilOf = (hours: QuietHours[], now: string, zone = 0) => {
  const until = quietUntil(hours, zone, at(now));
  return until === undefined ? undefined : new Date(until).toISOString().slice(8, 16);
};

describe("quiet hours", () => {
  const day: QuietHours = { days: ["mon", "tue"], from: "08:00", to: "18:30" };
  const night: QuietHours = { days: ["fri"], from: "22:00", to: "06:00" };
  it.each<[string, QuietHours[], string, number, string | undefined]>([
    ["before them", [day], "23T07:59", 0, undefined],
    ["from their first minute", [day], "23T08:00", 0, "23T18:30"],
    ["their end is not included", [day], "23T18:30", 0, undefined],
    ["another day of the week", [day], "25T12:00", 0, undefined],
    ["in the zone of SAP, east", [day], "23T06:30", 120, "23T16:30"],
    ["in the zone of SAP, west: Sunday here", [day], "22T23:30", 600, "23T08:30"],
    ["across midnight, in the evening", [night], "27T23:00", 0, "28T06:00"],
    ["across midnight, in the morning", [night], "28T05:59", 0, "28T06:00"],
    ["across midnight belongs to the day it begins", [night], "27T05:00", 0, undefined],
    ["across the week's end", [{ days: ["sat"], from: "20:00", to: "04:00" }], "22T03:00", 0, "22T04:00"],
    ["windows that touch are one", [night, { days: ["sat"], from: "06:00", to: "08:00" }], "28T01:00", 0, "28T08:00"],
    ["equal ends are a whole day", [{ days: ["mon"], from: "06:00", to: "06:00" }], "24T05:00", 0, "24T06:00"],
    ["never, where none are set", [], "23T12:00", 0, undefined],
  ])("%s", (_, hours, now, zone, wanted) => {
    expect(untilOf(hours, now, zone)).toBe(wanted);
  });

  it("that never end are looked at again in a week or little more", () => {
    const always: QuietHours = { days: [...weekdays], from: "00:00", to: "00:00" };
    const until = quietUntil([always], 0, at("23T12:00")) ?? 0;
    expect(until - at("23T12:00")).toBeGreaterThanOrEqual(7 * 86_400_000);
    expect(until - at("23T12:00")).toBeLessThan(9 * 86_400_000);
  });

  it("end at the first minute that no window holds", () => {
    const clock = fc.integer({ min: 0, max: 1_439 }).map((minute) => {
      const two = (value: number) => String(value).padStart(2, "0");
      return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
    });
    const window = fc.record({ days: fc.subarray([...weekdays], { minLength: 1 }), from: clock, to: clock });
    const zones = fc.integer({ min: -720, max: 840 });
    fc.assert(
      fc.property(fc.array(window, { maxLength: 3 }), zones, fc.integer({ min: 0, max: 2e12 }), (hours, zone, now) => {
        const until = quietUntil(hours, zone, now);
        if (until === undefined) return;
        expect(until).toBeGreaterThan(now);
        if (until - now < 6 * 86_400_000) expect(quietUntil(hours, zone, until)).toBeUndefined();
        expect(quietUntil(hours, zone, until - 60_000)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it("the day of SAP changes at its own midnight", () => {
    const { day: before, endsMs } = sapDay(60, at("23T22:59"));
    expect(endsMs).toBe(at("23T23:00"));
    expect(Number(sapDay(60, endsMs).day)).toBe(Number(before) + 1);
  });
});
