/**
 * What must become of each share that an invoice line retained (ruling 18): nothing while nothing of the invoice's items with a special G/L indicator is
 * cleared; otherwise a release of all of it, or a reason why not. Read from the books alone: documents by AWKEY, what cleared an item by number and day.
 */
import type { EccRow } from "../../world.ts";
import { minorOf } from "../amount.ts";
import type { Tables } from "../tables.ts";
import { excluded, held, type Verdict } from "./tally.ts";

export type Release = { verdict: Verdict } | { day: string };

const documentOf = (row: EccRow): string => `${row["BUKRS"]} ${row["BELNR"]} ${row["GJAHR"]}`;
/** Down payments and bills of exchange. */
const ownIndicators = ["A", "F", "W"];
const owed = (row: EccRow): bigint => (row["SHKZG"] === "H" ? minorOf(row["WRBTR"]) : -minorOf(row["WRBTR"]));

export type Retentions = (invoice: EccRow, retained: bigint) => Release | undefined;

export function retentionsOf(tables: Tables): Retentions {
  const special = tables.rows("BSEG").filter((row) => row["KOART"] === "K" && (row["UMSKZ"] ?? "") !== "");
  const itemsOf = Map.groupBy(special, documentOf);
  const documents = tables.rows("BKPF");
  const ofInvoice = Map.groupBy(
    documents.filter((row) => row["AWTYP"] === "RMRP"),
    (row) => row["AWKEY"] ?? "",
  );
  const byDay = Map.groupBy(documents, (row) => `${row["BUKRS"]} ${row["BELNR"]} ${row["BUDAT"]}`);

  const isWhole = (item: EccRow): boolean | undefined => {
    const [document, other] = byDay.get(`${item["BUKRS"]} ${item["AUGBL"]} ${item["AUGDT"]}`) ?? [];
    if (document === undefined || other !== undefined || document["AWTYP"] === "RMRP" || document["STBLG"] !== undefined)
      return undefined;
    const rest = itemsOf.get(documentOf(document)) ?? [];
    return !rest.some((row) => row !== item && row["UMSKZ"] === item["UMSKZ"] && row["SHKZG"] === item["SHKZG"]);
  };

  return (invoice, retained) => {
    const all = (ofInvoice.get(`${invoice["BELNR"]}${invoice["GJAHR"]}`) ?? []).flatMap(
      (row) => itemsOf.get(documentOf(row)) ?? [],
    );
    const items = all.filter((row) => !ownIndicators.includes(row["UMSKZ"] ?? ""));
    if (all.length > 0 && all.every((row) => row["AUGBL"] === undefined)) return undefined;
    if (items.length === 0) return { verdict: held("retainage-release-unknown") };
    const cleared = items.filter((row) => row["AUGBL"] !== undefined);
    if (cleared.length === 0) return { verdict: excluded("retainage-open") };
    const whole = cleared.map(isWhole);
    if (whole.includes(undefined)) return { verdict: held("retainage-release-unknown") };
    if (cleared.length < items.length || whole.includes(false)) return { verdict: held("retainage-release-partial") };
    if (items.reduce((sum, row) => sum + owed(row), 0n) !== retained) return { verdict: held("retainage-release-unknown") };
    return {
      day:
        cleared
          .map((row) => row["AUGDT"] ?? "")
          .sort()
          .at(-1) ?? "",
    };
  };
}
