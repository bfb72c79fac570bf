/**
 * A logistics invoice with its lines per purchase order item (sap-data 2.4): RBKP and RSEG, and what the history (EKBE) keeps of it. Amounts are decimal
 * text in the invoice's currency, signed by SHKZG (an invoice positive, a credit memo negative), shifted by TCURX. What becomes of it
 * is ruled later (rulings 16 to 19); here it is whole or rejected.
 */
export type InvoiceShare = { readonly assignment: string; readonly quantity: string; readonly amount: string };

export type InvoiceLine = {
  /** RSEG-BUZEI. */
  readonly line: string;
  readonly purchaseOrder: string;
  readonly item: string;
  /** ZEKKN; `00` where several assignments share the line. */
  readonly assignment: string;
  readonly amount: string;
  readonly quantity: string;
  readonly unit: string;
  /** KSCHL: the line is a delivery cost of that condition. */
  readonly conditionType: string;
  /** TBTKZ: a subsequent debit or credit, value only. */
  readonly isSubsequent: boolean;
  readonly taxCode: string;
  /** The goods receipt it settles, `LFBNR/LFGJA/LFPOS`; empty without one. */
  readonly receipt: string;
  /** EKBE-RETAMT_FC of the line's history; absent where this system does not keep it or it may not be read. */
  readonly retention?: string;
  /** EKBE_MA of a multi-account line; absent where there is none or it may not be read. */
  readonly shares?: readonly InvoiceShare[];
};

/** How SAP got rid of an open item. */
export type RetentionClearing = {
  /** AUGDT: the day of the clearing document. */
  readonly date: string;
  /** AUGBL. */
  readonly document: string;
  /** `reversal`: the document takes the invoice back; `unknown`: it is not found, or may not be read. */
  readonly by: "clearing" | "reversal" | "unknown";
  /** What the document left open under the same indicator; 0 where it cleared all. */
  readonly residual: string;
};

/** A vendor item with a special G/L indicator in a FI document of the invoice: how a retention is kept (RET_UMSKZ). */
export type RetentionItem = {
  /** `BUKRS/BELNR/GJAHR/BUZEI`. */
  readonly item: string;
  /** UMSKZ. */
  readonly specialGl: string;
  /** WRBTR; positive where it is owed to the vendor. */
  readonly amount: string;
  /** Absent while it is open. */
  readonly clearing?: RetentionClearing;
};

export type InvoiceRecord = {
  readonly kind: "invoice";
  /** `BELNR.GJAHR`. */
  readonly key: string;
  readonly companyCode: string;
  readonly vendor: string;
  readonly documentType: string;
  /** XRECH: an invoice; otherwise a credit memo. */
  readonly isInvoice: boolean;
  /** RBSTAT; 5 is posted. */
  readonly status: string;
  readonly documentDate: string;
  readonly postingDate: string;
  readonly entryDate: string;
  /** HHMMSS; with entry date and number the order of posting (ruling 17). */
  readonly entryTime: string;
  /** The vendor's own number, XBLNR. */
  readonly reference: string;
  readonly headerText: string;
  readonly currency: string;
  readonly exchangeRate: string;
  readonly grossAmount: string;
  readonly taxAmount: string;
  readonly unplannedCosts: string;
  readonly paymentTerms: string;
  readonly paymentBlock: string;
  /** STBLG/STJAH: of the cancelling document it names the original, of the original the cancelling one. */
  readonly cancellation: string;
  readonly lines: readonly InvoiceLine[];
  /** Only of an invoice that retains; absent where they may not be read. */
  readonly retentionItems?: readonly RetentionItem[];
};

export type RejectedInvoice = {
  readonly kind: "rejected";
  readonly flow: "invoices";
  readonly key: string;
  readonly code: "amount-overflow" | "amount-unreadable" | "object-unstable" | "invoice-history-differs";
  readonly detail: string;
  readonly balance: string;
  readonly currency: string;
  readonly period: string;
};
