/**
 * Ruling 24: a document and its reversal of the same period, both in SAP before the first load, are posted neither: line by line, where account, object,
 * place and amount agree. Of different periods both are posted.
 */
import type { EccRow } from "../../world.ts";
import type { CostAtom } from "./costs.ts";
import { lineAssignment, type ObjectReader } from "./objects.ts";
import { excluded } from "./tally.ts";

const keyOf = (row: EccRow, number: string, year: string) => [row["BUKRS"], row[number], row[year], row["MONAT"]].join(" ");

function isOpposite(one: CostAtom, other: CostAtom, objects: ObjectReader): boolean {
  if (one.verdict.kind !== "posted" || other.verdict.kind !== "posted" || !one.line || !other.line) return false;
  const [left, right] = [one.line, other.line].map((line) => objects.objectOf(lineAssignment(line)));
  return (
    one.money.minor === -other.money.minor &&
    one.line["HKONT"] === other.line["HKONT"] &&
    left?.type === right?.type &&
    left?.key === right?.key &&
    one.place?.project.id === other.place?.project.id &&
    one.place?.budgetCode === other.place?.budgetCode
  );
}

export function leaveOutReversed(atoms: readonly CostAtom[], objects: ObjectReader): readonly CostAtom[] {
  const byDocument = Map.groupBy(atoms, ({ document }) => keyOf(document, "BELNR", "GJAHR"));
  const gone = new Set<CostAtom>();
  for (const reversal of atoms) {
    const { document } = reversal;
    if (document["XREVERSAL"] !== "2") continue;
    const originals = byDocument.get(keyOf(document, "STBLG", "STJAH")) ?? [];
    const original = originals.find((each) => !gone.has(each) && isOpposite(reversal, each, objects));
    if (original) for (const each of [original, reversal]) gone.add(each);
  }
  return atoms.map((atom) => {
    if (!gone.has(atom)) return atom;
    const { document, line, money } = atom;
    return { document, ...(line ? { line } : {}), money, verdict: excluded("cost-reversed-unposted") };
  });
}
