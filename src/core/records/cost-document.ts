/**
 * A posted (or parked) FI document with all its lines (sap-data 2.5): the whole document, because only whole ones balance. Amounts are
 * in company code currency, signed by SHKZG (debit positive), shifted by TCURX.
 */
import type { CostObject } from "./cost-object.ts";

export type CostLine = {
  /** BUZEI. */
  readonly line: string;
  /** HKONT, padded. */
  readonly account: string;
  readonly amount: string;
  readonly object?: CostObject;
  /** CSKB-KATYP on the posting date; empty where the account is no cost element. */
  readonly costElementCategory: string;
  readonly transactionKey: string;
  readonly specialGl: string;
  readonly purchaseOrder: string;
  readonly purchaseOrderItem: string;
  readonly assignment: string;
  /** LIFNR of a vendor line (KOART K). */
  readonly vendor: string;
  readonly text: string;
};

export type CostDocumentRecord = {
  readonly kind: "cost-document";
  /** `BUKRS.BELNR.GJAHR`. */
  readonly key: string;
  readonly companyCode: string;
  readonly documentNumber: string;
  readonly fiscalYear: number;
  /** MONAT, 1 to 16, as read (ruling 27). */
  readonly period: number;
  readonly postingDate: string;
  readonly documentDate: string;
  readonly entryDate: string;
  readonly documentType: string;
  /** BSTAT. */
  readonly status: string;
  readonly currency: string;
  readonly reference: string;
  readonly headerText: string;
  readonly reversalOf: string;
  readonly lines: readonly CostLine[];
};
