/** What the SAP side of an agent gets from this machine: an HTTP client that trusts the company's own authority, and the sealed password. */
import { readFile } from "node:fs/promises";
import type { AgentSettings, SapPorts } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { Clock, Random, Secrets } from "../../ports/index.ts";
import { createHttpClient } from "../platform/index.ts";
import { sapPasswordName } from "./places.ts";

export type SapPortsOptions = { connection: string; settings: AgentSettings; clock: Clock; random: Random; secrets: Secrets };

async function readCertificates(caFile: string): Promise<string> {
  try {
    return await readFile(caFile, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new Fault("config.invalid", { place: caFile, detail: `sap.caFile cannot be read (${reason})` });
  }
}

export async function createSapPorts(options: SapPortsOptions): Promise<SapPorts> {
  const { connection, settings, clock, random, secrets } = options;
  const { caFile, passwordSecret } = settings.sap;
  const http = createHttpClient(caFile === undefined ? {} : { extraCertificates: await readCertificates(caFile) });
  return { http, clock, random, readPassword: () => secrets.read(sapPasswordName(connection, passwordSecret)) };
}
