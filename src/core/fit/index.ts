/** The fit check's judgement: facts of both systems in, findings and a verdict out. Pure. */
export { countFirstRead, firstReadHours, type HourRange, hoursText } from "./estimate.ts";
export type {
  ContractCounts,
  DirectoryFacts,
  InvoiceCounts,
  Look,
  ProcoreFacts,
  ProjectFact,
  ProjectTool,
  RowCount,
  SapFacts,
  Skipped,
  SpeedSample,
  Spend,
  SpendLine,
  TableBarrier,
  TableFact,
  ToolFact,
  Trouble,
} from "./facts.ts";
export { type FitFinding, ownerTitles, percentOf, plural, type Severity, severities } from "./finding.ts";
export { type Fit, type FitExpectation, type FitFacts, judgeFit, notSeen, type Verdict } from "./judge.ts";
export { coverageOf, missedByFinance } from "./judge-money.ts";
export type { Twins } from "./twins.ts";
