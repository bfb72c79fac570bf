/** `ml-connector map`: check the rules, write them out, say in money how much of what was read they place, and re-code what is posted. */
import { Command, Option } from "commander";
import { type Coverage, formatMoney, fromAlpha } from "../../core/index.ts";
import { readCoverage } from "../../hub/index.ts";
import { loadConfiguration } from "../config/index.ts";
import { mappingCsv, mappingYaml } from "../config/write-mapping.ts";
import { wholeNumber, withConfig, withJson } from "../flags.ts";
import { percent } from "../report/propose-text.ts";
import { type Cell, groupDigits, renderTable } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore } from "../wiring/store-only.ts";
import { acceptCommand } from "./map/accept.ts";
import { proposeCommand } from "./map/propose.ts";
import { recodeCommand } from "./map/recode.ts";
import { whatIfCommand } from "./map/what-if.ts";

type Flags = { config: string; connection?: string; json: boolean };

async function check({ config, json }: Flags): Promise<void> {
  const { connections } = await loadConfiguration(config);
  const found = Object.entries(connections).map(([name, { mapping, mappingFile }]) => ({
    name,
    mappingFile,
    rules: mapping.ruleCount,
    projects: mapping.projects.length,
    version: mapping.version,
  }));
  if (json) return terminal.json(found);
  for (const { name, mappingFile, rules, projects, version } of found)
    terminal.print(
      `${name}: ${mappingFile} can be used: ${groupDigits(rules)} rules to ${projects} projects, version ${version}`,
    );
}

async function exportRules(flags: Flags & { format: "csv" | "yaml" }): Promise<void> {
  const config = await loadConfiguration(flags.config);
  const { mapping } = config.connections[pickConnection(config, flags.connection)] ?? {};
  if (!mapping) throw new Error("Assertion failed: a picked connection is not there");
  const text = flags.format === "csv" ? mappingCsv(mapping.rules) : mappingYaml(mapping.rules);
  terminal.print(text.trimEnd());
}

function gapName(name: string): string {
  const [kind = "", key = ""] = name.split(" ", 2);
  return `${kind} ${fromAlpha(key)}`;
}

/** How many of the largest rules it takes to carry nearly all that is covered. */
function carriers({ rules, coveredMinor }: Coverage): number {
  let carried = 0n;
  for (const [index, { sizeMinor }] of rules.entries()) {
    carried += sizeMinor;
    if (carried * 1_000n >= coveredMinor * 999n) return index + 1;
  }
  return rules.length;
}

function coverageLines(found: Coverage, ruleCount: number, limit: number): readonly string[] {
  const { currency, rules, gaps, lines, sizeMinor, coveredPermille } = found;
  const money = (minor: bigint) => `${groupDigits(formatMoney({ minor, currency }))} ${currency}`;
  const [next] = gaps;
  const head = [
    `${rules.length} of ${ruleCount} rules cover ${percent(coveredPermille)} of ${money(sizeMinor)} in ${groupDigits(lines)} lines; ${carriers(found)} of them carry nearly all of that`,
    ...(next ? [`the next best, for ${gapName(next.name)}, adds ${percent(next.permille)} (${money(next.sizeMinor)})`] : []),
  ];
  const row = ({ name, lines: count, sizeMinor: size, permille }: Coverage["gaps"][number], what: string): Cell[] => [
    what,
    name,
    groupDigits(count),
    money(size),
    percent(permille),
  ];
  const columns = [
    { title: "", align: "left" },
    { title: "rule or object", align: "left" },
    { title: "lines", align: "right" },
    { title: "amount", align: "right" },
    { title: "share", align: "right" },
  ] as const;
  const rows = [
    ...rules.slice(0, limit).map((each) => row(each, "rule")),
    ...gaps.slice(0, limit).map((each) => row({ ...each, name: gapName(each.name) }, "no rule")),
  ];
  const more = gaps.length === 0 ? [] : ["ml-connector map propose looks for rules for what has none."];
  return [...head, ...renderTable(columns, rows, terminal.paint), ...more];
}

async function tellCoverage(flags: Flags & { limit: number }): Promise<void> {
  const found = await lookAtStore({ configFile: flags.config, log: terminal.debug }, async ({ config, store }) => {
    const connection = pickConnection(config, flags.connection);
    const mapping = config.connections[connection]?.mapping;
    if (!mapping) throw new Error("Assertion failed: a picked connection is not there");
    const currencies = await readCoverage(store, { tenant: config.tenant, connection, mapping });
    return { connection, version: mapping.version, rules: mapping.ruleCount, currencies };
  });
  if (flags.json) return terminal.json(found ?? { currencies: [] });
  if (!found || found.currencies.length === 0) return terminal.print("No cost line was read yet; sync first.");
  for (const each of found.currencies) terminal.printAll(coverageLines(each, found.rules, flags.limit));
}

const withConnection = (command: Command) => withConfig(command).option("--connection <name>", "which connection's mapping");

export function mapCommand(): Command {
  const format = new Option("--format <name>", "of what is written").choices(["csv", "yaml"]).default("csv");
  return new Command("map")
    .description("the mapping: from SAP's objects and accounts to Procore's budget codes")
    .addCommand(
      withJson(withConfig(new Command("check").description("read the rules and find ties, start nothing"))).action(check),
    )
    .addCommand(
      withConnection(new Command("export").description("write the rules as CSV or YAML")).addOption(format).action(exportRules),
    )
    .addCommand(
      withJson(withConnection(new Command("coverage").description("how much of the amount that was read the rules place")))
        .option("--limit <n>", "how many rules and objects", wholeNumber(1, 10_000), 10)
        .action(tellCoverage),
    )
    .addCommand(whatIfCommand())
    .addCommand(proposeCommand())
    .addCommand(acceptCommand())
    .addCommand(recodeCommand());
}
