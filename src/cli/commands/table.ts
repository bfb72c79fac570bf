// The commands by their names. Each is loaded by itself: to read the sources that only another needs (the sandbox, the hub, SAP's readers) would be most
// of what a small command costs.
import type { Command } from "commander";

type Load = () => Promise<() => Command>;

/** In the order of the help. */
export const commands: Readonly<Record<string, Load>> = {
  demo: async () => (await import("./demo.ts")).demoCommand,
  init: async () => (await import("./init.ts")).initCommand,
  ping: async () => (await import("./ping.ts")).pingCommand,
  fit: async () => (await import("./fit.ts")).fitCommand,
  sync: async () => (await import("./sync.ts")).syncCommand,
  start: async () => (await import("./start.ts")).startCommand,
  runs: async () => (await import("./runs.ts")).runsCommand,
  holds: async () => (await import("./holds.ts")).holdsCommand,
  plan: async () => (await import("./sync.ts")).planCommand,
  approvals: async () => (await import("./approvals.ts")).approvalsCommand,
  vendors: async () => (await import("./vendors.ts")).vendorsCommand,
  "cut-over": async () => (await import("./cut-over.ts")).cutOverCommand,
  explain: async () => (await import("./explain.ts")).explainCommand,
  map: async () => (await import("./map.ts")).mapCommand,
  edits: async () => (await import("./edits.ts")).editsCommand,
  webhooks: async () => (await import("./webhooks.ts")).webhooksCommand,
  schedule: async () => (await import("./schedule.ts")).scheduleCommand,
  periods: async () => (await import("./periods.ts")).periodsCommand,
  proof: async () => (await import("./proof.ts")).proofCommand,
  reconcile: async () => (await import("./reconcile.ts")).reconcileCommand,
  idocs: async () => (await import("./idocs.ts")).idocsCommand,
  sap: async () => (await import("./sap.ts")).sapCommand,
  ledger: async () => (await import("./ledger.ts")).ledgerCommand,
  audit: async () => (await import("./audit.ts")).auditCommand,
  config: async () => (await import("./config.ts")).configCommand,
  sandbox: async () => (await import("./sandbox.ts")).sandboxCommand,
};

/** The one that these arguments mean; all of them where help or a misspelling needs their names. */
export function commandsFor([name = ""]: readonly string[]): readonly Load[] {
  const meant = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return meant ? [meant] : Object.values(commands);
}
