/** What must become of each LFA1 row, in the order of the rules: scope first (ruling 6), then blocks, then twins (ruling 7). */
import type { EccRow, ProcoreSeed } from "../../world.ts";
import type { Tables } from "../tables.ts";
import { excluded, held, posted, type Verdict } from "./tally.ts";

const nameForm = (name: string): string => name.toLowerCase().replace(/\s+/g, " ").trim();

const isBlocked = (row: EccRow): boolean => row["LOEVM"] === "X" || row["SPERR"] === "X";

export function judgeVendors(tables: Tables, seed: ProcoreSeed): ReadonlyMap<string, Verdict> {
  const companies = new Map<string, EccRow[]>();
  for (const row of tables.rows("LFB1")) {
    const lifnr = row["LIFNR"] ?? "";
    companies.set(lifnr, [...(companies.get(lifnr) ?? []), row]);
  }
  const twins = new Set(seed.vendors.filter((vendor) => vendor.originId === undefined).map((vendor) => nameForm(vendor.name)));
  const judge = (row: EccRow): Verdict => {
    const own = companies.get(row["LIFNR"] ?? "") ?? [];
    if (row["XCPDK"] === "X") return excluded("vendor-one-time-account");
    if (row["KTOKK"] !== "KRED") return excluded("vendor-account-group-out-of-scope");
    if (own.length === 0) return excluded("vendor-company-code-out-of-scope");
    if (isBlocked(row) || own.every(isBlocked)) return excluded("vendor-blocked-everywhere");
    if (twins.has(nameForm(row["NAME1"] ?? ""))) return held("vendor-twin");
    return posted;
  };
  return new Map(tables.rows("LFA1").map((row) => [row["LIFNR"] ?? "", judge(row)]));
}
