/**
 * Sums of the purchase order history (EKBE) per item and category, in the document's currency, which is that of the invoices and of their order (ruling
 * 19), signed by SHKZG (S +, H -): what was received, what was invoiced. Services count as entered (9) and as accepted (1) in two totals; whoever
 * compares takes one of them, never both (sap-data 2.3). Rows entered before the day from which invoices are read are left out here, too.
 */
import type { ControlTotalRecord, SapDate } from "../../../core/index.ts";
import type { TableRow } from "../../rfc/index.ts";
import { cell, signedBy } from "../rows.ts";
import { sumRaw } from "./sum-raw.ts";

export const historyFields = [
  "EBELN", "EBELP", "ZEKKN", "VGABE", "GJAHR", "BELNR", "BUZEI", "SHKZG", "WRBTR", "WAERS", "CPUDT", "BEWTP",
] as const; // biome-ignore format: a list of fields

export type HistoryTools = {
  companyOf: ReadonlyMap<string, string>;
  /** Of the order: a row of a receipt without value may name none. */
  currencyOf: ReadonlyMap<string, string>;
  real: (raw: string, currency: string) => string;
  from?: SapDate | undefined;
  /** Only orders of these; empty: all. */
  companyCodes: readonly string[];
};

/** Maintenance of the GR/IR account (MR11) may stand among invoices; its history category is K unless customizing says otherwise [K]. */
const categoryOf = (row: TableRow) => `${cell(row, "VGABE")}${cell(row, "BEWTP") === "K" ? "K" : ""}`;

const signed = (row: TableRow) => signedBy(cell(row, "SHKZG"), cell(row, "WRBTR"));

export function historyTotals(rows: readonly TableRow[], tools: HistoryTools): ControlTotalRecord[] {
  const { from = "", companyOf, companyCodes } = tools;
  const isOurs = (row: TableRow) => companyCodes.length === 0 || companyCodes.includes(companyOf.get(cell(row, "EBELN")) ?? "");
  const currencyOf = (row: TableRow) => cell(row, "WAERS") || (tools.currencyOf.get(cell(row, "EBELN")) ?? "");
  const groups = Map.groupBy(
    rows.filter((row) => cell(row, "CPUDT") >= from && isOurs(row)),
    (row) => [cell(row, "EBELN"), cell(row, "EBELP"), categoryOf(row), cell(row, "GJAHR"), currencyOf(row)].join("/"),
  );
  return [...groups].map(([key, group]) => {
    const [order = "", item = "", category = "", year = "", currency = ""] = key.split("/");
    return {
      kind: "control-total",
      source: "EKBE",
      key: `EKBE:${key}`,
      companyCode: companyOf.get(order) ?? "",
      controllingArea: "",
      object: `${order}/${item}`,
      transaction: "",
      account: category,
      fiscalYear: Number(year),
      currency,
      total: tools.real(sumRaw(group.map(signed)), currency),
      periods: [],
    };
  });
}
