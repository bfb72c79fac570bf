/**
 * SAP for `ml-connector ledger`: the agent's own transport and policy, with the posting module allowed where the policy opts in to posting, and not
 * otherwise. The posting itself goes past the governor, which repeats calls; what only reads goes through it.
 */
import { Fault, type PlacedJournal } from "../../core/index.ts";
import {
  createDictionary,
  createPostingModule,
  createReaders,
  createSessionPosting,
  findPostingModule,
  type PostingModule,
  sessionPostingFunctions,
  sessionPostingTables,
} from "../../sap/index.ts";
import { placeOf } from "../open-rfc.ts";
import { openGuardedSap, type SapPorts } from "../sap-side.ts";
import type { AgentSettings } from "../settings.ts";
import { failed } from "./post-journal.ts";

export type LedgerPolicy = NonNullable<AgentSettings["policy"]["ledgerPosting"]>;
export type LedgerDesk = { module: PostingModule; close(): Promise<void> };

/** Refuses what the policy does not name, before SAP hears of anything. */
export function checkLedgerPolicy({ policy }: AgentSettings, place: string, journals: readonly PlacedJournal[]): LedgerPolicy {
  const { ledgerPosting } = policy;
  const refuse = (detail: string) => new Fault("ledger.not-allowed", { place, detail });
  if (ledgerPosting === undefined) throw refuse("policy.ledgerPosting is not there");
  const { companyCodes, documentTypes } = ledgerPosting;
  for (const { journal, at } of journals) {
    if (!companyCodes.includes(journal.companyCode))
      throw refuse(`company code ${journal.companyCode} of line ${at} is not in policy.ledgerPosting.companyCodes`);
    if (documentTypes !== undefined && !documentTypes.includes(journal.documentType))
      throw refuse(`document type ${journal.documentType} of line ${at} is not in policy.ledgerPosting.documentTypes`);
  }
  return ledgerPosting;
}

export function openLedgerDesk(settings: AgentSettings, ports: SapPorts, ledger: LedgerPolicy): Promise<LedgerDesk> {
  return ledger.through === "session" ? openSessionDesk(settings, ports) : openModuleDesk(settings, ports, ledger);
}

async function openModuleDesk(settings: AgentSettings, ports: SapPorts, ledger: LedgerPolicy): Promise<LedgerDesk> {
  const name = ledger.functionModule;
  const policy = { ...settings.policy, functions: [...settings.policy.functions, name] };
  const { client, plain, close } = openGuardedSap({ ...settings, policy }, ports, "terminal");
  try {
    const found = await findPostingModule(client, name);
    if (found.kind === "failure") throw failed(found, placeOf(settings));
    if (found.kind === "missing") throw new Fault("ledger.no-wrapper", { place: placeOf(settings), detail: found.detail });
    return { module: createPostingModule({ client, once: plain, name }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the search must see, beside what the policy allows anyway. */
function policyForSession({ policy }: AgentSettings): AgentSettings["policy"] {
  const filtered = Object.keys(sessionPostingTables).find((table) => policy.rowFilters?.[table] !== undefined);
  // A document that a filter hides would be posted again.
  if (filtered !== undefined) {
    const detail = `policy.rowFilters hides rows of ${filtered}, which the search for a posted document must see`;
    throw new Fault("ledger.not-allowed", { place: "policy.ledgerPosting.through", detail });
  }
  const tables = Object.entries(sessionPostingTables).map(([table, fields]) => {
    const allowed = policy.tables[table] ?? [];
    return [table, allowed === "*" ? allowed : [...new Set([...allowed, ...fields])]] as const;
  });
  return {
    ...policy,
    functions: [...policy.functions, ...sessionPostingFunctions],
    tables: { ...policy.tables, ...Object.fromEntries(tables) },
  };
}

async function openSessionDesk(settings: AgentSettings, ports: SapPorts): Promise<LedgerDesk> {
  const policy = policyForSession(settings);
  const { client, openSession, close } = openGuardedSap({ ...settings, policy }, ports, "terminal");
  if (openSession === undefined) {
    await close();
    const detail = `policy.ledgerPosting.through is session, and sap.transport is ${settings.sap.transport}`;
    throw new Fault("ledger.no-session", { place: placeOf(settings), detail });
  }
  const reader = createReaders({ client, dictionary: createDictionary(client), settings: settings.sap.readers });
  return { module: createSessionPosting({ client, reader, openSession, user: settings.sap.user }), close };
}
