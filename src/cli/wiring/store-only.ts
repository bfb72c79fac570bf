/**
 * The store without hub and agent, for commands that only look: `runs`, `holds`, `audit verify`. An installation that never ran has no
 * store yet; looking does not make one. A private server that somebody else's `start` runs is used and left running.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../../store/index.ts";
import { type Configuration, loadConfiguration } from "../config/index.ts";
import { systemClock } from "../platform/index.ts";
import { openDatabase } from "./open-database.ts";
import { postgresFolderOf } from "./places.ts";

export type StoreOnly = { config: Configuration; store: Store; close(): Promise<void> };

export type StoreOnlyOptions = { configFile: string; log: (line: string) => void; env?: NodeJS.ProcessEnv };

function hasStore(dataFolder: string, env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.DATABASE_URL) || existsSync(join(postgresFolderOf(dataFolder), "cluster"));
}

/** Undefined when nothing was ever stored. */
export async function openStoreOnly(options: StoreOnlyOptions): Promise<StoreOnly | undefined> {
  const env = options.env ?? process.env;
  const config = await loadConfiguration(options.configFile);
  const { dataFolder } = config;
  if (!hasStore(dataFolder, env)) return undefined;
  const database = await openDatabase({ dataFolder, env, clock: systemClock, log: options.log });
  return { config, store: database.store, close: () => database.close() };
}

/** Opens, looks, and closes whatever happens. Answers undefined when there is nothing to look at. */
export async function lookAtStore<T>(options: StoreOnlyOptions, look: (opened: StoreOnly) => Promise<T>): Promise<T | undefined> {
  const opened = await openStoreOnly(options);
  if (!opened) return undefined;
  try {
    return await look(opened);
  } finally {
    await opened.close();
  }
}
