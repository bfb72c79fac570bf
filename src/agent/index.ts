export { type Agent, type AgentOptions, startAgent } from "./agent.ts";
export { type AgentIdentity, enrolAgent } from "./identity.ts";
export { openSapDesk, type SapDesk } from "./sap-desk.ts";
export { createEmbeddedSap, type EmbeddedSap, probeSap, type SapPorts } from "./sap-side.ts";
export { type AgentSettings, agentSettings, policyOfFlows, policySettings } from "./settings.ts";
