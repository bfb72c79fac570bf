export { type ControlTotalRecord, type ControlTotalSource, controlTotalSources } from "./control-total.ts";
export {
  type CostDocumentRecord,
  type CostLine,
  type CostSource,
  type CostValuation,
  costSourceOf,
  costSourcePrefix,
  costSources,
  costSourceText,
  costValuations,
} from "./cost-document.ts";
export { type CostObject, type CostObjectKind, costObjectKinds } from "./cost-object.ts";
export { type Flow, flows, isLookUpFlow, type LookUpFlow, lookUpFlows, type RunFlow, runFlows } from "./flow.ts";
export type { InvoiceLine, InvoiceRecord, InvoiceShare, RejectedInvoice, RetentionClearing, RetentionItem } from "./invoice.ts";
export type { Assignment, HistoryTotal, PurchaseOrderItem, PurchaseOrderRecord, ServiceLine } from "./purchase-order.ts";
export { type ReferenceKind, type ReferenceRecord, referenceKinds } from "./reference.ts";
export { type RejectedRecord, rejectRecord } from "./rejected.ts";
export type { VendorAddress, VendorRecord } from "./vendor.ts";

import type { ControlTotalRecord } from "./control-total.ts";
import type { CostDocumentRecord } from "./cost-document.ts";
import type { InvoiceRecord } from "./invoice.ts";
import type { PurchaseOrderRecord } from "./purchase-order.ts";
import type { ReferenceRecord } from "./reference.ts";
import type { RejectedRecord } from "./rejected.ts";
import type { VendorRecord } from "./vendor.ts";

/** What the flows decide about. */
export type SourceRecord = VendorRecord | PurchaseOrderRecord | InvoiceRecord | CostDocumentRecord | RejectedRecord;
/** What an agent uploads. */
export type UploadedRecord = SourceRecord | ControlTotalRecord | ReferenceRecord;
