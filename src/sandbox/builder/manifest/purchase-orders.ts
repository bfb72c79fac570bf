/**
 * What must become of each purchase order item by account assignment, and which contracts that makes (rulings 10 to 13). An order
 * without items, or with a value or a split that the reader cannot deliver, counts once. Amounts are the item's share of NETWR plus
 * non-deductible tax, negative for returns. NETPR, PEINH and WKURS decide nothing here, so their overflow does not either.
 */
import type { EccRow, ProcoreSeedProject } from "../../world.ts";
import type { Tables } from "../tables.ts";
import { itemAssignment, type ObjectReader } from "./objects.ts";
import { budgetCodeOf, type ProcoreSide } from "./procore-side.ts";
import { isItemLost, type Percents, splitItem } from "./split.ts";
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

export type OrderRules = {
  objects: ObjectReader;
  procore: ProcoreSide;
  vendors: ReadonlyMap<string, Verdict>;
  percents: Percents;
};

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
    const assignmentsOf = (item: EccRow) => assignments.get(`${header["EBELN"]} ${item["EBELP"]}`) ?? [];
    // Lost when it is read, before any rule could ask whether the order or its item is excluded.
    if (own.some((item) => isItemLost(item, assignmentsOf(item), rules.percents))) {
      return [{ header, ebelp: "", zekkn: "", money: { currency, minor: 0n }, verdict: rejected("amount-overflow") }];
    }
    return own.flatMap((item) => {
      const ebelp = item["EBELP"] ?? "";
      const rows = assignmentsOf(item);
      const shares = splitItem(item, rows.length === 0 ? [{}] : rows, rules.percents) ?? [];
      return shares.map((minor, index): OrderAtom => {
        const ekkn = rows[index];
        const money = { currency, minor };
        return { header, ebelp, zekkn: ekkn?.["ZEKKN"] ?? "00", money, ...judgeAtom(rules, header, item, ekkn) };
      });
    });
  });
}
