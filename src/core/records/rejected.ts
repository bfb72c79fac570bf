/**
 * An object that cannot be whole: uploaded by key, code and balance, without lines (design section 5). It counts as one atom, is held
 * as rejected, and takes part again as soon as SAP delivers it whole.
 */
import type { RejectionCode } from "../disposition.ts";
import { formatPeriod } from "../sap-date.ts";
import type { CostDocumentRecord } from "./cost-document.ts";
import type { Flow } from "./flow.ts";
import type { InvoiceRecord } from "./invoice.ts";
import type { PurchaseOrderRecord } from "./purchase-order.ts";
import type { VendorRecord } from "./vendor.ts";

export type RejectedRecord = {
  readonly kind: "rejected";
  readonly flow: Flow;
  readonly key: string;
  readonly code: RejectionCode;
  /** For people: which field, which item. Never a payload. */
  readonly detail: string;
  /** Decimal text; what the object was off by, or `0`. */
  readonly balance: string;
  readonly currency: string;
  /** `2026.003`, or empty where the object has no period. */
  readonly period: string;
};

/** A record that came whole from SAP and cannot go on as it is. */
export function rejectRecord(
  record: VendorRecord | PurchaseOrderRecord | InvoiceRecord | CostDocumentRecord,
  why: Pick<RejectedRecord, "code" | "detail">,
): RejectedRecord {
  const rejected = { kind: "rejected", key: record.key, ...why, balance: "0", period: "" } as const;
  switch (record.kind) {
    case "vendor":
      return { ...rejected, flow: "vendors", currency: "" };
    case "purchase-order":
      return { ...rejected, flow: "purchase-orders", currency: record.currency };
    case "invoice":
      return { ...rejected, flow: "invoices", currency: record.currency };
    case "cost-document": {
      const period = formatPeriod({ year: record.fiscalYear, period: record.period });
      return { ...rejected, flow: "costs", currency: record.currency, period };
    }
  }
}
