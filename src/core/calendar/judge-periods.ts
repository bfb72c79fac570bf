/**
 * The states of a company code's periods now, from what they were when it was last looked at (ruling 28). What counts is whether G/L accounts (account
 * type S) may be posted to: every line that is cost is one of them, whatever else its document has, so while S is open cost can come, and when it is shut none
 * can. A vendor's row (K) shuts earlier in most closes, and accruals come after it.
 */
import type { FiscalPeriod, SapDate } from "../sap-date.ts";
import { periodOf } from "./fiscal-period.ts";
import { comparePeriods, type PostingPeriods, type PostingState, postingState } from "./posting-period.ts";
import type { FiscalVariant } from "./variant.ts";

/** Looked at though nothing was posted in them: so many before today's period, and the one after it. */
const periodsBefore = 2;

export type PeriodFacts = {
  readonly variant: FiscalVariant;
  readonly posting: PostingPeriods;
  readonly today: SapDate;
  /** Those with cost lines. */
  readonly periods: readonly FiscalPeriod[];
  /** As they were last seen. */
  readonly before: readonly JudgedPeriod[];
};
export type JudgedPeriod = FiscalPeriod & { readonly state: PostingState };

/** By number alone: a year that the calendar's table has no longer, or not yet, has periods all the same. */
function step({ periods }: FiscalVariant, { year, period }: FiscalPeriod, by: 1 | -1): FiscalPeriod {
  const next = Math.min(period, periods) + by;
  if (next > periods) return { year: year + 1, period: 1 };
  return next < 1 ? { year: year - 1, period: periods } : { year, period: next };
}

function periodsAround(variant: FiscalVariant, current: FiscalPeriod): FiscalPeriod[] {
  const found = [step(variant, current, 1), current];
  for (let count = 0; count < periodsBefore; count++) found.push(step(variant, found.at(-1) ?? current, -1));
  return found;
}

const idOf = ({ year, period }: FiscalPeriod) => `${year}.${period}`;

/** Ascending. Refuses where the calendar does not know today. */
export function judgePeriods({ variant, posting, today, periods, before }: PeriodFacts): JudgedPeriod[] {
  const current = periodOf(variant, today);
  const known = new Map(before.map((each) => [idOf(each), each.state]));
  const all = [...periodsAround(variant, current), ...periods, ...before].filter(
    ({ period }) => period <= variant.periods + variant.specialPeriods,
  );
  const distinct = new Map(all.map(({ year, period }) => [idOf({ year, period }), { year, period }]));
  return [...distinct.values()].sort(comparePeriods).map((period) => {
    const ordinary = { year: period.year, period: Math.min(period.period, variant.periods) };
    const state = postingState(posting, {
      period,
      next: step(variant, period, 1),
      before: known.get(idOf(period)),
      isOver: comparePeriods(ordinary, current) < 0,
      accountType: "S",
    });
    return { ...period, state };
  });
}
