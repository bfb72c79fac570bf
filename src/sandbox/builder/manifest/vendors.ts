/**
 * What must become of each LFA1 row, in the order of the rules: scope first (ruling 6), then blocks, then what Procore has already (rulings 5 and 7).
 * It knows no points: a builder's twin has the same tax id, the same house and telephone, or the same name, and is judged by that alone.
 */
import type { EccRow, ProcoreSeed, ProcoreSeedVendor } from "../../world.ts";
import type { Tables } from "../tables.ts";
import { excluded, held, posted, type Verdict } from "./tally.ts";

/** One spelling of a name: blanks, case and doubled letters are how the builder's twins differ. */
const nameForm = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim()
    .replace(/(.)\1+/g, "$1");
const digits = (text: string | undefined): string => (text ?? "").replace(/\D/g, "");

const isBlocked = (row: EccRow): boolean => row["LOEVM"] === "X" || row["SPERR"] === "X";

function excludedBy(row: EccRow, own: readonly EccRow[]): Verdict | undefined {
  if (row["XCPDK"] === "X") return excluded("vendor-one-time-account");
  if (row["KTOKK"] !== "KRED") return excluded("vendor-account-group-out-of-scope");
  if (own.length === 0) return excluded("vendor-company-code-out-of-scope");
  if (isBlocked(row) || own.every(isBlocked)) return excluded("vendor-blocked-everywhere");
  return undefined;
}

const isLinked = (vendor: ProcoreSeedVendor) => vendor.originId !== undefined;

/** Which of Procore's companies a row is, and whether that is sure. */
function findCompany(
  row: EccRow,
  vendors: readonly ProcoreSeedVendor[],
): { vendor: ProcoreSeedVendor; isSure: boolean } | undefined {
  const byTaxId = vendors.find(({ taxId }) => taxId !== undefined && digits(taxId) === digits(row["STCD2"]));
  if (byTaxId) return { vendor: byTaxId, isSure: true };
  const phone = digits(row["TELF1"]);
  const byHouse = vendors.find(
    (vendor) =>
      vendor.address !== undefined && digits(vendor.address) === digits(row["STRAS"]) && digits(vendor.phone).endsWith(phone),
  );
  if (byHouse && phone.length >= 10) return { vendor: byHouse, isSure: true };
  const byName = vendors.find(({ name }) => nameForm(name) === nameForm(row["NAME1"] ?? ""));
  return byName && { vendor: byName, isSure: false };
}

function judgeTwin(row: EccRow, seed: ProcoreSeed): Verdict {
  const found = findCompany(row, seed.vendors);
  if (!found) return posted;
  if (isLinked(found.vendor)) return held("vendor-foreign-origin");
  return found.isSure && found.vendor.isActive ? posted : held("vendor-twin");
}

export function judgeVendors(tables: Tables, seed: ProcoreSeed): ReadonlyMap<string, Verdict> {
  const companies = new Map<string, EccRow[]>();
  for (const row of tables.rows("LFB1")) {
    const lifnr = row["LIFNR"] ?? "";
    companies.set(lifnr, [...(companies.get(lifnr) ?? []), row]);
  }
  const scope = new Map(tables.rows("LFA1").map((row) => [row, excludedBy(row, companies.get(row["LIFNR"] ?? "") ?? [])]));
  const bearers = new Map<string, number>();
  for (const [row, verdict] of scope)
    if (verdict === undefined && row["STCD2"]) bearers.set(digits(row["STCD2"]), (bearers.get(digits(row["STCD2"])) ?? 0) + 1);
  const judge = (row: EccRow): Verdict => {
    const verdict = scope.get(row);
    if (verdict !== undefined) return verdict;
    return (bearers.get(digits(row["STCD2"])) ?? 0) > 1 ? held("vendor-tax-id-shared") : judgeTwin(row, seed);
  };
  return new Map(tables.rows("LFA1").map((row) => [row["LIFNR"] ?? "", judge(row)]));
}
