import { describe, expect, it } from "vitest";
import type { ReferenceKind, ReferenceRecord } from "../records/index.ts";
import type { SapDate } from "../sap-date.ts";
import { calendarRowsOf, companyCalendarsOf, postingPeriodRowsOf } from "./from-reference.ts";
import { type JudgedPeriod, judgePeriods } from "./judge-periods.ts";
import { compilePostingPeriods } from "./posting-period.ts";
import { compileVariant } from "./variant.ts";

const record = (of: ReferenceKind, key: string, attributes: Record<string, string>): ReferenceRecord => ({
  kind: "reference",
  of,
  key: `${of}:${key}`,
  validFrom: "",
  validTo: "",
  text: "",
  longText: "",
  language: "",
  attributes,
});
const open = (from: string, to: string) => ({
  fromYear1: from.slice(0, 4),
  fromPeriod1: from.slice(5),
  toYear1: to.slice(0, 4),
  toPeriod1: to.slice(5),
  fromYear2: "0000",
  fromPeriod2: "000",
  toYear2: "0000",
  toPeriod2: "000",
});
const posting = (accountType: string, from: string, to: string, more: Record<string, string> = {}) =>
  record("posting-period", `0/1000/${accountType}/ZZZZZZZZZZ`, { ...open(from, to), ...more });

describe("rows of reference records", () => {
  it("are the tables' own, key fields and attributes together", () => {
    const records = [
      record("fiscal-year-variant", "V3", { isCalendarYear: "", isYearDependent: "X", periods: "012", specialPeriods: "04" }),
      record("fiscal-period", "V3/2026/03/31", { period: "012", yearShift: "-1" }),
      record("company-code", "1000", { fiscalYearVariant: "V3", postingPeriodVariant: "0001", currency: "USD" }),
      posting("+", "2026/010", "2026/011"),
      record("posting-period", "9/1000/+/", open("2020/001", "2020/001")),
    ];
    expect(calendarRowsOf(records)).toEqual({
      t009: [{ PERIV: "V3", XKALE: "", XJABH: "X", ANZBP: "012", ANZSP: "04" }],
      t009b: [{ PERIV: "V3", BDATJ: "2026", BUMON: "03", BUTAG: "31", POPER: "012", RELJR: "-1" }],
    });
    expect(companyCalendarsOf(records).get("1000")).toEqual({ fiscalYearVariant: "V3", postingPeriodVariant: "0001" });
    expect(postingPeriodRowsOf(records)).toEqual([
      expect.objectContaining({ BUKRS: "1000", MKOAR: "+", FRYE1: "2026", FRPE1: "010", TOYE1: "2026", TOPE1: "011", FRYE3: "" }),
    ]);
  });
});

describe("the states of a company code's periods", () => {
  const variant = compileVariant({ PERIV: "K4", XKALE: "X", XJABH: "", ANZBP: "012", ANZSP: "04" }, []);
  const judge = (
    records: readonly ReferenceRecord[],
    more: { today?: string; periods?: { year: number; period: number }[]; before?: JudgedPeriod[] } = {},
  ) =>
    judgePeriods({
      variant,
      posting: compilePostingPeriods("1000", postingPeriodRowsOf(records)),
      today: (more.today ?? "20261129") as SapDate,
      periods: more.periods ?? [],
      before: more.before ?? [],
    });
  const told = (periods: readonly JudgedPeriod[]) =>
    Object.fromEntries(periods.map((each) => [`${each.year}.${each.period}`, each.state]));

  it("are told of those around today and of those with costs, special ones by their own number", () => {
    const periods = [
      { year: 2025, period: 13 },
      { year: 2026, period: 3 },
    ];
    const special = { fromYear2: "2025", fromPeriod2: "013", toYear2: "2025", toPeriod2: "016" };
    expect(told(judge([posting("+", "2026/010", "2026/011", special)], { periods }))).toEqual({
      "2025.13": "open",
      "2026.3": "closed",
      "2026.9": "closed",
      "2026.10": "closing",
      "2026.11": "open",
      "2026.12": "future",
    });
  });

  it("go over the end of the year by number", () => {
    expect(Object.keys(told(judge([posting("+", "2027/001", "2027/001")], { today: "20270115" })))).toEqual([
      "2026.11",
      "2026.12",
      "2027.1",
      "2027.2",
    ]);
  });

  it("go by the G/L accounts: the vendors' row alone shuts nothing, the accounts' row does", () => {
    const all = posting("+", "2026/010", "2026/011");
    expect(told(judge([all, posting("K", "2026/011", "2026/011")]))["2026.10"]).toBe("closing");
    expect(told(judge([all, posting("S", "2026/011", "2026/011")]))["2026.10"]).toBe("closed");
  });

  it("are re-opened where they were closed, and are never forgotten", () => {
    const before = judge([posting("+", "2026/011", "2026/011")]);
    const again = judge([posting("+", "2026/010", "2026/011")], { before });
    expect(told(again)["2026.10"]).toBe("re-opened");
    const later = judge([posting("+", "2027/001", "2027/001")], { before: again, today: "20270401" });
    expect(told(later)).toMatchObject({ "2026.9": "closed", "2026.10": "closed" });
  });
});
