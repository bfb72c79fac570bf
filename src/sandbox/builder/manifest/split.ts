/**
 * How an item's value is shared by its account assignments (ruling 10), as far as the split can be read. EKKN-VPROZ is DEC 3,1 with room for
 * three characters, so that RFC_READ_TABLE gives `*` for 10.0 and more (sap-rfc 1.5 [C]). BAPI_PO_GETDETAIL1 has every digit; where the user may
 * not call it, SAP's own shares in EKKN-NETWR stand for the percentages, if they sum exactly to EKPO-NETWR, and otherwise there is no split.
 */
import type { EccRow } from "../../world.ts";
import { isTooWide, minorOf, shareOf, unitsOf } from "../amount.ts";

/** `exact`: by cells, and where they lost digits by the BAPI. `cells`: by nothing but RFC_READ_TABLE. */
export type Percents = "exact" | "cells";

/** DDIC lengths (sap-data 2.3). */
const vprozLength = 3;
const amountLength = 13;

export const isAmountTooWide = (stored: string | undefined): boolean => isTooWide(minorOf(stored), 2, amountLength);

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

function percentWeights(item: EccRow, assignments: readonly EccRow[], readable: Percents): readonly bigint[] | undefined {
  const percents = assignments.map((row) => unitsOf(row["VPROZ"], 1));
  if (readable === "exact" || !percents.some((percent) => isTooWide(percent, 1, vprozLength))) return percents;
  const shares = assignments.map((row) => minorOf(row["NETWR"]));
  return shares.every((share) => share !== 0n) && sum(shares) === minorOf(item["NETWR"]) ? shares : undefined;
}

function weightsOf(item: EccRow, assignments: readonly EccRow[], readable: Percents): readonly bigint[] | undefined {
  if (item["VRTKZ"] === "2") return percentWeights(item, assignments, readable);
  return assignments.map((row) => unitsOf(row["MENGE"], 3));
}

/**
 * The shares of NETWR plus non-deductible tax in minor units, negative for returns; the last one takes the remainder. VRTKZ 1 splits by
 * quantity, 2 by percent (sap-data 2.3 EKKN); a single assignment takes all. Undefined where the split cannot be read.
 */
export function splitItem(
  item: EccRow,
  assignments: readonly EccRow[],
  readable: Percents = "exact",
): readonly bigint[] | undefined {
  const base = minorOf(item["NETWR"]) + minorOf(item["NAVNW"]);
  const sign = item["RETPO"] === "X" ? -1n : 1n;
  if (assignments.length <= 1) return assignments.map(() => sign * base);
  const weights = weightsOf(item, assignments, readable);
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
export function isItemLost(item: EccRow, assignments: readonly EccRow[], readable: Percents): boolean {
  const amounts = [item["NETWR"], item["NAVNW"], ...assignments.map((row) => row["NETWR"])];
  return amounts.some(isAmountTooWide) || splitItem(item, assignments, readable) === undefined;
}
