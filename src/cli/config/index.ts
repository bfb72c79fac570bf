export type { Configuration, ConnectionConfiguration } from "./configuration.ts";
export { loadConfiguration } from "./load-configuration.ts";
export { agentFileSchema, configurationJsonSchema, configurationSchema } from "./schema.ts";
