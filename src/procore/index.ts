/**
 * Talking to Procore: token, pacing, retry, resources, sync settling, read-back. Guarantees: an outcome is never guessed, a write is never
 * repeated on an unknown outcome, money never passes through a float, and no secret leaves but to Procore. It keeps no state between processes.
 */
export {
  type BatchSizes,
  defaultBatchSizes,
  documentedQuota,
  type Load,
  type LoadCalls,
  leastDurationMs,
  leastWrites,
} from "./budget.ts";
export type { CallOptions, WriteOptions, WriteOutcome } from "./call.ts";
export type { Complaint } from "./complaints.ts";
export { describeComplaints } from "./complaints.ts";
export { sumDecimals } from "./decimal-sum.ts";
export { describeFault, describeProcoreCode, isOutOfSight, type ProcoreCode, type ProcoreFault } from "./faults.ts";
export { defaultLimits, type Limits } from "./limits.ts";
export { createPacer, type Lane, type Pacer, type PacerOptions, type PacerWindow } from "./pacing.ts";
export type { Listing, ListingContent } from "./paging.ts";
export { openProcore, type Procore, type ProcoreOptions } from "./procore.ts";
export type { ReadBack, Sighting, Sightings } from "./read-back.ts";
export type { CallRecord } from "./record.ts";
export type { BillingPeriod, NewBillingPeriod } from "./resources/billing-periods.ts";
export type { CostCode, LineItemType, Segment, SegmentItem, WbsCode } from "./resources/budget-codes.ts";
export type { ChangeOrderLine, CommitmentChangeOrder, NewChangeOrderLine } from "./resources/commitment-change-orders.ts";
export type { Company, Me } from "./resources/companies.ts";
export type { DirectCost, DirectCostStatus, DirectCostType } from "./resources/direct-costs.ts";
export type { LineItem } from "./resources/line-item.ts";
export type { ProjectVendor } from "./resources/project-vendors.ts";
export type { Project } from "./resources/projects.ts";
export type { ContractStatus, PurchaseOrderContract } from "./resources/purchase-order-contracts.ts";
export type { NewRequisition, Requisition } from "./resources/requisitions.ts";
export type { BusinessRegister, Vendor } from "./resources/vendors.ts";
export { type Difference, differencesOf, type SyncRow } from "./sent-body.ts";
export { createSharePacer, type SharePacer } from "./share-pacer.ts";
export type { SyncElement, SyncSettlement } from "./sync.ts";
export {
  type PayloadProblem,
  readWebhookPayload,
  type WebhookEvent,
  type WebhookKind,
  webhookResourceNames,
} from "./webhook-payload.ts";
