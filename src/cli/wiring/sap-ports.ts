/** What the SAP side of an agent gets from this machine: an HTTP client that trusts the company's own authority, and the sealed password. */
import { readFile } from "node:fs/promises";
import type { AgentSettings, SapPorts } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { Clock, Random, Secrets } from "../../ports/index.ts";
import { createHttpClient, type ProxyOptions } from "../platform/index.ts";
import { requireSecret, sapPasswordName } from "./places.ts";

export type SapPortsOptions = { connection: string; settings: AgentSettings; clock: Clock; random: Random; secrets: Secrets };

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

export async function createSapPorts(options: SapPortsOptions): Promise<SapPorts> {
  const { connection, settings, clock, random, secrets } = options;
  const { caFile, passwordSecret, pinnedKeys } = settings.sap;
  const proxy = await proxyOf(options);
  const http = createHttpClient({
    pinnedKeys,
    ...(caFile === undefined ? {} : { extraCertificates: await readCertificates(caFile) }),
    ...(proxy === undefined ? {} : { proxy }),
  });
  return { http, clock, random, readPassword: () => secrets.read(sapPasswordName(connection, passwordSecret)) };
}
