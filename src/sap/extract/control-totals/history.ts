/**
 * Sums of the purchase order history (EKBE) per item and category, in company code currency, signed by SHKZG (S +, H -): what was received,
 * what was invoiced. Services count as entered (9) and as accepted (1) in two totals; whoever compares takes one of them, never both (sap-data 2.3).
 */
import type { ControlTotalRecord } from "../../../core/index.ts";
import type { TableRow } from "../../rfc/index.ts";
import { cell, signedBy } from "../rows.ts";
import { sumRaw } from "./sum-raw.ts";

export const historyFields = ["EBELN", "EBELP", "ZEKKN", "VGABE", "GJAHR", "BELNR", "BUZEI", "SHKZG", "DMBTR"] as const;

export type HistoryTools = {
  companyOf: ReadonlyMap<string, string>;
  currencyOf: ReadonlyMap<string, string>;
  real: (raw: string, currency: string) => string;
};

const signed = (row: TableRow) => signedBy(cell(row, "SHKZG"), cell(row, "DMBTR"));

export function historyTotals(rows: readonly TableRow[], tools: HistoryTools): ControlTotalRecord[] {
  const groups = Map.groupBy(rows, (row) => ["EBELN", "EBELP", "VGABE", "GJAHR"].map((field) => cell(row, field)).join("/"));
  return [...groups].map(([key, group]) => {
    const [order = "", item = "", category = "", year = ""] = key.split("/");
    const companyCode = tools.companyOf.get(order) ?? "";
    const currency = tools.currencyOf.get(companyCode) ?? "";
    return {
      kind: "control-total",
      source: "EKBE",
      key: `EKBE:${key}`,
      companyCode,
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
