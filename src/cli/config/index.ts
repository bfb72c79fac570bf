import { dirname, resolve } from "node:path";
import { agentSettings } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { Configuration, ConnectionConfiguration } from "./configuration.ts";
import { readMappingFile } from "./mapping-file.ts";
import { configurationSchema } from "./schema.ts";
import { readYamlFile } from "./yaml-file.ts";

export type { Configuration, ConnectionConfiguration } from "./configuration.ts";
export { configurationJsonSchema } from "./schema.ts";

/** Reads and checks everything before anything is started: configuration, agents' settings, mapping. Throws the first `Fault` it meets. */
export async function loadConfiguration(given: string): Promise<Configuration> {
  const file = resolve(given);
  const folder = dirname(file);
  const { dataFolder, hub, tenant, connections: declared } = await readYamlFile(file, configurationSchema);
  if (Object.keys(declared).length === 0) throw new Fault("config.invalid", { place: file, detail: "connections: is empty" });
  const connections: Record<string, ConnectionConfiguration> = {};
  for (const [name, { agent: agentName, ...settings }] of Object.entries(declared)) {
    const agentFile = resolve(folder, agentName);
    const agent = await readYamlFile(agentFile, agentSettings);
    if (agent.sap.client !== settings.sap.client) {
      const detail = `sap.client "${agent.sap.client}" is not the connection's "${settings.sap.client}"`;
      throw new Fault("config.invalid", { place: agentFile, detail });
    }
    const mappingFile = resolve(folder, settings.mapping);
    connections[name] = { settings, agentFile, agent, mappingFile, mapping: await readMappingFile(mappingFile) };
  }
  return { file, dataFolder: resolve(folder, dataFolder), hub, tenant, connections };
}
