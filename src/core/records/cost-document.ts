/**
 * A posted (or parked) document with all its lines, as one of three sources tells it (ruling 20): the FI document (BSEG, sap-data 2.5), its
 * view in a ledger (FAGLFLEXA), both whole because only whole ones balance, or the document of controlling (COEP, 2.6), which has no double
 * entry. Amounts are in the document's one currency, signed (debit positive), shifted by TCURX.
 */
import type { CostObject } from "./cost-object.ts";

export const costSources = ["bseg", "coep", "faglflexa"] as const;
export type CostSource = (typeof costSources)[number];

/** For people. */
export const costSourceText = {
  bseg: "FI line items (bseg)",
  coep: "controlling (coep)",
  faglflexa: "the leading ledger (faglflexa)",
} as const satisfies Record<CostSource, string>;

/**
 * In which of SAP's currencies a company code's cost is stated (ruling 25): one for good, never chosen line by line. FI's items and the ledger give the
 * company code's only; controlling keeps all three.
 */
export const costValuations = ["company-code", "object", "controlling-area"] as const;
export type CostValuation = (typeof costValuations)[number];

/** What stands before the document number, so that numbers of different ranges never meet: nothing for FI's own. */
export const costSourcePrefix = { bseg: "", coep: "CO:", faglflexa: "GL:" } as const satisfies Record<CostSource, string>;

/** The source that a document number tells. FI's own numbers have ten characters at most, and no colon. */
export function costSourceOf(documentNumber: string): CostSource {
  if (/^CO:[^:]*:[^:]+$/.test(documentNumber)) return "coep";
  return /^GL:[^:]*:[^:]+$/.test(documentNumber) ? "faglflexa" : "bseg";
}

export type CostLine = {
  /** BUZEI; DOCLN of a ledger. */
  readonly line: string;
  /** HKONT, RACCT or KSTAR, padded. */
  readonly account: string;
  readonly amount: string;
  readonly object?: CostObject;
  /** CSKB-KATYP on the posting date; empty where the account is no cost element. */
  readonly costElementCategory: string;
  /** KTOSL; of controlling VRGNG, the business transaction. */
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
  readonly source: CostSource;
  /** `BUKRS.BELNR.GJAHR`, `BUKRS.CO:KOKRS:BELNR.GJAHR`, `RBUKRS.GL:RLDNR:DOCNR.RYEAR`: company code, document number, year. */
  readonly key: string;
  readonly companyCode: string;
  readonly documentNumber: string;
  readonly fiscalYear: number;
  /** MONAT, PERIO or POPER, 1 to 16, as read (ruling 27). */
  readonly period: number;
  readonly postingDate: string;
  readonly documentDate: string;
  readonly entryDate: string;
  readonly documentType: string;
  /** BSTAT. */
  readonly status: string;
  readonly currency: string;
  /** Whose currency that is; absent: the company code's. */
  readonly valuation?: CostValuation;
  readonly reference: string;
  readonly headerText: string;
  /** FI: `STBLG.STJAH` of the other document. Controlling names none: `STFLG` is a reversal, `STOKZ` was reversed. */
  readonly reversalOf: string;
  readonly lines: readonly CostLine[];
};
