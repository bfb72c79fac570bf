// Whatever the zone, the time, the quiet hours and the looks: no window is done twice and none is lost, over every change of the clock.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileVariant } from "../calendar/index.ts";
import { parseCron } from "./cron.ts";
import type { Schedule } from "./schedule.ts";
import { dueWindow, isQuiet, nextWindows } from "./windows.ts";

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Denver",
  "Australia/Lord_Howe",
  "America/Santiago",
  "Asia/Kathmandu",
  "UTC",
];
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const k4 = compileVariant({ PERIV: "K4", XKALE: "X", XJABH: "", ANZBP: "012", ANZSP: "04" }, []);
const business = { weekend: new Set([6, 7] as const), holidays: new Set<never>() };
const zone = fc.constantFrom(...zones);
// Half of them in the hours that clocks skip and repeat.
const minute = fc.oneof(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 239 }));
const cronAt = (atMinute: number) => ({
  kind: "cron" as const,
  cron: parseCron(`${atMinute % 60} ${Math.floor(atMinute / 60)} * * *`),
});
// Changes of the clock in each zone lie in any 300 days from here.
const start = fc.integer({ min: 0, max: 65 }).map((days) => Date.UTC(2026, 0, 1) + days * dayMs);

const when = fc.oneof(
  minute.map(cronAt),
  minute.map((atMinute) => ({ kind: "cron" as const, cron: parseCron(`${atMinute % 60} */3 * * *`) })),
  fc.tuple(minute, fc.integer({ min: -3, max: 3 })).map(([atMinute, businessDays]) => ({
    kind: "fiscal" as const,
    variant: k4,
    business,
    businessDays,
    atMinute,
  })),
  minute.map((atMinute) => ({ kind: "fiscal-week" as const, variant: k4, atMinute })),
);
const closing = { variant: k4, business, before: 2, after: 1, cron: parseCron("*/40 9 * * *") };
const quiet = fc.option(
  fc
    .tuple(minute, minute)
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => ({ from, to })),
  { nil: undefined },
);
const schedule = fc.tuple(zone, when, quiet, fc.boolean()).map(
  ([inZone, given, hours, isDenser]): Schedule => ({
    zone: inZone,
    when: given,
    ...(hours ? { quiet: hours } : {}),
    ...(isDenser ? { closing } : {}),
  }),
);

/** One by one, as `schedule next` asks for them. */
function windowsUntil(given: Schedule, fromMs: number, untilMs: number): number[] {
  const found: number[] = [];
  for (let after = fromMs; ; ) {
    const [next] = nextWindows(given, after, 1);
    if (next === undefined || next > untilMs) return found;
    found.push(next);
    after = next;
  }
}

describe("windows over changes of the clock", () => {
  it("of a daily time open once on each local day", () => {
    fc.assert(
      fc.property(zone, minute, start, (inZone, atMinute, fromMs) => {
        const windows = nextWindows({ zone: inZone, when: cronAt(atMinute) }, fromMs, 300);
        const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: inZone });
        const days = windows.map((each) => dayOf.format(each));
        expect(new Set(days).size).toBe(300);
        const span = (Date.parse(days.at(-1) ?? "") - Date.parse(days[0] ?? "")) / dayMs;
        expect(span).toBe(299);
      }),
      { numRuns: 40 },
    );
  });

  it("are each done or missed once, however the looks fall, and none is due in quiet hours", () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 3 * 24 * 60 }), { minLength: 10, maxLength: 40 });
    fc.assert(
      fc.property(schedule, start, gaps, (given, fromMs, minutes) => {
        let [doneMs, nowMs, accounted] = [fromMs, fromMs, 0];
        for (const gap of minutes) {
          nowMs += gap * 60_000;
          const due = dueWindow(given, { doneMs, nowMs });
          if (!due) continue;
          expect(isQuiet(given, nowMs)).toBe(false);
          expect(due.atMs).toBeGreaterThan(doneMs);
          expect(due.atMs).toBeLessThanOrEqual(nowMs);
          accounted += due.missed + 1;
          doneMs = due.atMs;
        }
        const all = windowsUntil(given, fromMs, nowMs);
        expect(accounted).toBe(all.filter((atMs) => atMs <= doneMs).length);
        // What is left waits for the end of quiet hours only.
        if (!isQuiet(given, nowMs)) expect(all.filter((atMs) => atMs > doneMs)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

describe("moments that somebody else set", () => {
  const push = (moments: readonly number[]): Schedule => ({ zone: "Europe/Berlin", when: { kind: "moments", moments } });
  const at = Date.UTC(2026, 9, 25, 0, 30);

  it("are due once, in the repeated hour, too, and never foreseen", () => {
    const both = push([at, at + hourMs]);
    expect(dueWindow(both, { doneMs: at - 1, nowMs: at })).toEqual({ atMs: at, missed: 0 });
    expect(dueWindow(both, { doneMs: at, nowMs: at + 2 * hourMs })).toEqual({ atMs: at + hourMs, missed: 0 });
    expect(dueWindow(both, { doneMs: at + hourMs, nowMs: at + 2 * hourMs })).toBeUndefined();
    expect(nextWindows(both, at - dayMs, 5)).toEqual([]);
  });
});
