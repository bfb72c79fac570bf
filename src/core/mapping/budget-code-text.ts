/** The name of a budget code: its parts' codes, as Procore writes them (procore 4.12). */
import type { MappingTarget } from "./rule.ts";

export type BudgetCodeKey = Pick<MappingTarget, "subJob" | "costCode" | "costType">;

/** `01-011.CT1`, with a sub job before it where there is one: `A.01-011.CT1`. */
export function budgetCodeText({ subJob, costCode, costType }: BudgetCodeKey): string {
  return [...(subJob === undefined ? [] : [subJob]), costCode, costType].join(".");
}
