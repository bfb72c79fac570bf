/**
 * A purchasing document with its items and account assignments (sap-data 2.3). Amounts are decimal text in `currency`, already
 * shifted by TCURX; quantities and prices travel as information only (ruling 12).
 */
import type { CostObject } from "./cost-object.ts";

export type Assignment = {
  /** ZEKKN; `00` where the item has none. */
  readonly assignment: string;
  readonly quantity: string;
  /** VPROZ; empty where the reader lost its digits (DEC 3.1 overflows from 10.0 on, sap-rfc 1.5). */
  readonly percent: string;
  /** EKKN-NETWR, the assignment's own share; empty or 0 where SAP does not keep it. */
  readonly netValue: string;
  /** SAKTO, padded; empty for stock items. */
  readonly account: string;
  readonly object?: CostObject;
};

/** A line of a service package (ESLL): what a service item, one lump sum in EKPO, consists of (sap-data 2.3). */
export type ServiceLine = {
  readonly line: string;
  readonly service: string;
  readonly text: string;
  readonly quantity: string;
  readonly unit: string;
  readonly netValue: string;
};

/** Sums of the item's history (EKBE, and EKBE_MA where an item has several assignments), signed by SHKZG. */
export type HistoryTotal = {
  /** VGABE: 1 goods receipt, 2 invoice, 3 subsequent debit or credit, 9 service entry, … */
  readonly category: string;
  /** ZEKKN; `00` where the history does not tell assignments apart. */
  readonly assignment: string;
  readonly quantity: string;
  /** In the order's currency. */
  readonly amount: string;
};

export type PurchaseOrderItem = {
  readonly item: string;
  /** LOEKZ: blank, `L` deleted, `S` blocked. */
  readonly deletion: string;
  readonly description: string;
  readonly material: string;
  readonly materialGroup: string;
  readonly plant: string;
  readonly quantity: string;
  readonly unit: string;
  readonly netPrice: string;
  readonly priceUnit: string;
  /** NETWR, never recomputed (ruling 12). */
  readonly netValue: string;
  /** NAVNW. */
  readonly nonDeductibleTax: string;
  readonly itemCategory: string;
  readonly accountAssignmentCategory: string;
  /** VRTKZ: blank single, `1` by quantity, `2` by percent. */
  readonly distribution: string;
  readonly isReturn: boolean;
  readonly isDeliveryComplete: boolean;
  readonly isFinallyInvoiced: boolean;
  readonly assignments: readonly Assignment[];
  /** EKET, by date; absent where the policy keeps it away: unknown, not none. The same holds for the two below. */
  readonly deliveries?: readonly { readonly date: string; readonly quantity: string }[];
  readonly services?: readonly ServiceLine[];
  readonly history?: readonly HistoryTotal[];
};

export type PurchaseOrderRecord = {
  readonly kind: "purchase-order";
  /** EBELN, padded. */
  readonly key: string;
  readonly companyCode: string;
  readonly category: string;
  readonly documentType: string;
  readonly vendor: string;
  readonly supplyingPlant: string;
  readonly isIncomplete: boolean;
  readonly deletion: string;
  readonly currency: string;
  /** WKURS as decimal text; negative is indirect. */
  readonly exchangeRate: string;
  readonly companyCurrency: string;
  readonly documentDate: string;
  readonly createdOn: string;
  readonly paymentTerms: string;
  /** FRGRL: still to be released. */
  readonly isReleasePending: boolean;
  readonly yourReference: string;
  readonly items: readonly PurchaseOrderItem[];
};
