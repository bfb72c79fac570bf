export { fixed, minorOf, unitsOf } from "./amount.ts";
export { buildGroup, demoSystem, writeWorld } from "./build-group.ts";
export { addDays, isDay } from "./days.ts";
export type { GroupOptions } from "./group.ts";
export { type Judgement, judgeWorld, manifestOf, type WorldParts } from "./manifest/index.ts";
export { alpha, type MappingRule } from "./mapping.ts";
export { lineItemTypes, procoreClient, procoreCompanyId, seedProject } from "./procore-seed.ts";
export { createTables, type Tables } from "./tables.ts";
