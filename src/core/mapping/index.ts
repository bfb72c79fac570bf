export { compileMapping } from "./compile.ts";
export {
  type MappingCellProblem,
  type MappingCells,
  type MappingColumn,
  mappingColumns,
  mappingColumnsNeeded,
  readMappingRule,
} from "./read-rule.ts";
export type { Mapping, MappingAnswer, MappingProblem, MappingQuery, MappingRule, MappingTarget, Pattern } from "./rule.ts";
