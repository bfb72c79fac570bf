export type { ExtractReport } from "./extract.ts";
export { type DeltaReport, deltaExtracts, type LoadOptions, type LoadReport, loadExtracts } from "./load-extracts.ts";
export { costCenterProject, costCodeOfAccount, plantCode, plantProject } from "./procore-world.ts";
export type { ExtractProfileName } from "./profiles.ts";
export { ExtractRefused } from "./refused.ts";
