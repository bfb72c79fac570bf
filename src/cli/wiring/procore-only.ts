/** Procore without hub and agent, for commands that only look: a token of its own, and nothing is called until something is asked. */
import { openProcore, type Procore } from "../../procore/index.ts";
import type { Configuration } from "../config/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../platform/index.ts";
import { openSecrets, requireSecret, secretNames } from "./places.ts";

export type ProcoreOnlyOptions = { config: Configuration; connection: string; env: NodeJS.ProcessEnv };

export async function lookAtProcore<T>(
  { config, connection, env }: ProcoreOnlyOptions,
  look: (procore: Procore) => Promise<T>,
): Promise<T> {
  const settings = config.connections[connection]?.settings.procore;
  if (!settings) throw new Error("Assertion failed: a picked connection is not there");
  const { apiUrl, authUrl, companyId, clientId } = settings;
  const ports = { clock: systemClock, random: systemRandom };
  const secrets = openSecrets({ dataFolder: config.dataFolder, env, ...ports });
  const name = secretNames.procoreClientSecret(connection);
  await requireSecret(secrets, name, `connections.${connection}`);
  const http = createHttpClient();
  try {
    return await look(
      openProcore({ apiUrl, authUrl, companyId, clientId, readClientSecret: () => secrets.read(name), http, ...ports }),
    );
  } finally {
    await http.close();
  }
}
