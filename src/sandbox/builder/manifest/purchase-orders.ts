/**
 * What must become of each purchase order item by account assignment, and which contracts that makes (rulings 10 to 13). An order
 * without items counts once. Amounts are the item's share of NETWR plus non-deductible tax, negative for returns.
 */
import type { EccRow, ProcoreSeedProject } from "../../world.ts";
import { minorOf, shareOf, unitsOf } from "../amount.ts";
import type { Tables } from "../tables.ts";
import { itemAssignment, type ObjectReader } from "./objects.ts";
import { budgetCodeOf, type ProcoreSide } from "./procore-side.ts";
import { excluded, held, type Money, posted, rejected, type Verdict } from "./tally.ts";

export type OrderAtom = {
  header: EccRow;
  ebelp: string;
  zekkn: string;
  money: Money;
  verdict: Verdict;
  place?: { project: ProcoreSeedProject; budgetCode: string };
};

function groupBy(rows: readonly EccRow[], keyOf: (row: EccRow) => string): Map<string, EccRow[]> {
  const groups = new Map<string, EccRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/**
 * VRTKZ 1 splits by quantity, 2 by percent, the last share takes the remainder (sap-data 2.3 EKKN). By percent SAP's own shares (EKKN-NETWR)
 * decide where it keeps them: VPROZ is P3,1, which RFC_READ_TABLE cannot show from 10.0 on (sap-rfc 1.5), so no reader has it.
 */
export function splitItem(item: EccRow, assignments: readonly EccRow[]): readonly bigint[] {
  const base = minorOf(item["NETWR"]) + minorOf(item["NAVNW"]);
  const sign = item["RETPO"] === "X" ? -1n : 1n;
  const isPercent = item["VRTKZ"] === "2";
  const netValues = assignments.map((row) => minorOf(row["NETWR"]));
  const hasShares = isPercent && netValues.every((value) => value !== 0n);
  const percents = (row: EccRow) => (isPercent ? unitsOf(row["VPROZ"], 1) : unitsOf(row["MENGE"], 3));
  const weights = hasShares ? netValues : assignments.map(percents);
  const whole = isPercent && !hasShares ? 1000n : weights.reduce((sum, weight) => sum + weight, 0n);
  let left = base;
  return assignments.map((_, index) => {
    const share = index === assignments.length - 1 ? left : shareOf(base, weights[index] ?? 0n, whole);
    left -= share;
    return sign * share;
  });
}

function excludedItem(header: EccRow, item: EccRow): Verdict | undefined {
  const flags = [header["LOEKZ"], item["LOEKZ"]];
  if (flags.includes("L")) return excluded("po-item-deleted");
  if (flags.includes("S")) return excluded("po-item-blocked");
  return undefined;
}

function excludedHeader(header: EccRow): Verdict | undefined {
  if (header["BSTYP"] !== "F") return excluded("po-not-a-purchase-order");
  if (header["MEMORY"] === "X") return excluded("po-incomplete");
  if (header["BSART"] === "UB" || (header["RESWK"] ?? "") !== "") return excluded("po-stock-transfer");
  return undefined;
}

export type OrderRules = { objects: ObjectReader; procore: ProcoreSide; vendors: ReadonlyMap<string, Verdict> };

function judgeAtom(
  rules: OrderRules,
  header: EccRow,
  item: EccRow,
  ekkn: EccRow | undefined,
): Pick<OrderAtom, "verdict" | "place"> {
  const out = excludedHeader(header) ?? excludedItem(header, item);
  if (out !== undefined) return { verdict: out };
  if (item["KNTTP"] === "U") return { verdict: held("po-unknown-assignment") };
  const object = (ekkn && rules.objects.objectOf(itemAssignment(ekkn))) ?? { type: "plant", key: item["WERKS"] ?? "" };
  const placed = rules.procore.place(
    {
      companyCode: header["BUKRS"] ?? "",
      objectType: object.type,
      object: object.key,
      account: ekkn?.["SAKTO"] ?? "",
      materialGroup: item["MATKL"] ?? "",
      day: header["BEDAT"] ?? "",
    },
    header["WAERS"] ?? "",
    "po-currency",
  );
  if ("verdict" in placed) return placed;
  if (rules.vendors.get(header["LIFNR"] ?? "")?.kind !== "posted") return { verdict: held("po-vendor-not-in-procore") };
  return { verdict: posted, place: { project: placed.project, budgetCode: budgetCodeOf(placed.rule) } };
}

export function judgeOrders(tables: Tables, rules: OrderRules): readonly OrderAtom[] {
  const items = groupBy(tables.rows("EKPO"), (row) => row["EBELN"] ?? "");
  const assignments = groupBy(tables.rows("EKKN"), (row) => `${row["EBELN"]} ${row["EBELP"]}`);
  return tables.rows("EKKO").flatMap((header): OrderAtom[] => {
    const currency = header["WAERS"] ?? "";
    const own = items.get(header["EBELN"] ?? "") ?? [];
    if (own.length === 0) {
      const deleted = header["LOEKZ"] === "L" ? excluded("po-item-deleted") : undefined;
      const verdict = excludedHeader(header) ?? deleted ?? rejected("object-without-items");
      return [{ header, ebelp: "", zekkn: "", money: { currency, minor: 0n }, verdict }];
    }
    return own.flatMap((item) => {
      const ebelp = item["EBELP"] ?? "";
      const rows = assignments.get(`${header["EBELN"]} ${ebelp}`) ?? [];
      const shares = rows.length === 0 ? splitItem(item, [{}]) : splitItem(item, rows);
      return shares.map((minor, index): OrderAtom => {
        const ekkn = rows[index];
        const money = { currency, minor };
        return { header, ebelp, zekkn: ekkn?.["ZEKKN"] ?? "00", money, ...judgeAtom(rules, header, item, ekkn) };
      });
    });
  });
}
