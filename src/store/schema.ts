/**
 * The tables as the queries see them. The migrations are the truth. Columns follow
 * `column-types.ts`: int8 is a bigint, numeric and date are text, timestamptz a `Date`.
 */
import type { GeneratedAlways, JSONColumnType } from "kysely";
import type * as cutOver from "./schema-cut-over.ts";
import type * as deletions from "./schema-deletions.ts";
import type * as effects from "./schema-effects.ts";
import type * as holds from "./schema-holds.ts";
import type * as idocs from "./schema-idocs.ts";
import type * as periods from "./schema-periods.ts";
import type * as proof from "./schema-proof.ts";
import type * as reading from "./schema-reading.ts";
import type * as recoding from "./schema-recoding.ts";
import type * as reconciliation from "./schema-reconciliation.ts";
import type * as reference from "./schema-reference.ts";
import type * as schedule from "./schema-schedule.ts";
import type * as vendors from "./schema-vendors.ts";
import type * as webhooks from "./schema-webhooks.ts";

export type TenantTable = {
  tenant: string;
  name: string;
  created_at: Date;
};

export type AuditTable = {
  tenant: string;
  id: GeneratedAlways<bigint>;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  detail: JSONColumnType<Record<string, unknown>>;
};

/** What is not sealed yet: filled by a trigger of `audit`, emptied by the sealer. */
export type AuditUnsealedTable = {
  tenant: string;
  audit_id: bigint;
};

export type AuditSealTable = {
  tenant: string;
  seal_no: bigint;
  audit_id: bigint;
  hash: Buffer;
};

export type Database = {
  tenant: TenantTable;
  audit: AuditTable;
  audit_unsealed: AuditUnsealedTable;
  audit_seal: AuditSealTable;
  connection: reading.ConnectionTable;
  agent: reading.AgentTable;
  enrolment_code: reading.EnrolmentCodeTable;
  run: reading.RunTable;
  task: reading.TaskTable;
  leaf: reading.LeafTable;
  watermark: reading.WatermarkTable;
  source_record: reading.SourceRecordTable;
  atom: reading.AtomTable;
  cost_document: reading.CostDocumentTable;
  cost_line: reading.CostLineTable;
  cost_source: reading.CostSourceTable;
  read_page: reading.ReadPageTable;
  run_sap_call: reading.RunSapCallTable;
  run_reader: reading.RunReaderTable;
  sap_day: reading.SapDayTable;
  effect: effects.EffectTable;
  known: effects.KnownTable;
  cost_part: effects.CostPartTable;
  reference_number: effects.ReferenceNumberTable;
  quota_lease: effects.QuotaLeaseTable;
  approval: effects.ApprovalTable;
  first_plan: effects.FirstPlanTable;
  vendor_finding: vendors.VendorFindingTable;
  vendor_decision: vendors.VendorDecisionTable;
  vendor_blocked: vendors.VendorBlockedTable;
  cut_over_state: cutOver.CutOverStateTable;
  opening_balance: cutOver.OpeningBalanceTable;
  contract_finding: cutOver.ContractFindingTable;
  contract_decision: cutOver.ContractDecisionTable;
  sweep: deletions.SweepTable;
  deletion: deletions.DeletionTable;
  hold: holds.HoldTable;
  exchange: holds.ExchangeTable;
  ignored: holds.IgnoredTable;
  replay: holds.ReplayTable;
  proof: proof.ProofTable;
  proof_finding: proof.ProofFindingTable;
  webhook_event: webhooks.WebhookEventTable;
  webhook_hook: webhooks.WebhookHookTable;
  webhook_sweep: webhooks.WebhookSweepTable;
  procore_edit: webhooks.ProcoreEditTable;
  schedule_done: schedule.ScheduleDoneTable;
  control_total: reconciliation.ControlTotalTable;
  control_read: reconciliation.ControlReadTable;
  period_close: reconciliation.PeriodCloseTable;
  control_snapshot: reconciliation.ControlSnapshotTable;
  procore_listing: reconciliation.ProcoreListingTable;
  procore_cost_line: reconciliation.ProcoreCostLineTable;
  reference_record: reference.ReferenceRecordTable;
  reference_read: reference.ReferenceReadTable;
  period_state: periods.PeriodStateTable;
  period_look: periods.PeriodLookTable;
  billing_period: periods.BillingPeriodTable;
  billing_period_read: periods.BillingPeriodReadTable;
  idoc: idocs.IDocTable;
  idoc_touched: idocs.IDocTouchedTable;
  recoding: recoding.RecodingTable;
  recoding_line: recoding.RecodingLineTable;
  recoded_member: recoding.RecodedMemberTable;
  commitment_listing: reconciliation.CommitmentListingTable;
  procore_requisition_line: reconciliation.ProcoreRequisitionLineTable;
  procore_contract: reconciliation.ProcoreContractTable;
};
