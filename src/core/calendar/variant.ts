/**
 * A fiscal year variant, compiled from its row of T009 and its rows of T009B (sap-data 4). A row's (BUMON, BUTAG) is the last day of a slice; the
 * slice gives period and year shift. Rows that cannot be read, or that state one day twice, refuse: nothing is guessed of a calendar.
 */
import { Fault } from "../errors/index.ts";

/** Fields as SAP gives them: text, blanks trimmed. */
export type VariantRow = { PERIV: string; XKALE: string; XJABH: string; ANZBP: string; ANZSP: string };
export type VariantPeriodRow = { PERIV: string; BDATJ: string; BUMON: string; BUTAG: string; POPER: string; RELJR: string };

/** `last` is MMDD; February's end stands as 0229, so that it holds in leap years. */
export type YearSlice = { readonly last: string; readonly period: number; readonly yearShift: -1 | 0 | 1 };

export type FiscalVariant = {
  readonly name: string;
  readonly isCalendarYear: boolean;
  readonly isYearDependent: boolean;
  readonly periods: number;
  readonly specialPeriods: number;
  /** By calendar year; the key of a variant that is the same each year is `0000`. */
  readonly slices: ReadonlyMap<string, readonly YearSlice[]>;
};

/** POPER 16 is the last that SAP's totals have a column for (COSP, GLT0). */
const periodsMax = 16;
const shifts: Readonly<Record<string, -1 | 0 | 1>> = { "-1": -1, "1-": -1, "0": 0, "": 0, "1": 1, "+1": 1 };

function refuse(variant: string, detail: string): never {
  throw new Fault("calendar.invalid", { place: `fiscal year variant ${variant}`, detail });
}

function count(row: VariantRow, field: "ANZBP" | "ANZSP"): number {
  const text = row[field].trim();
  return /^\d{0,3}$/.test(text) ? Number(text) : refuse(row.PERIV, `T009-${field} is "${text}"`);
}

function toSlice(row: VariantPeriodRow, periods: number): YearSlice {
  const [month, day, period] = [Number(row.BUMON), Number(row.BUTAG), Number(row.POPER)];
  const yearShift = shifts[row.RELJR.trim()];
  const place = `T009B ${row.BDATJ} ${row.BUMON}/${row.BUTAG}`;
  if (!/^\d{1,2}$/.test(row.BUMON) || !/^\d{1,2}$/.test(row.BUTAG) || month < 1 || month > 12 || day < 1 || day > 31)
    return refuse(row.PERIV, `${place} is no day`);
  if (!/^\d{1,3}$/.test(row.POPER) || period < 1 || period > periods)
    return refuse(row.PERIV, `${place}: period "${row.POPER}" is none of the ${periods} ordinary ones`);
  if (yearShift === undefined) return refuse(row.PERIV, `${place}: year shift "${row.RELJR}" is none of -1, 0, +1`);
  return { last: `${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`, period, yearShift };
}

function sortSlices(variant: string, year: string, slices: readonly YearSlice[]): readonly YearSlice[] {
  const sorted = slices.toSorted((one, other) => (one.last < other.last ? -1 : one.last > other.last ? 1 : 0));
  const twice = sorted.find(({ last }, index) => sorted[index + 1]?.last === last);
  return twice ? refuse(variant, `T009B ${year} states the day ${twice.last} twice`) : sorted;
}

/** `rows` may hold other variants' rows too. */
export function compileVariant(row: VariantRow, rows: readonly VariantPeriodRow[]): FiscalVariant {
  const name = row.PERIV;
  const isCalendarYear = row.XKALE.trim() === "X";
  const isYearDependent = row.XJABH.trim() === "X";
  const [periods, specialPeriods] = [isCalendarYear ? 12 : count(row, "ANZBP"), count(row, "ANZSP")];
  if (periods < 1 || periods + specialPeriods > periodsMax)
    return refuse(name, `${periods} ordinary and ${specialPeriods} special periods are not 1 to ${periodsMax} in all`);
  const own = isCalendarYear ? [] : rows.filter(({ PERIV }) => PERIV === name);
  if (!isCalendarYear && own.length === 0) return refuse(name, "T009B has no rows of it");
  const stray = own.find(({ BDATJ }) => !/^\d{4}$/.test(BDATJ) || (BDATJ === "0000") === isYearDependent);
  if (stray) return refuse(name, `T009B has year "${stray.BDATJ}", T009-XJABH says ${isYearDependent ? "by year" : "each year"}`);
  const byYear = Map.groupBy(own, ({ BDATJ }) => BDATJ);
  const slices = [...byYear].map(
    ([year, of]) =>
      [
        year,
        sortSlices(
          name,
          year,
          of.map((each) => toSlice(each, periods)),
        ),
      ] as const,
  );
  return { name, isCalendarYear, isYearDependent, periods, specialPeriods, slices: new Map(slices) };
}
