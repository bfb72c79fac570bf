export { compileMapping } from "./compile.ts";
export { type Coverage, type CoverageLine, type CoverageShare, coverage } from "./coverage.ts";
export { findProjects, type ProjectFound, type ProjectNaming, type ProjectSeen } from "./find-projects.ts";
export {
  type MappingCellProblem,
  type MappingCells,
  type MappingColumn,
  mappingColumns,
  mappingColumnsNeeded,
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
