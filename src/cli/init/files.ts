/**
 * The files of a new installation: composed, checked by the same schemas that will read them, and written all or none. Nothing that is
 * there already is overwritten. Secrets go into the sealed store only.
 */
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { Fault, mappingColumnsUsual } from "../../core/index.ts";
import type { Clock, Random } from "../../ports/index.ts";
import { agentFileSchema, configurationSchema } from "../config/index.ts";
import { readYaml } from "../config/read-yaml.ts";
import { defaultConfigFile } from "../flags.ts";
import { makeDataFolder, openSecrets } from "../wiring/places.ts";
import { type Answers, secretNameOf, secretQuestions } from "./answers.ts";

export type Place = { folder: string; env: NodeJS.ProcessEnv; clock: Clock; random: Random };
type NewFile = { file: string; text: string };

const dataFolderName = ".ml-connector";

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");

/** A number where it is one; otherwise the text, for the schema to refuse with its place. */
const numberOf = (text: string): number | string => (/^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text);

function configurationText(answers: Answers): string {
  const companyCodes = listOf(answers.companyCodes);
  const content = {
    version: 1,
    dataFolder: dataFolderName,
    connections: {
      [answers.connection]: {
        sap: { systemId: answers.sapSystem, client: answers.sapClient },
        procore: {
          apiUrl: answers.procoreUrl,
          authUrl: answers.procoreAuthUrl,
          companyId: numberOf(answers.company),
          clientId: answers.clientId,
        },
        mapping: "mapping.csv",
        agent: "agent.yaml",
        vendors: { accountGroups: listOf(answers.accountGroups), companyCodes },
        purchaseOrders: { companyCodes },
        costs: { companyCodes },
      },
    },
  };
  return `# What goes where. Check it with: ml-connector config check\n${stringify(content, { aliasDuplicateObjects: false })}`;
}

function agentText(answers: Answers): string {
  const zone = numberOf(answers.timeZone);
  const content = {
    version: 1,
    name: `agent-${answers.connection}`,
    sap: {
      url: answers.sapUrl,
      client: answers.sapClient,
      user: answers.sapUser,
      companyCodes: listOf(answers.companyCodes),
      ...(typeof zone === "number" ? { timeZoneMinutes: zone } : { timeZone: zone }),
    },
  };
  const about = "# What the agent's machine alone knows. The password is in the sealed store.";
  return `${about}\n# Without \`policy\`, exactly the tables and fields that the flows read are allowed.\n${stringify(content, { aliasDuplicateObjects: false })}`;
}

async function refuseExisting(files: readonly NewFile[]): Promise<void> {
  for (const { file } of files) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const detail = "it is there already, and init overwrites nothing; remove it, choose another --folder, or use init --secrets";
    throw new Fault("config.invalid", { place: file, detail });
  }
}

function compose(folder: string, answers: Answers): readonly NewFile[] {
  const configuration = { file: join(folder, defaultConfigFile), text: configurationText(answers) };
  const agent = { file: join(folder, "agent.yaml"), text: agentText(answers) };
  readYaml({ ...configuration, schema: configurationSchema });
  readYaml({ ...agent, schema: agentFileSchema });
  return [configuration, agent, { file: join(folder, "mapping.csv"), text: `${mappingColumnsUsual.join(",")}\n` }];
}

export async function writeSecrets(
  answers: Pick<Answers, "connection" | "sapPassword" | "clientSecret">,
  place: Place & { dataFolder: string },
) {
  await makeDataFolder(place.dataFolder);
  const secrets = openSecrets(place);
  for (const { name } of secretQuestions) {
    const value = name === "sapPassword" ? answers.sapPassword : answers.clientSecret;
    await secrets.write(secretNameOf(name, answers.connection), value);
  }
}

/** Answers the files that it wrote. */
export async function writeInstallation(answers: Answers, place: Place): Promise<readonly string[]> {
  const folder = resolve(place.folder);
  const files = compose(folder, answers);
  await refuseExisting(files);
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  try {
    for (const { file, text } of files) {
      await writeFile(file, text, { flag: "wx" });
      written.push(file);
    }
    await writeSecrets(answers, { ...place, dataFolder: join(folder, dataFolderName) });
    return written;
  } catch (error) {
    for (const file of written) await rm(file, { force: true });
    throw error;
  }
}
