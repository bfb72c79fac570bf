export type { RunProgress, RunStage } from "./context.ts";
export { type Hub, type HubConnection, type HubOptions, startHub } from "./hub.ts";
export type { FindingKind } from "./prove/compare.ts";
export type { ProofOutcome } from "./prove/prove.ts";
export { listFindings, listProofs, type ProofAge, type ProofFinding } from "./prove/report.ts";
export {
  type Hold,
  type HoldQuery,
  type HoldSummary,
  listHolds,
  listRuns,
  type RunReport,
  summarizeHolds,
} from "./run/report.ts";
export type { Amounts, FlowSummary, Tally } from "./run/summary.ts";
export { type CalendarRows, compileSchedules, type NamedSchedule } from "./schedule/compile.ts";
export { listScheduleDone, nextRuns, type ScheduleDone } from "./schedule/list.ts";
export { type ConnectionSettings, connectionSettings } from "./settings.ts";
export { decideVendors, type VendorDecisionAsk } from "./vendors/decide.ts";
export type { VendorDecision } from "./vendors/decisions.ts";
export { type LeftOut, listLeftOut, listWaitingVendors, type WaitingVendor } from "./vendors/list-waiting.ts";
