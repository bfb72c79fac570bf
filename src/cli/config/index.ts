export type { Configuration, ConnectionConfiguration } from "./configuration.ts";
export { type CsvRow, readCsvTable } from "./csv-table.ts";
export { loadAgent, loadConfiguration, loadHubConfiguration } from "./load-configuration.ts";
export { nearestOf } from "./nearest.ts";
export { readMapping } from "./read-mapping.ts";
export { type MarkedRows, readProposalFile } from "./read-proposals.ts";
export { agentFileJsonSchema, agentFileSchema, configurationJsonSchema, configurationSchema } from "./schema.ts";
export { type DelimiterName, delimiters } from "./sheet-bytes.ts";
export { proposalsCsv, shownObject } from "./write-proposals.ts";
