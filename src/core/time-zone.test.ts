import { describe, expect, it } from "vitest";
import { isTimeZoneName, localMinutes, offsetMinutes, whenOver } from "./time-zone.ts";

const at = (text: string) => Date.parse(`${text}:00Z`);

describe("a named zone", () => {
  // Europe changes at 01:00 UTC, America at two in the morning of its own clock, Kathmandu and UTC never.
  it.each([
    ["Europe/Berlin", "2026-03-29T00:59", 60],
    ["Europe/Berlin", "2026-03-29T01:00", 120],
    ["Europe/Berlin", "2026-10-25T00:59", 120],
    ["Europe/Berlin", "2026-10-25T01:00", 60],
    ["America/New_York", "2026-03-08T06:59", -300],
    ["America/New_York", "2026-03-08T07:00", -240],
    ["America/St_Johns", "2026-01-15T12:00", -210],
    ["Asia/Kathmandu", "2026-07-01T00:00", 345],
    ["Europe/London", "2026-01-01T00:00", 0],
    ["UTC", "2026-07-01T00:00", 0],
  ])("%s at %s is %d minutes east", (zone, moment, wanted) => {
    expect(offsetMinutes(zone, at(moment))).toBe(wanted);
  });

  it("is known by region and city only, since short names have no summer time here and one with SAP", () => {
    expect(["Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5", "UTC"].filter(isTimeZoneName)).toHaveLength(4);
    const wrong = ["EST", "CET", "Europe/Bonn", "europe/berlin", "+02:00", "", "120", "Europe/", "Europe/Berlin; x"];
    expect(wrong.filter(isTimeZoneName)).toEqual([]);
  });

  it("shows the repeated hour twice and the skipped one never", () => {
    const shown = (from: string, count: number) =>
      Array.from({ length: count }, (_, index) => (localMinutes("Europe/Berlin", at(from) + index * 1_800_000) % 1_440) / 60);
    expect(shown("2026-10-25T00:00", 6)).toEqual([2, 2.5, 2, 2.5, 3, 3.5]);
    expect(shown("2026-03-29T00:00", 4)).toEqual([1, 1.5, 3, 3.5]);
  });
});

describe("when something is over", () => {
  const until = (hour: number) => (local: number) => Math.max(0, hour * 60 - (local % 1_440));
  it.each([
    ["on an ordinary day", "2026-03-28T00:10", 5, "2026-03-28T04:00"],
    ["across the change to summer time, an hour sooner", "2026-03-29T00:10", 5, "2026-03-29T03:00"],
    ["in the hour that is skipped, where it is skipped", "2026-03-29T00:10", 2.5, "2026-03-29T01:00"],
    ["across the change to winter time, an hour later", "2026-10-25T00:10", 5, "2026-10-25T04:00"],
    ["in the hour that is repeated, at its first end", "2026-10-25T00:10", 2.5, "2026-10-25T00:30"],
    ["in the repetition, at its second", "2026-10-25T01:10", 2.5, "2026-10-25T01:30"],
    ["at once where nothing is left", "2026-10-25T12:10", 2, "2026-10-25T12:10"],
  ])("%s", (_, from, hour, wanted) => {
    expect(new Date(whenOver("Europe/Berlin", at(from), until(hour))).toISOString().slice(0, 16)).toBe(wanted);
  });
});
