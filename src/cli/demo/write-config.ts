/**
 * The configuration of a demo, as `init` would leave it: `ml-connector.yaml`, `agent.yaml`, and both secrets in the sealed store. The mapping
 * stays where the builder wrote it, beside the world. Nothing here knows what is in that world but its logons.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Clock, Random } from "../../ports/index.ts";
import { makeDataFolder, openSecrets, secretNames } from "../wiring/places.ts";
import type { World } from "./world-files.ts";

const connectionName = "demo";

export type DemoConfig = {
  folder: string;
  world: World;
  urls: { ecc: string; procore: string };
  clock: Clock;
  random: Random;
};

/** Ruling 22: what the world's cost types are. Labour is payroll, which names no vendor. */
const costTypes = {
  L: { class: "labour", type: "payroll" },
  E: { class: "equipment" },
  M: { class: "material" },
  S: { class: "subcontract" },
  O: { class: "overhead" },
} as const;

function hubConfig({ world, urls }: DemoConfig, client: { companyId: number; clientId: string }) {
  const { systemId, client: sapClient } = world.system;
  return {
    version: 1,
    dataFolder: "data",
    hub: { host: "127.0.0.1", port: 0 },
    connections: {
      [connectionName]: {
        sap: { systemId, client: sapClient },
        procore: { apiUrl: urls.procore, authUrl: urls.procore, companyId: client.companyId, clientId: client.clientId },
        mapping: "world/config/mapping.csv",
        agent: "agent.yaml",
        vendors: { accountGroups: ["KRED"] },
        costs: { costTypes },
      },
    },
  };
}

function agentConfig({ world, urls }: DemoConfig, user: string) {
  const { client, timeZoneMinutes } = world.system;
  const url = `${urls.ecc}/sap/bc/soap/rfc`;
  return { name: "demo-agent", sap: { url, client, user, timeZoneMinutes } };
}

/** Answers the path of `ml-connector.yaml`. */
export async function writeDemoConfig(config: DemoConfig): Promise<string> {
  const { folder, world, clock, random } = config;
  const [client] = world.seed.clients;
  const [user] = world.system.users;
  if (client === undefined || user === undefined) throw new Error("the world has no Procore client or no SAP user");
  const file = join(folder, "ml-connector.yaml");
  await writeFile(file, stringify(hubConfig(config, client)));
  await writeFile(join(folder, "agent.yaml"), stringify(agentConfig(config, user.user)));
  const dataFolder = join(folder, "data");
  // Before the secrets make it for their owner alone: as root the private PostgreSQL's user must pass.
  await makeDataFolder(dataFolder);
  const secrets = openSecrets({ dataFolder, env: {}, clock, random });
  await secrets.write(secretNames.procoreClientSecret(connectionName), client.clientSecret);
  await secrets.write(secretNames.sapPassword(connectionName), user.password);
  return file;
}
