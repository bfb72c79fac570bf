/**
 * An agent in the hub's own process. It enrols itself on first use with a code that never leaves the process, keeps its identity in a file
 * for its owner alone, and then speaks the same signed HTTP as an agent elsewhere.
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type AgentIdentity, type AgentSettings, createEmbeddedSap, enrolAgent, startAgent } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { Hub } from "../../hub/index.ts";
import type { Clock, HttpClient, Random, Secrets } from "../../ports/index.ts";
import { startReceiver } from "./idoc-receiver.ts";
import { identityFileOf } from "./places.ts";
import { createSapPorts } from "./sap-ports.ts";
import { writeForOwner } from "./write-file.ts";

export type EmbeddedAgentOptions = {
  connection: string;
  settings: AgentSettings;
  dataFolder: string;
  hub: Hub;
  http: HttpClient;
  clock: Clock;
  random: Random;
  secrets: Secrets;
  log: (line: string) => void;
  faultPoint?: (name: string) => void;
};

/** Slices worked on at a time; the governor limits the calls that this makes. */
const slicesAtATime = 3;

const identitySchema = z.strictObject({
  agent: z.string(),
  connection: z.string(),
  privateKey: z.string(),
  hubStore: z.string(),
});

async function readIdentity(file: string): Promise<z.infer<typeof identitySchema> | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault("agent.refused", {
      place: file,
      detail: "the identity cannot be read; delete the file and the agent enrols anew",
      cause,
    });
  }
}

async function identify({ connection, settings, dataFolder, hub, http }: EmbeddedAgentOptions): Promise<AgentIdentity> {
  const file = identityFileOf(dataFolder, connection);
  const known = await readIdentity(file);
  // Another database knows nothing of this agent: a restored or replaced store means a new enrolment.
  if (known && known.hubStore === hub.storeId) return known;
  const code = await hub.createEnrolmentCode(connection);
  const identity = await enrolAgent({ hubUrl: hub.url, code, name: settings.name, http });
  await writeForOwner(file, `${JSON.stringify({ ...identity, hubStore: hub.storeId }, undefined, 2)}\n`);
  return identity;
}

export async function startEmbeddedAgent(options: EmbeddedAgentOptions): Promise<{ stop(): Promise<void> }> {
  const { settings, clock, random, http, hub, log } = options;
  const identity = await identify(options);
  const ports = await createSapPorts(options);
  const sap = createEmbeddedSap(settings, ports);
  const agent = startAgent({
    hubUrl: hub.url,
    identity,
    http,
    clock,
    random,
    extracts: sap.extracts,
    receipt: sap.receipt,
    takePeak: sap.takePeak,
    choices: sap.choices,
    limits: sap.limits,
    parallel: slicesAtATime,
    log,
    ...(options.faultPoint ? { faultPoint: options.faultPoint } : {}),
  });
  const receiver = await startReceiver(options, identity);
  return {
    async stop() {
      await receiver?.stop();
      await agent.stop();
      await sap.close();
      await ports.http.close();
    },
  };
}
