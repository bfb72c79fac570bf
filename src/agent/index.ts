export { type Agent, type AgentOptions, startAgent } from "./agent.ts";
export { type LookAtSapOptions, lookAtSap } from "./fit-check/look-at-sap.ts";
export { type AgentIdentity, enrolAgent } from "./identity.ts";
export { checkLedgerPolicy, type LedgerDesk, type LedgerPolicy, openLedgerDesk } from "./ledger/open-ledger-desk.ts";
export { checkJournal, type JournalResult, markDoubts, type Poster, postJournal } from "./ledger/post-journal.ts";
export { openSapDesk, type SapDesk } from "./sap-desk.ts";
export { createEmbeddedSap, type EmbeddedSap, probeSap, type SapPorts } from "./sap-side.ts";
export { type AgentSettings, agentSettings, policyOfFlows, policySettings } from "./settings.ts";
