/**
 * Reference records (T001, T009, T009B, T001B) as the rows that calendars and posting periods are compiled from. Key fields stand in the record's key, the
 * others among its attributes, as SAP gave them. Interval 3 of T001B, for postings from controlling, is not read: older releases have no such fields.
 */
import type { ReferenceKind, ReferenceRecord } from "../records/index.ts";
import type { PostingPeriodRow } from "./posting-period.ts";
import type { VariantPeriodRow, VariantRow } from "./variant.ts";

export type CalendarRows = { readonly t009: readonly VariantRow[]; readonly t009b: readonly VariantPeriodRow[] };
export type CompanyCalendar = { readonly fiscalYearVariant: string; readonly postingPeriodVariant: string };

type Records = readonly ReferenceRecord[];
const ofKind = (records: Records, kind: ReferenceKind) => records.filter(({ of }) => of === kind);
const keysOf = ({ of, key }: ReferenceRecord): readonly string[] => key.slice(of.length + 1).split("/");
const readerOf =
  ({ attributes }: ReferenceRecord) =>
  (name: string): string =>
    attributes[name] ?? "";

export function calendarRowsOf(records: Records): CalendarRows {
  const t009 = ofKind(records, "fiscal-year-variant").map((record): VariantRow => {
    const [PERIV = ""] = keysOf(record);
    const at = readerOf(record);
    const counts = { ANZBP: at("periods"), ANZSP: at("specialPeriods") };
    return { PERIV, XKALE: at("isCalendarYear"), XJABH: at("isYearDependent"), ...counts };
  });
  const t009b = ofKind(records, "fiscal-period").map((record): VariantPeriodRow => {
    const [PERIV = "", BDATJ = "", BUMON = "", BUTAG = ""] = keysOf(record);
    const at = readerOf(record);
    return { PERIV, BDATJ, BUMON, BUTAG, POPER: at("period"), RELJR: at("yearShift") };
  });
  return { t009, t009b };
}

/** T001: which variants a company code has. */
export function companyCalendarsOf(records: Records): ReadonlyMap<string, CompanyCalendar> {
  return new Map(
    ofKind(records, "company-code").map((record) => {
      const at = readerOf(record);
      return [
        keysOf(record)[0] ?? "",
        { fiscalYearVariant: at("fiscalYearVariant"), postingPeriodVariant: at("postingPeriodVariant") },
      ];
    }),
  );
}

/** Of record type 0, which posting periods are; others are of other ledgers' reports. */
export function postingPeriodRowsOf(records: Records): readonly PostingPeriodRow[] {
  return ofKind(records, "posting-period").flatMap((record) => {
    const [recordType = "", BUKRS = "", MKOAR = ""] = keysOf(record);
    if (recordType !== "0" && recordType !== "") return [];
    const at = readerOf(record);
    const interval = (number: 1 | 2) => ({
      [`FRYE${number}`]: at(`fromYear${number}`),
      [`FRPE${number}`]: at(`fromPeriod${number}`),
      [`TOYE${number}`]: at(`toYear${number}`),
      [`TOPE${number}`]: at(`toPeriod${number}`),
    });
    const none = { FRYE3: "", FRPE3: "", TOYE3: "", TOPE3: "" };
    return [{ BUKRS, MKOAR, ...interval(1), ...interval(2), ...none } as PostingPeriodRow];
  });
}
