export { type BudgetCodeKey, budgetCodeText } from "./budget-code-text.ts";
export { compileMapping } from "./compile.ts";
export { type Coverage, type CoverageLine, type CoverageShare, coverage } from "./coverage.ts";
export { findProjects, type ProjectFound, type ProjectNaming, type ProjectSeen } from "./find-projects.ts";
export { besideRules, type Clash } from "./propose/beside-rules.ts";
export type { ProjectBudget } from "./propose/code-candidates.ts";
export type { Money as ProposalMoney, MoneyKind, OrderedLine } from "./propose/masses.ts";
export { ruleWords } from "./propose/pick-rules.ts";
export { proposalLimits, proposalPoints } from "./propose/points.ts";
export { createProposer, type Proposal, type Proposals, type ProposeAsk, type Proposer } from "./propose/propose.ts";
export type { Question } from "./propose/questions.ts";
export {
  type MappingCellProblem,
  type MappingCells,
  type MappingColumn,
  mappingColumns,
  mappingColumnsNeeded,
  mappingColumnsUsual,
  readMappingRule,
} from "./read-rule.ts";
export {
  type LeftLines,
  type Recodable,
  type RecodeChoice,
  recodable,
  type StandingLine,
  standsElsewhere,
} from "./recodable.ts";
export type { Mapping, MappingAnswer, MappingProblem, MappingQuery, MappingRule, MappingTarget, Pattern } from "./rule.ts";
export { type MappingPlace, type Move, type WhatIf, type WhatIfLine, whatIf } from "./what-if.ts";
export { mappingCells } from "./write-rules.ts";
