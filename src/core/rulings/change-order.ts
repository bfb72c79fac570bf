/**
 * Ruling 14 after the first requisition: what has to be ordered of one contract line so that it says what SAP says. A line stands at its original
 * amount and what our approved change orders added; it never falls below what requisitions billed of it (ruling 15). Pure.
 */
import { add, type Money, negate, sum } from "../money.ts";

export type ChangeAfterRequisitionPolicy = "change-order" | "hold";

/** All of one currency. */
export type LineStanding = {
  /** Undefined: it came after the first requisition, and stands on change orders alone. */
  readonly original: Money | undefined;
  readonly approved: readonly Money[];
  readonly billed: Money;
};

export type LineChange =
  | { readonly kind: "same" }
  | { readonly kind: "change"; readonly amount: Money }
  /** SAP says less than was billed: no change order says that, and a person has to look. */
  | { readonly kind: "below-invoiced" };

export function standingAmount({ original, approved }: LineStanding, currency: string): Money {
  return sum(original ? [original, ...approved] : approved, currency);
}

/** Between nothing and the billed amount, exclusive: for returns both are negative. */
function isBelow(desired: Money, billed: Money): boolean {
  return billed.minor >= 0n ? desired.minor < billed.minor : desired.minor > billed.minor;
}

export function lineChange(desired: Money, standing: LineStanding): LineChange {
  const amount = add(desired, negate(standingAmount(standing, desired.currency)));
  if (amount.minor === 0n) return { kind: "same" };
  // What stands below the billed amount already may still come nearer to it, never farther away.
  const isFall = standing.billed.minor >= 0n ? amount.minor < 0n : amount.minor > 0n;
  if (isFall && standing.billed.minor !== 0n && isBelow(desired, standing.billed)) return { kind: "below-invoiced" };
  return { kind: "change", amount };
}
