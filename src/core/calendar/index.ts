export { type BusinessCalendar, countBusinessDays, isBusinessDay, type Weekday, weekdayOf } from "./business-days.ts";
export { type DateRange, datesOfPeriod, neighbourPeriod, ordinaryPeriod, periodOf } from "./fiscal-period.ts";
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
