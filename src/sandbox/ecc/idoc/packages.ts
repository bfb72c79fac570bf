/** IDocs into packages (sap-data 6.5): one root a POST, so one type; 1 to `max` IDocs each; in order, or as parallel jobs would mix them. */
import type { Dice } from "../business/desk.ts";
import type { IDoc } from "./idoc.ts";

function shuffled<T>(values: readonly T[], dice: Dice): T[] {
  const mixed = [...values];
  for (let index = mixed.length - 1; index > 0; index -= 1) {
    const other = dice.below(index + 1);
    const value = mixed[index];
    mixed[index] = mixed[other] as T;
    mixed[other] = value as T;
  }
  return mixed;
}

export function packagesOf<T extends IDoc>(
  idocs: readonly T[],
  options: { max: number; isReordered: boolean; dice: Dice },
): T[][] {
  const { max, isReordered, dice } = options;
  const byRoot = Map.groupBy(
    isReordered ? shuffled(idocs, dice) : idocs,
    ({ control }) => control["CIMTYP"] ?? control["IDOCTYP"],
  );
  const packages: T[][] = [];
  for (const ofRoot of byRoot.values()) {
    for (let at = 0; at < ofRoot.length; ) {
      const size = 1 + dice.below(max);
      packages.push(ofRoot.slice(at, at + size));
      at += size;
    }
  }
  return isReordered ? shuffled(packages, dice) : packages;
}
