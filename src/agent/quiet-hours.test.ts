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

  describe("in a zone with summer time", () => {
    const until = (hours: QuietHours[], moment: string) => {
      const end = quietUntil(hours, "Europe/Berlin", Date.parse(`${moment}:00Z`));
      return end === undefined ? undefined : new Date(end).toISOString().slice(0, 16);
    };
    const days = [...weekdays];
    const nightly: QuietHours[] = [{ days, from: "22:00", to: "05:00" }];
    const early: QuietHours[] = [{ days, from: "02:15", to: "02:45" }];
    it.each<[string, QuietHours[], string, string | undefined]>([
      ["begin by the winter's clock", nightly, "2026-03-27T21:00", "2026-03-28T04:00"],
      ["and not an hour before", nightly, "2026-03-27T20:59", undefined],
      ["begin by the summer's clock", nightly, "2026-07-01T20:00", "2026-07-02T03:00"],
      ["are an hour shorter in the night of March", nightly, "2026-03-28T21:00", "2026-03-29T03:00"],
      ["are an hour longer in the night of October", nightly, "2026-10-24T20:00", "2026-10-25T04:00"],
      ["are none where their hour is skipped", early, "2026-03-29T01:00", undefined],
      ["are quiet in the first of the repeated hours", early, "2026-10-25T00:20", "2026-10-25T00:45"],
      ["not between them", early, "2026-10-25T00:50", undefined],
      ["and in the second", early, "2026-10-25T01:20", "2026-10-25T01:45"],
    ])("%s", (_, hours, moment, wanted) => {
      expect(until(hours, moment)).toBe(wanted);
    });

    it("end at the first minute that no window holds, in any minute of the year", () => {
      const start = Date.parse("2026-01-01T00:00:00Z");
      const minutes = fc.oneof(
        fc.integer({ min: 0, max: 525_600 }),
        // The days about both changes.
        fc.integer({ min: 124_000, max: 128_500 }),
        fc.integer({ min: 426_000, max: 430_500 }),
      );
      fc.assert(
        fc.property(minutes, fc.constantFrom(nightly, early), (minute, hours) => {
          const now = start + minute * 60_000;
          const end = quietUntil(hours, "Europe/Berlin", now);
          const isQuietAt = (moment: number) => quietUntil(hours, "Europe/Berlin", moment) !== undefined;
          if (end === undefined) return;
          expect(isQuietAt(end)).toBe(false);
          for (let moment = now; moment < end; moment += 600_000) expect(isQuietAt(moment)).toBe(true);
        }),
        { numRuns: 300 },
      );
    });

    it.each([
      ["an ordinary day", "Europe/Berlin", "2026-07-01T10:00", "2026-07-01T22:00"],
      ["the day of 23 hours", "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00"],
      ["the day of 25 hours", "Europe/Berlin", "2026-10-24T22:00", "2026-10-25T23:00"],
      ["a day whose midnight is skipped", "Africa/Cairo", "2026-04-23T10:00", "2026-04-23T22:00"],
    ])("%s ends at its own midnight", (_, zone, moment, wanted) => {
      const { day, endsMs } = sapDay(zone, Date.parse(`${moment}:00Z`));
      expect(new Date(endsMs).toISOString().slice(0, 16)).toBe(wanted);
      expect(Number(sapDay(zone, endsMs).day)).toBe(Number(day) + 1);
      expect(sapDay(zone, endsMs - 60_000).day).toBe(day);
    });
  });

  it("the day of SAP changes at its own midnight", () => {
    const { day: before, endsMs } = sapDay(60, at("23T22:59"));
    expect(endsMs).toBe(at("23T23:00"));
    expect(Number(sapDay(60, endsMs).day)).toBe(Number(before) + 1);
  });
});
