export type { CallCost } from "./apply/call-plan.ts";
export { type ApproveAsk, approve } from "./approve/approve.ts";
export { listAwaiting, type WaitingQuery, type WaitingRecord } from "./approve/list-waiting.ts";
export type { ApprovalPolicy } from "./approve/policy.ts";
export type { HubConnection } from "./connections.ts";
export type { RunProgress, RunStage } from "./context.ts";
export type { ContractDecision } from "./cut-over/contract-decisions.ts";
export { type ContractDecisionAsk, decideContracts } from "./cut-over/decide.ts";
export { listWaitingContracts, type WaitingContract } from "./cut-over/list-waiting.ts";
export type { OpeningBalance } from "./cut-over/opening.ts";
export type { OpeningToDate } from "./cut-over/to-date.ts";
export { decideEdits, type EditDecisionAsk } from "./edits/decide.ts";
export { type Edit, type EditState, listEdits } from "./edits/list.ts";
export type { ExplainedAtom } from "./explain/atoms.ts";
export { type Explanation, explain } from "./explain/explain.ts";
export type { ExplainedEffect, KnownRecord } from "./explain/procore.ts";
export { readSubject } from "./explain/subject.ts";
export { type LookAtProcoreOptions, lookAtProcore } from "./fit/look-at-procore.ts";
export { type AssignAsk, assignHolds } from "./holds/assign.ts";
export { type IgnoreAsk, type IgnoredHold, ignoreHolds, listIgnored, unignoreHolds } from "./holds/ignore.ts";
export { type Hold, type HoldFilter, type HoldSummary, listHolds, summarizeHolds } from "./holds/list.ts";
export type { ReplayAsk, ReplayPreview } from "./holds/replay.ts";
export { type HoldAnswer, type HoldMemory, type ShownHold, showHold } from "./holds/show.ts";
export { type Hub, type HubOptions, startHub } from "./hub.ts";
export { type IDocState, type OddIDoc, readIDocState } from "./idocs/list.ts";
export { noteAccepted } from "./map/accept.ts";
export { readCoverage } from "./map/coverage.ts";
export { type ProposalsFound, readProposals } from "./map/propose.ts";
export { listRecodings, markRecoding, type RecodingState, readRecodable, withdrawRecoding } from "./map/recode.ts";
export { keepWhatIf, readWhatIf } from "./map/what-if.ts";
export { type CompanyLook, listPeriods, type PeriodList, type PeriodView } from "./periods/list-periods.ts";
export type { FindingKind } from "./prove/compare.ts";
export type { ProofOutcome } from "./prove/prove.ts";
export { listFindings, listProofs, type ProofAge, type ProofFinding } from "./prove/report.ts";
export { type BilledLine, type Commitments, reconcileCommitments } from "./reconcile/commitments.ts";
export { type DrillLine, drillDown } from "./reconcile/drill-down.ts";
export type { ListingOutcome } from "./reconcile/list-procore.ts";
export { noteCertificate } from "./reconcile/note-certificate.ts";
export { closePeriod, type PeriodKey } from "./reconcile/period-control.ts";
export { findLatestPeriod, type Reconciliation, reconcile } from "./reconcile/reconcile.ts";
export { type ReferenceRead, readReference, readReferenceState } from "./reference/read-reference.ts";
export { listRuns, type RunReport } from "./run/report.ts";
export type { Amounts, FlowSummary, Tally } from "./run/summary.ts";
export { type CalendarSource, compileCalendar, compileSchedules, type NamedSchedule } from "./schedule/compile.ts";
export {
  listScheduleDone,
  nextRuns,
  type ResolvedSchedule,
  resolveSchedules,
  resolveUnread,
  type ScheduleDone,
} from "./schedule/list.ts";
export { type ConnectionSettings, connectionSettings } from "./settings.ts";
export { decideVendors, type VendorDecisionAsk } from "./vendors/decide.ts";
export type { VendorDecision } from "./vendors/decisions.ts";
export { type LeftOut, listLeftOut, listWaitingVendors, type WaitingVendor } from "./vendors/list-waiting.ts";
export type { SetUpOutcome } from "./webhooks/set-up.ts";
export { readWebhookHooks, readWebhookQueue, type WebhookHookRow, type WebhookQueue } from "./webhooks/status.ts";
export type { HintOutcome } from "./webhooks/work-hints.ts";
