/**
 * What a difference between SAP's total and Procore's is made of. Each cent of a variance has exactly one class; the last three are no explanation:
 * they say that somebody must look, and a statement that has any of them does not tie.
 */
import type { HoldCode } from "../disposition.ts";

export const varianceClasses = {
  unmapped: "held: no mapping rule, project or budget code leads to Procore",
  currency: "held: the project has another currency",
  held: "held for another reason, see `holds`",
  changed: "changed in SAP after it was posted",
  "awaiting-approval": "planned and not sent yet",
  "in-doubt": "sent, and not known yet whether it arrived",
  "cut-off": "came after SAP's total was taken",
  reversed: "reversals that came after SAP's total was taken",
  edited: "changed in Procore by somebody",
  deleted: "deleted in Procore by somebody",
  tax: "tax that nobody gets back: in the requisition, and not in the order's history",
  rounding: "a minor unit that Procore's own multiplication makes",
  "not-read": "in SAP's total, and never read",
  "not-listed": "Procore's listing was not credible or not made",
  unexplained: "neither ours nor anybody's whom we know of",
} as const;

export type VarianceClass = keyof typeof varianceClasses;

const unexplained: ReadonlySet<VarianceClass> = new Set(["not-read", "not-listed", "unexplained"]);

export function isExplained(name: VarianceClass): boolean {
  return !unexplained.has(name);
}

const unmapped: ReadonlySet<string> = new Set<HoldCode>([
  "mapping-no-rule",
  "project-not-permitted",
  "project-ambiguous",
  "budget-code-missing",
  "budget-code-refused",
]);

export function classOfHold(code: string): VarianceClass {
  if (unmapped.has(code)) return "unmapped";
  if (code === ("cost-currency" satisfies HoldCode)) return "currency";
  return code === ("procore-differs" satisfies HoldCode) ? "edited" : "held";
}

/** Amounts by class, in minor units of one currency; what is not there is nothing. */
export type Variances = Partial<Record<VarianceClass, bigint>>;

export function addTo(variances: Variances, name: VarianceClass, amount: bigint): void {
  const sum = (variances[name] ?? 0n) + amount;
  if (sum === 0n) delete variances[name];
  else variances[name] = sum;
}

export function sumOf(variances: Variances): bigint {
  return Object.values(variances).reduce((total, amount) => total + amount, 0n);
}
