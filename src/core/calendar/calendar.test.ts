import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../errors/index.ts";
import { addDays, daysBetween, type FiscalPeriod, type SapDate } from "../sap-date.ts";
import { countBusinessDays, isBusinessDay, weekdayOf } from "./business-days.ts";
import { datesOfPeriod, neighbourPeriod, ordinaryPeriod, periodOf } from "./fiscal-period.ts";
import { compilePostingPeriods, isPeriodOpen, type PostingPeriodRow, type PostingState, postingState } from "./posting-period.ts";
import { compileVariant, type VariantPeriodRow, type VariantRow } from "./variant.ts";

const day = (text: string) => text.replaceAll("-", "") as SapDate;
const two = (number: number) => String(number).padStart(2, "0");
const header = (fields: Partial<VariantRow>): VariantRow => ({
  PERIV: "ZZ",
  XKALE: "",
  XJABH: "",
  ANZBP: "012",
  ANZSP: "04",
  ...fields,
});
const row = (fields: Partial<VariantPeriodRow>): VariantPeriodRow => ({
  PERIV: "ZZ",
  BDATJ: "0000",
  BUMON: "12",
  BUTAG: "31",
  POPER: "012",
  RELJR: "0",
  ...fields,
});
const monthEnds = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return undefined;
}

const k4 = compileVariant(header({ PERIV: "K4", XKALE: "X" }), []);

/** Whole months, the year beginning in `start`: V3 begins in April. Named by the year it begins in (shift -1) or ends in (+1). */
function shifted(start: number, isNamedByEnd: boolean) {
  const rows = monthEnds.map((last, index) => {
    const isBeforeStart = index + 1 < start;
    const yearShift = isNamedByEnd ? (isBeforeStart ? "0" : "+1") : isBeforeStart ? "-1" : "0";
    return row({
      BUMON: two(index + 1),
      BUTAG: two(last),
      POPER: `0${two(((index + 1 - start + 12) % 12) + 1)}`,
      RELJR: start === 1 ? "0" : yearShift,
    });
  });
  return compileVariant(header({}), rows);
}

/** 4-4-5 weeks, years of 52 or 53 weeks that end on the last Saturday of December: written from the rule, by weeks, and not from the code. */
function weeks445(fromYear: number, toYear: number) {
  const rows: VariantPeriodRow[] = [];
  const lastSaturday = (year: number) => {
    const end = day(`${year}-12-31`);
    return addDays(end, -(weekdayOf(end) === 7 ? 1 : weekdayOf(end) === 6 ? 0 : weekdayOf(end) + 1));
  };
  for (let year = fromYear; year <= toYear; year++) {
    let last = lastSaturday(year - 1);
    for (let period = 1; period <= 12; period++) {
      last = period === 12 ? lastSaturday(year) : addDays(last, period % 3 === 0 ? 35 : 28);
      rows.push(row({ BDATJ: String(year), BUMON: last.slice(4, 6), BUTAG: last.slice(6), POPER: `0${two(period)}` }));
    }
    if (last.slice(4) !== "1231") rows.push(row({ BDATJ: String(year), POPER: "001", RELJR: "+1" }));
  }
  return compileVariant(header({ XJABH: "X" }), rows);
}
const w4 = weeks445(2015, 2040);

describe("the period of a day", () => {
  it.each([
    ["2026-01-01", { year: 2026, period: 1 }],
    ["2024-02-29", { year: 2024, period: 2 }],
    ["2026-12-31", { year: 2026, period: 12 }],
  ])("is the month where the variant is the calendar's: %s", (text, wanted) => {
    expect(periodOf(k4, day(text))).toEqual(wanted);
  });

  it.each([
    ["2026-03-31", { year: 2025, period: 12 }],
    ["2026-04-01", { year: 2026, period: 1 }],
    ["2026-12-31", { year: 2026, period: 9 }],
    ["2027-01-01", { year: 2026, period: 10 }],
    ["2027-02-28", { year: 2026, period: 11 }],
    ["2028-02-29", { year: 2027, period: 11 }],
  ])("takes the year shift, April to March: %s", (text, wanted) => {
    expect(periodOf(shifted(4, false), day(text))).toEqual(wanted);
  });

  it.each([
    ["2026-12-26", { year: 2026, period: 12 }],
    // The last Saturday is the 26th, so five days of December are of the next year: a period of two rows.
    ["2026-12-27", { year: 2027, period: 1 }],
    ["2027-01-23", { year: 2027, period: 1 }],
    ["2027-01-24", { year: 2027, period: 2 }],
  ])("follows weeks of 4-4-5 over the end of the calendar year: %s", (text, wanted) => {
    expect(periodOf(w4, day(text))).toEqual(wanted);
  });

  it("refuses a year that the table lacks, and a day after its last row", () => {
    expect(codeOf(() => periodOf(w4, day("2050-06-01")))).toBe("calendar.gap");
    const short = compileVariant(header({}), [row({ BUTAG: "28" })]);
    expect(codeOf(() => periodOf(short, day("2026-12-29")))).toBe("calendar.gap");
  });
});

describe("the days of a period", () => {
  it("have February's end in common and in leap years", () => {
    const v3 = shifted(4, false);
    expect(datesOfPeriod(v3, { year: 2026, period: 11 })).toEqual({ first: "20270201", last: "20270228" });
    expect(datesOfPeriod(v3, { year: 2027, period: 11 })).toEqual({ first: "20280201", last: "20280229" });
  });

  it("join the two rows of a period that crosses New Year", () => {
    expect(datesOfPeriod(w4, { year: 2027, period: 1 })).toEqual({ first: "20261227", last: "20270123" });
  });

  it("of a period that has the 29th of February alone are none in a common year", () => {
    const rows = [
      row({ BUMON: "02", BUTAG: "28", POPER: "001" }),
      row({ BUMON: "02", BUTAG: "29", POPER: "002" }),
      row({ POPER: "003" }),
    ];
    const variant = compileVariant(header({ ANZBP: "003" }), rows);
    expect(datesOfPeriod(variant, { year: 2028, period: 2 })).toEqual({ first: "20280229", last: "20280229" });
    expect(codeOf(() => datesOfPeriod(variant, { year: 2027, period: 2 }))).toBe("calendar.gap");
    expect(datesOfPeriod(variant, { year: 2027, period: 3 }).first).toBe("20270301");
  });

  it("of a special period are those of the last ordinary one, whose number the document keeps", () => {
    expect(ordinaryPeriod(k4, { year: 2026, period: 16 })).toEqual({ year: 2026, period: 12 });
    expect(datesOfPeriod(k4, { year: 2026, period: 13 })).toEqual({ first: "20261201", last: "20261231" });
    expect(codeOf(() => ordinaryPeriod(k4, { year: 2026, period: 17 }))).toBe("calendar.gap");
  });

  it("are not known where the table ends within the period", () => {
    expect(codeOf(() => datesOfPeriod(w4, { year: 2041, period: 1 }))).toBe("calendar.gap");
    expect(codeOf(() => datesOfPeriod(w4, { year: 2015, period: 1 }))).toBe("calendar.gap");
  });

  it("of a year of 53 weeks give the last period a week more", () => {
    const lengths = Array.from({ length: 12 }, (_, index) => {
      const { first, last } = datesOfPeriod(w4, { year: 2022, period: index + 1 });
      return daysBetween(first, last) + 1;
    });
    // 2022 ends on Saturday 31 December: its 53rd week makes the last period six weeks under this rule.
    expect(lengths).toEqual([28, 28, 35, 28, 28, 35, 28, 28, 35, 28, 28, 42]);
  });
});

describe("each day lies in exactly one period, and periods tile the years", () => {
  const start = fc.integer({ min: 1, max: 12 });
  const variants = fc.oneof(
    fc.constant(k4),
    fc.constant(w4),
    fc.tuple(start, fc.boolean()).map(([month, isNamedByEnd]) => shifted(month, isNamedByEnd)),
  );
  const dates = fc.integer({ min: 0, max: 7_000 }).map((days) => addDays(day("2016-06-01"), days));

  it("the period of a day holds the day, and no other does", () => {
    fc.assert(
      fc.property(variants, dates, (variant, date) => {
        const period = periodOf(variant, date);
        const { first, last } = datesOfPeriod(variant, period);
        expect(first <= date && date <= last).toBe(true);
        expect([first, last].map((each) => periodOf(variant, each))).toEqual([period, period]);
      }),
      { numRuns: 500 },
    );
  });

  it("the next period begins the day after, and its number follows", () => {
    fc.assert(
      fc.property(variants, dates, (variant, date) => {
        const period = periodOf(variant, date);
        const next = neighbourPeriod(variant, period, 1);
        const follows: FiscalPeriod =
          period.period === 12 ? { year: period.year + 1, period: 1 } : { year: period.year, period: period.period + 1 };
        expect(next).toEqual(follows);
        expect(datesOfPeriod(variant, next).first).toBe(addDays(datesOfPeriod(variant, period).last, 1));
        expect(neighbourPeriod(variant, next, -1)).toEqual(period);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["January to December 2027", k4, 365],
    ["July 2026 to June 2027", shifted(7, true), 365],
    ["October 2027 to September 2028", shifted(10, false), 366],
  ] as const)("twelve periods of 2027 have the days of the year: %s", (_, variant, wanted) => {
    const lengths = Array.from({ length: 12 }, (_each, index) => {
      const { first, last } = datesOfPeriod(variant, { year: 2027, period: index + 1 });
      return daysBetween(first, last) + 1;
    });
    expect(lengths.reduce((total, each) => total + each, 0)).toBe(wanted);
  });
});

describe("rows that make no calendar refuse", () => {
  it.each([
    ["no rows", header({}), []],
    ["a day twice", header({}), [row({}), row({ POPER: "011" })]],
    ["a month that is none", header({}), [row({ BUMON: "13" })]],
    ["a special period as a slice", header({}), [row({ POPER: "013" })]],
    ["a shift that is none", header({}), [row({ RELJR: "+2" })]],
    ["a year where there is none", header({}), [row({ BDATJ: "2026" })]],
    ["no year where there is one", header({ XJABH: "X" }), [row({})]],
    ["more periods than SAP has", header({ ANZBP: "013", ANZSP: "04" }), [row({})]],
    ["a count that is none", header({ ANZBP: "x" }), [row({})]],
  ])("%s", (_, head, rows) => {
    expect(codeOf(() => compileVariant(head, rows))).toBe("calendar.invalid");
  });
});

describe("business days", () => {
  const calendar = { weekend: new Set([6, 7] as const), holidays: new Set([day("2026-12-25")]) };

  it("are not of the weekend and no holidays", () => {
    expect(weekdayOf(day("2026-11-29"))).toBe(7);
    expect(weekdayOf(day("1969-12-29"))).toBe(1);
    expect(["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-28"].map((text) => isBusinessDay(calendar, day(text)))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(countBusinessDays(calendar, day("2026-12-21"), day("2026-12-31"))).toBe(8);
    expect(countBusinessDays(calendar, day("2026-12-31"), day("2026-12-21"))).toBe(0);
  });
});

describe("posting periods", () => {
  const none = { FRYE1: "0000", FRPE1: "000", TOYE1: "0000", TOPE1: "000" };
  const empty = { ...none, FRYE2: "0000", FRPE2: "000", TOYE2: "0000", TOPE2: "000", FRYE3: "", FRPE3: "", TOYE3: "", TOPE3: "" };
  const postingRow = (fields: Partial<PostingPeriodRow>): PostingPeriodRow => ({
    BUKRS: "1000",
    MKOAR: "+",
    ...empty,
    ...fields,
  });
  const opened = (from: number, to: number, year = "2026") => ({
    FRYE1: year,
    FRPE1: `0${two(from)}`,
    TOYE1: year,
    TOPE1: `0${two(to)}`,
  });
  const periods = (...rows: PostingPeriodRow[]) => compilePostingPeriods("1000", rows);
  const p = (period: number, year = 2026): FiscalPeriod => ({ year, period });

  it("are open where the row + and the account type's row are", () => {
    const given = periods(postingRow(opened(10, 11)), postingRow({ MKOAR: "K", ...opened(11, 11) }));
    expect([9, 10, 11, 12].map((number) => isPeriodOpen(given, p(number)))).toEqual([false, true, true, false]);
    expect([10, 11].map((number) => isPeriodOpen(given, p(number), "K"))).toEqual([false, true]);
    expect(isPeriodOpen(given, p(10), "S")).toBe(true);
    const shutAbove = periods(postingRow(opened(11, 11)), postingRow({ MKOAR: "K", ...opened(1, 12) }));
    expect(isPeriodOpen(shutAbove, p(10), "K")).toBe(false);
  });

  it("take the second interval, special periods and the end of a year", () => {
    const special = { FRYE2: "2025", FRPE2: "013", TOYE2: "2025", TOPE2: "016" };
    const given = periods(postingRow({ ...opened(1, 1), ...special }));
    expect([p(12, 2025), p(13, 2025), p(16, 2025), p(1)].map((each) => isPeriodOpen(given, each))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it("go from future over open and closing to closed, and are re-opened", () => {
    const seen: PostingState[] = [];
    const tables = [opened(9, 9), opened(10, 10), opened(10, 11), opened(11, 11), opened(10, 11), opened(11, 11), opened(10, 10)];
    for (const table of tables) {
      const facts = { period: p(10), next: p(11), before: seen.at(-1), isOver: false };
      seen.push(postingState(periods(postingRow(table)), facts));
    }
    expect(seen).toEqual(["future", "open", "closing", "closed", "re-opened", "closed", "re-opened"]);
  });

  it("that were never looked at are closed once over, and future until then", () => {
    const ask = (isOver: boolean) =>
      postingState(periods(postingRow(opened(12, 12))), { period: p(10), next: p(11), before: undefined, isOver });
    expect([ask(true), ask(false)]).toEqual(["closed", "future"]);
  });

  it("refuse without a row + and with a period that is none", () => {
    expect(codeOf(() => periods(postingRow({ MKOAR: "K" })))).toBe("calendar.invalid");
    expect(codeOf(() => periods(postingRow(opened(1, 17))))).toBe("calendar.invalid");
  });
});
