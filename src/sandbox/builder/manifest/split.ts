/**
 * How an item's value is shared by its account assignments (ruling 10), as far as RFC_READ_TABLE delivers what the split needs. EKKN-VPROZ
 * is DEC 3,1 with room for three characters, so that 10.0 and more come back with `*` (sap-rfc 1.5 [C]); then SAP's own shares in
 * EKKN-NETWR stand for the percentages, if they sum exactly to EKPO-NETWR. Where neither can be read, there is no split: nothing is guessed.
 */
import type { EccRow } from "../../world.ts";
import { isTooWide, minorOf, shareOf, unitsOf } from "../amount.ts";

/** DDIC lengths (sap-data 2.3). */
const vprozLength = 3;
const amountLength = 13;

export const isAmountTooWide = (stored: string | undefined): boolean => isTooWide(minorOf(stored), 2, amountLength);

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

function percentWeights(item: EccRow, assignments: readonly EccRow[]): readonly bigint[] | undefined {
  const percents = assignments.map((row) => unitsOf(row["VPROZ"], 1));
  if (!percents.some((percent) => isTooWide(percent, 1, vprozLength))) return percents;
  const shares = assignments.map((row) => minorOf(row["NETWR"]));
  return shares.every((share) => share !== 0n) && sum(shares) === minorOf(item["NETWR"]) ? shares : undefined;
}

function weightsOf(item: EccRow, assignments: readonly EccRow[]): readonly bigint[] | undefined {
  return item["VRTKZ"] === "2" ? percentWeights(item, assignments) : assignments.map((row) => unitsOf(row["MENGE"], 3));
}

/**
 * The shares of NETWR plus non-deductible tax in minor units, negative for returns; the last one takes the remainder. VRTKZ 1 splits by
 * quantity, 2 by percent (sap-data 2.3 EKKN); a single assignment takes all. Undefined where the reader cannot deliver the split.
 */
export function splitItem(item: EccRow, assignments: readonly EccRow[]): readonly bigint[] | undefined {
  const base = minorOf(item["NETWR"]) + minorOf(item["NAVNW"]);
  const sign = item["RETPO"] === "X" ? -1n : 1n;
  if (assignments.length <= 1) return assignments.map(() => sign * base);
  const weights = weightsOf(item, assignments);
  if (weights === undefined) return undefined;
  const whole = sum(weights);
  let left = base;
  return weights.map((weight, index) => {
    const share = index === weights.length - 1 ? left : shareOf(base, weight, whole);
    left -= share;
    return sign * share;
  });
}

/** One amount that counts and came back with `*`, or one split that nobody can tell: then the order cannot be whole. */
export function isItemLost(item: EccRow, assignments: readonly EccRow[]): boolean {
  const amounts = [item["NETWR"], item["NAVNW"], ...assignments.map((row) => row["NETWR"])];
  return amounts.some(isAmountTooWide) || splitItem(item, assignments) === undefined;
}
