/** Asks SAP who it is, through the agent's own transport and policy, and checks that it is the client that the configuration means. */
import { placeOf, probeSap } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { Clock, HttpClient, Random, Secrets } from "../../ports/index.ts";
import type { ConnectionConfiguration } from "../config/index.ts";
import { requireSapPassword } from "../wiring/places.ts";
import { createSapPorts } from "../wiring/sap-ports.ts";

export type PingTarget = {
  name: string;
  connection: ConnectionConfiguration;
  dataFolder: string;
  secrets: Secrets;
  http: HttpClient;
  clock: Clock;
  random: Random;
};

export async function pingSap({ name, connection, dataFolder, secrets, clock, random }: PingTarget): Promise<string> {
  const { agent, agentFile, settings } = connection;
  await requireSapPassword(secrets, name, agent, agentFile);
  const ports = await createSapPorts({ connection: name, settings: agent, dataFolder, clock, random, secrets });
  try {
    const found = await probeSap(agent, ports);
    const { systemId } = settings.sap;
    if (found.systemId !== systemId) {
      // Origin ids carry the system: a wrong one would make every record in Procore a stranger's (ruling 1).
      const detail = `connections.${name}.sap.systemId is ${systemId}, and the system at ${placeOf(agent)} says it is ${found.systemId}`;
      throw new Fault("config.invalid", { place: `connections.${name}`, detail });
    }
    return `by ${agent.sap.transport}: ${found.systemId}, client ${found.client}, release ${found.release} on ${found.host}, as ${found.user}`;
  } finally {
    await ports.http.close();
  }
}
