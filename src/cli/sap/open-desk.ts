/**
 * SAP for the `sap` commands: from the configuration as `ping` does, or from flags alone, so that somebody of Basis can try a system before anything
 * is set up. The password comes from the sealed secrets, from ML_CONNECTOR_SAP_PASSWORD, or is asked for; never from an argument.
 */
import { type AgentSettings, agentSettings, openSapDesk, type SapDesk, type SapPorts } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import { loadConfiguration } from "../config/index.ts";
import { UsageError } from "../exit-codes.ts";
import { createHttpClient, systemClock, systemRandom } from "../platform/index.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { openSecrets, requireSapPassword } from "../wiring/places.ts";
import { createSapPorts } from "../wiring/sap-ports.ts";

export type DeskFlags = {
  config: string;
  connection?: string;
  url?: string;
  client?: string;
  user?: string;
  language?: string;
  plainHttp?: boolean;
};

export const passwordVariable = "ML_CONNECTOR_SAP_PASSWORD";

/** `tables`: what the command will ask for. By flags alone it is the whole policy; a configured policy stays as it is. */
export async function withDesk<T>(
  flags: DeskFlags,
  tables: readonly string[],
  use: (desk: SapDesk, settings: AgentSettings, ports: SapPorts) => Promise<T>,
): Promise<T> {
  const { settings, ports } = flags.url === undefined ? await fromConfiguration(flags) : await fromFlags(flags, tables);
  try {
    const desk = openSapDesk(settings, ports);
    try {
      return await use(desk, settings, ports);
    } finally {
      await desk.close();
    }
  } finally {
    await ports.http.close();
  }
}

export async function fromConfiguration(flags: DeskFlags): Promise<{ settings: AgentSettings; ports: SapPorts }> {
  const config = await loadConfiguration(flags.config);
  const name = pickConnection(config, flags.connection);
  const connection = config.connections[name];
  if (!connection) throw new UsageError(`There is no connection ${name} in ${flags.config}.`);
  const random = { clock: systemClock, random: systemRandom };
  const secrets = openSecrets({ dataFolder: config.dataFolder, env: terminal.env, ...random });
  await requireSapPassword(secrets, name, connection.agent, connection.agentFile);
  const ports = await createSapPorts({
    connection: name,
    settings: connection.agent,
    dataFolder: config.dataFolder,
    secrets,
    ...random,
  });
  return { settings: connection.agent, ports };
}

/** `as-it-is`: the default policy. */
export async function fromFlags(
  flags: DeskFlags,
  tables: readonly string[] | "as-it-is",
): Promise<{ settings: AgentSettings; ports: SapPorts }> {
  const { url, client, user, language = "EN", plainHttp = false } = flags;
  if (client === undefined || user === undefined) throw new UsageError("With --url, give --client and --user, too.");
  const parsed = agentSettings.safeParse({ sap: { url, client, user, language, allowPlainHttp: plainHttp } });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Fault("config.invalid", {
      place: `--${String(issue?.path.at(-1) ?? "url")}`,
      detail: issue?.message ?? "is not as expected",
    });
  }
  const password = terminal.env[passwordVariable] ?? (await askPassword(user));
  const { policy } = parsed.data;
  const ports = { http: createHttpClient(), clock: systemClock, random: systemRandom, readPassword: async () => password };
  if (tables === "as-it-is") return { settings: parsed.data, ports };
  const settings: AgentSettings = {
    ...parsed.data,
    policy: {
      ...policy,
      functions: [...policy.functions, "EM_GET_NUMBER_OF_ENTRIES"],
      tables: Object.fromEntries(tables.map((table) => [table, "*" as const])),
    },
  };
  return { settings, ports };
}

export async function askPassword(user: string): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError(`Set ${passwordVariable}, or call from a terminal to be asked for it.`);
  const { password, isCancel } = await import("@clack/prompts");
  const answer = await password({ message: `Password of ${user}` });
  if (isCancel(answer)) throw new UsageError("No password was given.");
  return answer;
}
