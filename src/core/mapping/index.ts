export { compileMapping } from "./compile.ts";
export type { Mapping, MappingAnswer, MappingProblem, MappingQuery, MappingRule, MappingTarget, Pattern } from "./rule.ts";
