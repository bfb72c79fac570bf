/** Both halves of the fit check at once, each in its own time: SAP by the agent's side or from a file, Procore by the hub's. No store, no hub, no writes. */
import { access } from "node:fs/promises";
import { type AgentSettings, lookAtSap, type SapPorts } from "../../agent/index.ts";
import type { FitFacts, ProcoreFacts, SapFacts, Skipped } from "../../core/index.ts";
import { lookAtProcore } from "../../hub/index.ts";
import type { HttpClient, Secrets } from "../../ports/index.ts";
import type { ConnectionConfiguration } from "../config/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../platform/index.ts";
import { needsSapPassword, sapPasswordName, secretNames, secretVariableOf } from "../wiring/places.ts";
import { createSapPorts } from "../wiring/sap-ports.ts";
import { readSapFacts } from "./sap-facts-file.ts";
import { createTimebox } from "./timebox.ts";

type OnStep = (what: string) => void;
export type Timing = { totalMs: number; onStep: OnStep };

export async function lookAtSapWithin(settings: AgentSettings, ports: SapPorts, timing: Timing): Promise<SapFacts> {
  const timebox = createTimebox({ clock: ports.clock, ...timing });
  return lookAtSap({ settings, ports: { ...ports, clock: timebox.clock, http: timebox.within(ports.http) }, timebox });
}

export type FitAsk = {
  name: string;
  connection: Omit<ConnectionConfiguration, "agent"> & { agent?: AgentSettings };
  dataFolder: string;
  secrets: Secrets;
  sapFile?: string;
  timing: Timing;
};

type Half<T> = { facts: T } | { leftOut: Skipped };

const leftOut = (what: string, why: string) => ({ leftOut: { what, why } });

async function sapHalf({ name, connection, dataFolder, secrets, sapFile, timing }: FitAsk): Promise<Half<SapFacts>> {
  if (sapFile !== undefined) return { facts: await readSapFacts(sapFile) };
  const elsewhere = "run `ml-connector fit sap --out FILE` on the agent's machine, and give the file with --sap";
  const { agent } = connection;
  if (!agent) return leftOut("SAP", `there is no agent.yaml here; ${elsewhere}`);
  const secret = sapPasswordName(name, agent.sap.passwordSecret);
  if (needsSapPassword(agent) && !(await secrets.read(secret)))
    return leftOut("SAP", `the password ${secret} (${secretVariableOf(secret)}) is not here; ${elsewhere}`);
  const ports = await createSapPorts({
    connection: name,
    settings: agent,
    dataFolder,
    secrets,
    clock: systemClock,
    random: systemRandom,
  });
  try {
    return { facts: await lookAtSapWithin(agent, ports, timing) };
  } finally {
    await ports.http.close();
  }
}

async function procoreHalf({ name, connection, secrets, timing }: FitAsk, http: HttpClient): Promise<Half<ProcoreFacts>> {
  const secret = secretNames.procoreClientSecret(name);
  if (!(await secrets.read(secret)))
    return leftOut("Procore", `the client secret ${secret} (${secretVariableOf(secret)}) is not here`);
  const timebox = createTimebox({ clock: systemClock, ...timing });
  const { settings, mapping } = connection;
  return {
    facts: await lookAtProcore({
      settings,
      mapping,
      timebox,
      random: systemRandom,
      readClientSecret: () => secrets.read(secret),
      http: timebox.within(http),
      clock: timebox.clock,
    }),
  };
}

export async function lookAtBoth(ask: FitAsk): Promise<FitFacts> {
  const http = createHttpClient();
  try {
    const [sap, procore] = await Promise.all([sapHalf(ask), procoreHalf(ask, http)]);
    return {
      ...("facts" in sap ? { sap: sap.facts } : {}),
      ...("facts" in procore ? { procore: procore.facts } : {}),
      leftOut: [sap, procore].flatMap((half) => ("leftOut" in half ? [half.leftOut] : [])),
    };
  } finally {
    await http.close();
  }
}

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
