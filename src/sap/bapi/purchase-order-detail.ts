/**
 * What BAPI_PO_GETDETAIL1 knows exactly and RFC_READ_TABLE cannot pass (sap-rfc 1.5, 3.3): the percentages of split items and an exchange rate of
 * many digits. Asked for single orders only, where the table's cell lost its digits. Authority M_BEST_BSA, EKG, EKO, WRK.
 */
import type { RfcFailure } from "../../ports/index.ts";
import { rowsOf } from "../rfc/index.ts";
import type { BapiCaller } from "./call-bapi.ts";

export type PurchaseOrderDetail = {
  kind: "detail";
  /** EXCH_RATE as decimal text; empty where SAP gave none. */
  exchangeRate: string;
  /** DISTR_PERC by `EBELP/ZEKKN`. */
  percents: ReadonlyMap<string, string>;
};

export async function readPurchaseOrderDetail(
  bapi: BapiCaller,
  purchaseOrder: string,
): Promise<PurchaseOrderDetail | RfcFailure> {
  const outcome = await bapi.call({
    function: "BAPI_PO_GETDETAIL1",
    parameters: { PURCHASEORDER: purchaseOrder, ACCOUNT_ASSIGNMENT: "X" },
    tables: ["POITEM", "POACCOUNT", "RETURN"],
  });
  if (outcome.kind === "failure") return outcome;
  const [header] = rowsOf(outcome.values.POHEADER);
  const percents = rowsOf(outcome.values.POACCOUNT).map((row): [string, string] => [
    `${(row.PO_ITEM ?? "").trim()}/${(row.SERIAL_NO ?? "").trim()}`,
    decimalText(row.DISTR_PERC ?? ""),
  ]);
  return { kind: "detail", exchangeRate: decimalText(header?.EXCH_RATE ?? ""), percents: new Map(percents) };
}

/** Over SOAP the sign stands in front (sap-rfc 2.2.2); anything else is no number, and empty says so. */
export function decimalText(text: string): string {
  const trimmed = text.trim();
  return /^-?[0-9]+(?:\.[0-9]+)?$/.test(trimmed) ? trimmed : "";
}
