/**
 * Wires a whole installation in this process: PostgreSQL (or DATABASE_URL), store, job queue, hub, and an agent for each connection, which
 * speaks to the hub over loopback HTTP as one in a customer's network would. `stop` ends everything that was started, in order, and leaves
 * an unfinished run where it stands: the next start takes it up.
 */
import { Fault } from "../../core/index.ts";
import { type Hub, type RunProgress, type RunReport, startHub } from "../../hub/index.ts";
import type { Clock, HttpClient, Random, Secrets } from "../../ports/index.ts";
import { openPgBossQueue, type Store } from "../../store/index.ts";
import { type Configuration, loadConfiguration } from "../config/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../platform/index.ts";
import { startEmbeddedAgent } from "./embedded-agent.ts";
import { openDatabase } from "./open-database.ts";
import { openSecrets, requireSapPassword, requireSecret, secretNames } from "./places.ts";
import { type SyncAsk, sync } from "./sync.ts";
import { createTeardown, type Teardown } from "./teardown.ts";

import { webhookSecrets } from "./webhook-secrets.ts";

export type { SyncAsk } from "./sync.ts";

export type Installation = {
  config: Configuration;
  store: Store;
  hub: Hub;
  /** The private PostgreSQL's process; undefined with DATABASE_URL. */
  postgresPid: number | undefined;
  /** Requests a run and waits for its end. Default mode: full until each of the flows was finished once, then delta. */
  sync(ask: SyncAsk): Promise<RunReport>;
  stop(): Promise<void>;
};

export type InstallationOptions = {
  configFile: string;
  log: (line: string) => void;
  onProgress?: (progress: RunProgress) => void;
  /** `start`: what is done each night by itself is done. */
  isLongLived?: boolean;
  /** Named places in hub and agent at which a test may end the process. */
  faultPoint?: (name: string) => void;
  /** Listens on a free port whatever the configuration says: for a command beside a running `start`. */
  onFreePort?: boolean;
  env?: NodeJS.ProcessEnv;
};

type Parts = {
  options: InstallationOptions;
  config: Configuration;
  env: NodeJS.ProcessEnv;
  clock: Clock;
  random: Random;
  http: HttpClient;
};

export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const env = options.env ?? process.env;
  const config = await loadConfiguration(options.configFile);
  const teardown = createTeardown();
  try {
    const http = createHttpClient();
    teardown.add(() => http.close());
    return await assemble({ options, config, env, clock: systemClock, random: systemRandom, http }, teardown);
  } catch (error) {
    await teardown.run().catch(() => undefined);
    throw error;
  }
}

async function assemble(parts: Parts, teardown: Teardown): Promise<Installation> {
  const { options, config, env, clock, random, http } = parts;
  const { log } = options;
  const secrets = openSecrets({ dataFolder: config.dataFolder, env, clock, random });
  await requireSecrets(config, secrets);
  const database = await openDatabase({ dataFolder: config.dataFolder, env, clock, log });
  teardown.add(() => database.close());
  const queue = await openPgBossQueue({ connection: database.ownerConnection, clock, log });
  teardown.add(() => queue.close());
  const { store } = database;
  const listen = options.onFreePort === true ? { host: "127.0.0.1", port: 0 } : config.hub;
  const hub = await startHub({
    store,
    clock,
    random,
    http,
    tenant: config.tenant,
    connections: Object.fromEntries(
      Object.entries(config.connections).map(([name, { settings, mapping, schedules, calendar }]) => [
        name,
        {
          settings,
          mapping,
          schedules,
          calendar,
          readClientSecret: () => secrets.read(secretNames.procoreClientSecret(name)),
          readWebhookSecrets: () => webhookSecrets(secrets, clock, name),
        },
      ]),
    ),
    listen,
    queue,
    log,
    ...(options.isLongLived ? { isLongLived: true } : {}),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    ...(options.faultPoint ? { faultPoint: options.faultPoint } : {}),
  }).catch((error: unknown) => {
    throw portFault(error, config.file, listen) ?? error;
  });
  teardown.add(() => hub.stop());
  const { dataFolder } = config;
  for (const [connection, { agent: settings }] of Object.entries(config.connections)) {
    const embedded = { connection, settings, dataFolder, hub, http, clock, random, secrets, log };
    const running = await startEmbeddedAgent({ ...embedded, ...(options.faultPoint ? { faultPoint: options.faultPoint } : {}) });
    teardown.add(() => running.stop());
  }
  return {
    config,
    store,
    hub,
    postgresPid: database.postgresPid,
    sync: (ask) => sync({ config, store, hub }, ask),
    stop: () => teardown.run(),
  };
}

async function requireSecrets(config: Configuration, secrets: Secrets): Promise<void> {
  for (const [name, { agent }] of Object.entries(config.connections)) {
    const place = `connections.${name}`;
    await requireSecret(secrets, secretNames.procoreClientSecret(name), place);
    await requireSapPassword(secrets, name, agent, place);
  }
}

/** The port is a setting, and mostly taken by another `start` of ours. */
function portFault(error: unknown, file: string, { host, port }: { host: string; port: number }): Fault | undefined {
  const reason = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (reason === undefined || !["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "ENOTFOUND"].includes(reason)) return undefined;
  const why = reason === "EADDRINUSE" ? "it is in use, perhaps by another `ml-connector start`" : reason;
  const detail = `the hub cannot listen on hub.host ${host}, hub.port ${port}: ${why}`;
  return new Fault("config.invalid", { place: file, detail, cause: error });
}
