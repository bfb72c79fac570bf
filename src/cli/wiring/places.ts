/** Where things stand below the data folder, and what secrets are called. Names and paths are decided here only. */
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { AgentSettings } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { Clock, Random, Secrets } from "../../ports/index.ts";
import { createFileSecrets, KEY_VARIABLE } from "../platform/index.ts";

export const postgresFolderOf = (dataFolder: string): string => join(dataFolder, "postgres");
export const identityFileOf = (dataFolder: string, connection: string): string =>
  join(dataFolder, "agents", `${connection}.json`);
/** The day follows. */
export const rowsFileOf = (dataFolder: string, connection: string): string => join(dataFolder, "agents", `${connection}.rows`);
/** What this machine remembers of its postings to SAP's ledger. */
export const postingJournalOf = (dataFolder: string, connection: string): string =>
  join(dataFolder, "agents", `${connection}.postings.ndjson`);

export const secretNames = {
  procoreClientSecret: (connection: string): string => `${connection}.procore.client-secret`,
  sapPassword: (connection: string): string => sapPasswordName(connection, "sap.password"),
} as const;

/** `passwordSecret` of agent.yaml, within the secrets of its connection: two embedded agents may use the same name. */
export function sapPasswordName(connection: string, passwordSecret: string): string {
  return `${connection}.${passwordSecret}`;
}

/** Passable, not readable, for the database's user when we are root; for its owner alone otherwise. An existing folder stays as it is. */
export async function makeDataFolder(dataFolder: string): Promise<void> {
  const created = await mkdir(dataFolder, { recursive: true });
  if (created !== undefined) await chmod(dataFolder, process.getuid?.() === 0 ? 0o711 : 0o700);
}

export type SecretsPlace = { dataFolder: string; env: NodeJS.ProcessEnv; clock: Clock; random: Random };

/** The variable that stands for a secret where there is no sealed one, in a container for example. */
export function secretVariableOf(name: string): string {
  return `ML_CONNECTOR_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}

/** The sealed store of this installation, or the environment, which wins. Nothing is made until something is written. */
export function openSecrets({ dataFolder, env, clock, random }: SecretsPlace): Secrets {
  const sealed = createFileSecrets({
    file: join(dataFolder, "secrets.json"),
    keyFile: join(dataFolder, "secrets.key"),
    environmentKey: env[KEY_VARIABLE],
    clock,
    random,
  });
  return {
    read: async (name) => env[secretVariableOf(name)] || sealed.read(name),
    write: (name, value) => sealed.write(name, value),
  };
}

/** Before anything is started: a run that would stop for want of a password is not begun. */
export async function requireSecret(secrets: Secrets, name: string, place: string): Promise<void> {
  if (await secrets.read(name)) return;
  const detail = `secret ${name} is missing; the variable is ${secretVariableOf(name)}`;
  throw new Fault("config.secret-missing", { place, detail });
}

/** False where SNC logs on and no door wants a password besides. */
export function needsSapPassword({ sap }: AgentSettings): boolean {
  return sap.native?.logon !== "snc" || sap.odata !== undefined;
}

export async function requireSapPassword(secrets: Secrets, name: string, agent: AgentSettings, place: string): Promise<void> {
  if (needsSapPassword(agent)) await requireSecret(secrets, sapPasswordName(name, agent.sap.passwordSecret), place);
}
