export { buildGroup, demoSystem, writeWorld } from "./build-group.ts";
export type { GroupOptions } from "./group.ts";
export { manifestOf } from "./manifest/index.ts";
export { compactText, type MappingRule } from "./mapping.ts";
export { lineItemTypes, procoreClient, procoreCompanyId, seedProject } from "./procore-seed.ts";
export { createTables, type Tables } from "./tables.ts";
