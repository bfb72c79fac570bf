/**
 * What must become of each FI line (rulings 20, 21, 24): a document that cannot be whole counts once, as rejected; otherwise each of
 * its lines gets one verdict in the order of the rules. Amounts are DMBTR, signed by SHKZG, in the company code's currency.
 */
import type { EccRow, ProcoreSeedProject } from "../../world.ts";
import { minorOf } from "../amount.ts";
import type { Tables } from "../tables.ts";
import { type CostObject, lineAssignment, type ObjectReader } from "./objects.ts";
import { budgetCodeOf, type ProcoreSide } from "./procore-side.ts";
import type { OrderAtom } from "./purchase-orders.ts";
import { leaveOutReversed } from "./reversals.ts";
import { isAmountTooWide } from "./split.ts";
import { excluded, held, type Money, posted, rejected, type Verdict } from "./tally.ts";

export type CostAtom = {
  document: EccRow;
  /** Absent where the document counts once. */
  line?: EccRow;
  money: Money;
  verdict: Verdict;
  place?: { project: ProcoreSeedProject; budgetCode: string };
};

export type CostRules = {
  objects: ObjectReader;
  procore: ProcoreSide;
  vendors: ReadonlyMap<string, Verdict>;
  orders: readonly OrderAtom[];
};

const signed = (line: EccRow): bigint => (line["SHKZG"] === "H" ? -1n : 1n) * minorOf(line["DMBTR"]);
const documentKey = (row: EccRow): string => `${row["BUKRS"]} ${row["BELNR"]} ${row["GJAHR"]}`;

function linesByDocument(tables: Tables): Map<string, EccRow[]> {
  const found = new Map<string, EccRow[]>();
  for (const row of tables.rows("BSEG")) {
    const key = documentKey(row);
    const lines = found.get(key);
    if (lines === undefined) found.set(key, [row]);
    else lines.push(row);
  }
  return found;
}

function rejectionOf(lines: readonly EccRow[], balance: bigint): Verdict | undefined {
  if (lines.length === 0) return rejected("document-without-lines");
  if (balance !== 0n) return rejected("document-unbalanced");
  // Only DMBTR is money here.
  const overflows = lines.some((line) => isAmountTooWide(line["DMBTR"]));
  return overflows ? rejected("amount-overflow") : undefined;
}

type CompanyFacts = { currency: string; kokrs: string };

function companyFacts(tables: Tables): Map<string, CompanyFacts> {
  const kokrs = new Map(tables.rows("TKA02").map((row) => [row["BUKRS"] ?? "", row["KOKRS"] ?? ""]));
  return new Map(
    tables.rows("T001").map((row) => {
      const bukrs = row["BUKRS"] ?? "";
      return [bukrs, { currency: row["WAERS"] ?? "", kokrs: kokrs.get(bukrs) ?? "" }];
    }),
  );
}

function primaryElements(tables: Tables): (kokrs: string, account: string, day: string) => boolean {
  const intervals = new Map<string, EccRow[]>();
  for (const row of tables.rows("CSKB")) {
    if (row["KATYP"] !== "01") continue;
    const key = `${row["KOKRS"]} ${row["KSTAR"]}`;
    intervals.set(key, [...(intervals.get(key) ?? []), row]);
  }
  return (kokrs, account, day) =>
    (intervals.get(`${kokrs} ${account}`) ?? []).some((row) => (row["DATAB"] ?? "") <= day && day <= (row["DATBI"] ?? ""));
}

/** The verdicts of a purchase order item's atoms decide what its actual postings are (ruling 21). */
function commitments(orders: readonly OrderAtom[]): (ebeln: string, ebelp: string) => Verdict | undefined {
  const items = new Map<string, Verdict[]>();
  for (const atom of orders) {
    const key = `${atom.header["EBELN"]} ${atom.ebelp}`;
    items.set(key, [...(items.get(key) ?? []), atom.verdict]);
  }
  return (ebeln, ebelp) => {
    const verdicts = items.get(`${ebeln} ${ebelp}`) ?? [];
    if (verdicts.some((verdict) => verdict.kind === "posted")) return excluded("cost-commitment");
    const areAllExcluded = verdicts.length > 0 && verdicts.every((verdict) => verdict.kind === "excluded");
    return areAllExcluded ? undefined : held("cost-purchase-order-undecided");
  };
}

export function judgeCosts(tables: Tables, rules: CostRules): readonly CostAtom[] {
  const companies = companyFacts(tables);
  const isPrimary = primaryElements(tables);
  const commitment = commitments(rules.orders);
  const byDocument = linesByDocument(tables);

  const early = (line: EccRow, object: CostObject | undefined, kokrs: string, day: string): Verdict | undefined => {
    if (line["KTOSL"] === "WRX") return excluded("cost-grir-clearing");
    if ((line["UMSKZ"] ?? "") !== "") return excluded("cost-down-payment");
    if (object === undefined) return excluded("cost-without-object");
    if (!isPrimary(kokrs, line["HKONT"] ?? "", day)) return excluded("cost-not-primary");
    return (line["EBELN"] ?? "") === "" ? undefined : commitment(line["EBELN"] ?? "", line["EBELP"] ?? "");
  };

  const judgeLine = (document: EccRow, line: EccRow, isVendorMissing: boolean): Pick<CostAtom, "verdict" | "place"> => {
    const company = companies.get(document["BUKRS"] ?? "") ?? { currency: "", kokrs: "" };
    const day = document["BUDAT"] ?? "";
    const object = rules.objects.objectOf(lineAssignment(line));
    const verdict = early(line, object, company.kokrs, day);
    if (verdict !== undefined || object === undefined) return { verdict: verdict ?? excluded("cost-without-object") };
    const placed = rules.procore.place(
      {
        companyCode: document["BUKRS"] ?? "",
        objectType: object.type,
        object: object.key,
        account: line["HKONT"] ?? "",
        materialGroup: "",
        day,
      },
      company.currency,
      "cost-currency",
    );
    if ("verdict" in placed) return placed;
    // Labour is payroll cost in Procore, which names no vendor (ruling 22).
    if (isVendorMissing && placed.rule.costType !== "L") return { verdict: held("cost-vendor-not-in-procore") };
    return { verdict: posted, place: { project: placed.project, budgetCode: budgetCodeOf(placed.rule) } };
  };

  // What a rule leaves in SAP never comes: its cost names no vendor (ruling 8). Only a vendor that may still come is waited for.
  const vendorIsMissing = (lines: readonly EccRow[]): boolean => {
    const [vendorLine, ...others] = lines.filter((line) => line["KOART"] === "K");
    if (vendorLine === undefined || others.length > 0) return false;
    const kind = rules.vendors.get(vendorLine["LIFNR"] ?? "")?.kind;
    return kind !== "posted" && kind !== "excluded";
  };

  const atoms = tables.rows("BKPF").flatMap((document): CostAtom[] => {
    const currency = companies.get(document["BUKRS"] ?? "")?.currency ?? "";
    const lines = byDocument.get(documentKey(document)) ?? [];
    const balance = lines.reduce((sum, line) => sum + signed(line), 0n);
    const whole = (verdict: Verdict): CostAtom[] => [{ document, money: { currency, minor: balance }, verdict }];
    const each = (judge: (line: EccRow) => Pick<CostAtom, "verdict" | "place">): CostAtom[] =>
      lines.map((line) => ({ document, line, money: { currency, minor: signed(line) }, ...judge(line) }));
    if (!["", "A", "B"].includes(document["BSTAT"] ?? "")) {
      const verdict = excluded("cost-document-status");
      return lines.length === 0 ? whole(verdict) : each(() => ({ verdict }));
    }
    const rejection = rejectionOf(lines, balance);
    if (rejection !== undefined) return whole(rejection);
    const isVendorMissing = vendorIsMissing(lines);
    return each((line) => judgeLine(document, line, isVendorMissing));
  });
  return leaveOutReversed(atoms, rules.objects);
}
