// Calendars of any making: weeks in 4-4-5, 4-5-4 or 5-4-4, years of 52 or 53 weeks from any day on, and years of months that begin with any of them. What is expected
// is written from the days of each period, forward, as an accountant lays a calendar out; the code goes backward, from the table's rows.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type FiscalPeriod, type SapDate } from "../sap-date.ts";
import { datesOfPeriod, neighbourPeriod, periodOf } from "./fiscal-period.ts";
import { compileVariant, type FiscalVariant, type VariantPeriodRow } from "./variant.ts";

type Span = FiscalPeriod & { first: SapDate; last: SapDate };
const two = (number: number) => String(number).padStart(2, "0");
const yearsLaidOut = 8;

/** T009B's rows of these spans: the last day of each, and of each calendar year; the year shift is against the calendar year. */
function rowsOf(spans: readonly Span[]): VariantPeriodRow[] {
  return spans.flatMap((span) => {
    const row = (last: string): VariantPeriodRow => {
      const shift = span.year - Number(last.slice(0, 4));
      const fields = { BDATJ: last.slice(0, 4), BUMON: last.slice(4, 6), BUTAG: last.slice(6) };
      return { PERIV: "ZZ", ...fields, POPER: `0${two(span.period)}`, RELJR: shift > 0 ? `+${shift}` : String(shift) };
    };
    const yearEnd = `${span.first.slice(0, 4)}1231`;
    return yearEnd < span.last && yearEnd >= span.first ? [row(yearEnd), row(span.last)] : [row(span.last)];
  });
}

const weeks = fc
  .record({
    pattern: fc.constantFrom([4, 4, 5], [4, 5, 4], [5, 4, 4]),
    // The year is named by the one that most of it lies in, as a shift of two cannot be said.
    start: fc.integer({ min: 0, max: 364 }).map((days) => addDays("20180101" as SapDate, days)),
    longYears: fc.array(fc.boolean(), { minLength: yearsLaidOut, maxLength: yearsLaidOut }),
  })
  .map(({ pattern, start, longYears }) => {
    const spans: Span[] = [];
    let first = start;
    longYears.forEach((isLong, index) => {
      const year = Number(start.slice(0, 4)) + index + (start.slice(4) > "0701" ? 1 : 0);
      for (let period = 1; period <= 12; period++) {
        const count = (pattern[(period - 1) % 3] ?? 4) + (period === 12 && isLong ? 1 : 0);
        const last = addDays(first, count * 7 - 1);
        spans.push({ year, period, first, last });
        first = addDays(last, 1);
      }
    });
    const header = { PERIV: "ZZ", XKALE: "", XJABH: "X", ANZBP: "012", ANZSP: "04" };
    return { spans, variant: compileVariant(header, rowsOf(spans)) };
  });

const monthEnd = (year: number, month: number): SapDate =>
  addDays(`${month === 12 ? year + 1 : year}${two((month % 12) + 1)}01` as SapDate, -1);

const months = fc
  .record({ start: fc.integer({ min: 1, max: 12 }), isNamedByEnd: fc.boolean() })
  .map(({ start, isNamedByEnd }) => {
    const spans = Array.from({ length: 12 * yearsLaidOut }, (_, index): Span => {
      const month = ((start - 1 + index) % 12) + 1;
      const calendarYear = 2018 + Math.floor((start - 1 + index) / 12);
      const year = 2018 + Math.floor(index / 12) + (isNamedByEnd && start > 1 ? 1 : 0);
      const last = monthEnd(calendarYear, month);
      return { year, period: (index % 12) + 1, first: `${last.slice(0, 6)}01` as SapDate, last };
    });
    const rows = spans.slice(12, 24).map(({ last, period, year }): VariantPeriodRow => {
      const day = last.slice(4, 6) === "02" ? "29" : last.slice(6);
      const shift = year - Number(last.slice(0, 4));
      const relative = shift > 0 ? "+1" : String(shift);
      return { PERIV: "ZZ", BDATJ: "0000", BUMON: last.slice(4, 6), BUTAG: day, POPER: `0${two(period)}`, RELJR: relative };
    });
    return { spans, variant: compileVariant({ PERIV: "ZZ", XKALE: "", XJABH: "", ANZBP: "012", ANZSP: "04" }, rows) };
  });

/** Not the first and last, whose other ends the rows do not say. */
function inner<T>(spans: readonly T[]): readonly T[] {
  return spans.slice(1, -1);
}

function expectTiled(variant: FiscalVariant, spans: readonly Span[]): void {
  for (const { first, last, ...period } of inner(spans)) {
    expect(datesOfPeriod(variant, period)).toEqual({ first, last });
    for (let day = first; day <= last; day = addDays(day, 1)) expect(periodOf(variant, day)).toEqual(period);
  }
}

describe("whatever the calendar", () => {
  it("each day of weeks has the one period that was laid out for it", () => {
    fc.assert(
      fc.property(weeks, ({ variant, spans }) => expectTiled(variant, spans)),
      { numRuns: 15 },
    );
  });

  it("each day of months has the one period that was laid out for it", () => {
    fc.assert(
      fc.property(months, ({ variant, spans }) => expectTiled(variant, spans)),
      { numRuns: 15 },
    );
  });

  it("neighbours are the periods before and after, over the end of any year", () => {
    fc.assert(
      fc.property(fc.oneof(weeks, months), ({ variant, spans }) => {
        const known = inner(spans).map(({ year, period }) => ({ year, period }));
        expect(known.slice(0, -1).map((period) => neighbourPeriod(variant, period, 1))).toEqual(known.slice(1));
        expect(known.slice(1).map((period) => neighbourPeriod(variant, period, -1))).toEqual(known.slice(0, -1));
      }),
      { numRuns: 15 },
    );
  });
});
