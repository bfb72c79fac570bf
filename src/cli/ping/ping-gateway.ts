/** Asks SAP Gateway, where a door leads through it, whether its services are still what the mapping file says. */
import { probeGateway } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import { requireSecret, sapPasswordName } from "../wiring/places.ts";
import { createSapPorts } from "../wiring/sap-ports.ts";
import type { PingTarget } from "./ping-sap.ts";

export async function pingGateway({ name, connection, dataFolder, secrets, clock, random }: PingTarget): Promise<string> {
  const { agent, agentFile } = connection;
  await requireSecret(secrets, sapPasswordName(name, agent.sap.passwordSecret), agentFile);
  const ports = await createSapPorts({ connection: name, settings: agent, dataFolder, clock, random, secrets });
  try {
    const found = await probeGateway(agent, ports);
    if (!found) throw new Fault("config.invalid", { place: agentFile, detail: "sap.odata names no services" });
    const [broken] = Object.entries(found.broken);
    if (broken) {
      const others = Object.keys(found.broken).length - 1;
      const more = others === 0 ? "" : `, and ${others} tables more`;
      throw new Fault("sap.service-changed", { place: broken[0], detail: `${broken[1].join("; ")}${more}` });
    }
    const news = Object.entries(found.added).map(([table, properties]) => `${table}: ${properties.join(", ")}`);
    return `${found.tables} tables by ${found.services.join(", ")}${news.length === 0 ? "" : `; not known yet: ${news.join("; ")}`}`;
  } finally {
    await ports.http.close();
  }
}
