export {
  type BusinessCalendar,
  businessDayFrom,
  countBusinessDays,
  isBusinessDay,
  type Weekday,
  weekdayOf,
} from "./business-days.ts";
export { type DateRange, datesOfPeriod, neighbourPeriod, ordinaryPeriod, periodOf } from "./fiscal-period.ts";
export {
  type CalendarRows,
  type CompanyCalendar,
  calendarRowsOf,
  companyCalendarsOf,
  postingPeriodRowsOf,
} from "./from-reference.ts";
export { type JudgedPeriod, judgePeriods, type PeriodFacts } from "./judge-periods.ts";
export {
  type AccountType,
  comparePeriods,
  compilePostingPeriods,
  isPeriodOpen,
  type PostingFacts,
  type PostingPeriodRow,
  type PostingPeriods,
  type PostingState,
  postingState,
} from "./posting-period.ts";
export { compileVariant, type FiscalVariant, type VariantPeriodRow, type VariantRow, type YearSlice } from "./variant.ts";
