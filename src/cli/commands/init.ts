/**
 * `ml-connector init`: asks what must be known, or takes it all by flags, and writes `ml-connector.yaml`, `agent.yaml`, an empty mapping and
 * the sealed secrets; all or nothing. `--secrets` stores both secrets of an existing connection anew.
 */
import { join, relative } from "node:path";
import { Command } from "commander";
import { loadConfiguration } from "../config/index.ts";
import { withConfig, withJson } from "../flags.ts";
import { type AnswerName, type Given, questions, secretQuestions, secretsFromEnvironment } from "../init/answers.ts";
import { completeAnswers, isComplete } from "../init/ask.ts";
import { writeInstallation, writeSecrets } from "../init/files.ts";
import { systemClock, systemRandom } from "../platform/index.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";

type Flags = { config: string; folder: string; secrets: boolean; json: boolean } & Record<string, unknown>;

const canAsk = () => process.stdin.isTTY === true && process.stdout.isTTY === true;
const ports = { clock: systemClock, random: systemRandom };

/** Commander's name of a flag: `sap-url` becomes `sapUrl`. */
const propertyOf = (flag: string): string => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function givenOf(flags: Flags): Given {
  const found = questions.flatMap(({ name, flag }): [AnswerName, string][] => {
    const value = flag === undefined ? undefined : flags[propertyOf(flag)];
    return typeof value === "string" ? [[name, value]] : [];
  });
  return Object.fromEntries(found);
}

function tell(written: readonly string[], isJson: boolean): void {
  if (isJson) {
    terminal.json({ written });
    return;
  }
  for (const file of written) terminal.print(`wrote ${relative(process.cwd(), file)}`);
  terminal.print("Next: fill mapping.csv, then `ml-connector ping`, then `ml-connector sync`.");
}

async function create(flags: Flags): Promise<void> {
  const byFlags = givenOf(flags);
  const connection = byFlags.connection ?? "main";
  const given = { ...byFlags, ...secretsFromEnvironment(connection, terminal.env) };
  const answers = await completeAnswers(questions, given, { canAsk: canAsk(), connection });
  if (!isComplete(answers, questions)) throw new Error("Assertion failed: an answer is missing");
  tell(await writeInstallation(answers, { folder: flags.folder, env: terminal.env, ...ports }), flags.json);
}

async function storeSecrets(flags: Flags): Promise<void> {
  const config = await loadConfiguration(flags.config);
  const asked = givenOf(flags).connection;
  const connection = pickConnection(config, asked);
  const given = secretsFromEnvironment(connection, terminal.env);
  const answers = await completeAnswers(secretQuestions, given, { canAsk: canAsk(), connection });
  const { sapPassword, clientSecret } = answers;
  if (sapPassword === undefined || clientSecret === undefined) throw new Error("Assertion failed: a secret is missing");
  const { dataFolder } = config;
  await writeSecrets({ connection, sapPassword, clientSecret }, { folder: ".", env: terminal.env, dataFolder, ...ports });
  tell([join(dataFolder, "secrets.json")], flags.json);
}

export function initCommand(): Command {
  const command = withJson(withConfig(new Command("init").description("write a new configuration, and seal the secrets")));
  command
    .option("--folder <folder>", "where the files are written", ".")
    .option("--secrets", "only store the secrets of a connection anew", false);
  for (const { flag, text, otherwise } of questions) {
    if (flag === undefined) continue;
    command.option(`--${flag} <text>`, otherwise ? `${text} (otherwise ${otherwise})` : text);
  }
  return command.action((flags: Flags) => (flags.secrets ? storeSecrets(flags) : create(flags)));
}
