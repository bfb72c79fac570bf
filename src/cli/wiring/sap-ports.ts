/**
 * What the SAP side of an agent gets from this machine: an HTTP client that trusts the company's own authority, the sealed password, and the
 * count of the day's rows.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentSettings, RfcChildren, SapPorts } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { Clock, Random, RowsOfDay, Secrets } from "../../ports/index.ts";
import { createHttpClient, createRowsOfDay, type ProxyOptions, startChild } from "../platform/index.ts";
import { makeDataFolder, requireSecret, rowsFileOf, sapPasswordName } from "./places.ts";

export type SapPortsOptions = {
  connection: string;
  settings: AgentSettings;
  dataFolder: string;
  clock: Clock;
  random: Random;
  secrets: Secrets;
};

async function readCertificates(caFile: string): Promise<string> {
  try {
    return await readFile(caFile, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new Fault("config.invalid", { place: caFile, detail: `sap.caFile cannot be read (${reason})` });
  }
}

async function proxyOf({ connection, settings, secrets }: SapPortsOptions): Promise<ProxyOptions | undefined> {
  const { proxy } = settings.sap;
  if (proxy === undefined) return undefined;
  const { url, noProxy, user } = proxy;
  if (user === undefined) return { url, noProxy };
  const secret = sapPasswordName(connection, proxy.passwordSecret);
  await requireSecret(secrets, secret, `sap.proxy of connections.${connection}`);
  return { url, noProxy, user, password: (await secrets.read(secret)) ?? "" };
}

/** One count for the agent and for people at the terminal. */
async function rowsOfDayOf({ connection, settings, dataFolder }: SapPortsOptions): Promise<RowsOfDay | undefined> {
  if (settings.policy.rowsPerDay === undefined) return undefined;
  const file = rowsFileOf(dataFolder, connection);
  await makeDataFolder(dataFolder);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return createRowsOfDay(file);
}

/** Java would only say that a class is missing. */
function requireJar({ native }: AgentSettings["sap"]): void {
  if (native?.jar === undefined || existsSync(native.jar)) return;
  throw new Fault("sap.rfc-child", { place: "sap.native.jar", detail: `there is no file ${native.jar}` });
}

export const rfcChildren: RfcChildren = {
  start: startChild,
  node: process.execPath,
  entry: fileURLToPath(new URL("../rfc-child/main.ts", import.meta.url)),
};

export async function createSapPorts(options: SapPortsOptions): Promise<SapPorts> {
  const { connection, settings, clock, random, secrets } = options;
  requireJar(settings.sap);
  const { caFile, passwordSecret, pinnedKeys } = settings.sap;
  const proxy = await proxyOf(options);
  const http = createHttpClient({
    pinnedKeys,
    ...(caFile === undefined ? {} : { extraCertificates: await readCertificates(caFile) }),
    ...(proxy === undefined ? {} : { proxy }),
  });
  const rowsOfDay = await rowsOfDayOf(options);
  const children = rfcChildren;
  return {
    http,
    clock,
    random,
    rowsOfDay,
    children,
    readPassword: () => secrets.read(sapPasswordName(connection, passwordSecret)),
  };
}
