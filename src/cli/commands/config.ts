/** `ml-connector config`: check the configuration without starting anything, or print the JSON schema that editors use. */
import { Command } from "commander";
import { agentFileJsonSchema, configurationJsonSchema, loadConfiguration } from "../config/index.ts";
import { withConfig, withJson } from "../flags.ts";
import { terminal } from "../terminal.ts";

async function check({ config, json }: { config: string; json: boolean }): Promise<void> {
  const { file, dataFolder, tenant, hub, connections } = await loadConfiguration(config);
  const found = Object.entries(connections).map(([name, { mapping, mappingFile, agentFile }]) => ({
    name,
    agentFile,
    mappingFile,
    rules: mapping.ruleCount,
    projects: mapping.projects.length,
  }));
  if (json) return terminal.json({ file, dataFolder, tenant, hub, connections: found });
  terminal.print(`${file} can be used. Data in ${dataFolder}.`);
  for (const { name, rules, projects } of found) terminal.print(`  ${name}: ${rules} mapping rules to ${projects} projects`);
}

export function configCommand(): Command {
  const checkCommand = new Command("check").description("read and check all files, start nothing").action(check);
  const schemaCommand = new Command("schema")
    .description("print the JSON schema of ml-connector.yaml, or of agent.yaml")
    .option("--agent", "of agent.yaml", false)
    .action(({ agent }: { agent: boolean }) => terminal.json(agent ? agentFileJsonSchema() : configurationJsonSchema()));
  return new Command("config")
    .description("the configuration")
    .addCommand(withJson(withConfig(checkCommand)))
    .addCommand(schemaCommand);
}
