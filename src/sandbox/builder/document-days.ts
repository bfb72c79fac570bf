/** Days within the books: nothing is posted before their first period or after their last day. */
import { addDays, earlierOf, monthStart } from "./days.ts";
import type { Group } from "./group.ts";

/** First day of the six fiscal periods that the books hold. */
export const booksFrom = (asOf: string): string => monthStart(asOf, -5);

/** A later day, never beyond the end of the books. */
export function later(group: Group, day: string, days: number): string {
  return earlierOf(addDays(day, days), group.options.asOf);
}

/** A few days after another, within the books. */
export function invoiceDay(group: Group, day: string, daysMax: number): string {
  const first = booksFrom(group.options.asOf);
  return later(group, day < first ? first : day, group.draw.int(1, daysMax));
}

export function daysBetween(from: string, to: string): number {
  let count = 0;
  for (let day = from; day < to; day = addDays(day, 1)) count += 1;
  return count;
}
