// A hub with nothing but a connection, for the measurement of its webhook address.
import { createHttpClient, systemClock, systemRandom } from "../src/cli/platform/index.ts";
import { compileMapping } from "../src/core/index.ts";
import { connectionSettings, startHub } from "../src/hub/index.ts";
import { createMemoryQueue, type Store } from "../src/store/index.ts";

export async function startHookHub({ store, queueMax }: { store: Store; queueMax: number }) {
  const mapping = compileMapping([]);
  if (!mapping.ok) throw new Error("an empty mapping compiles");
  const http = createHttpClient();
  const queue = createMemoryQueue({ clock: systemClock, random: systemRandom });
  const settings = connectionSettings.parse({
    sap: { systemId: "S01", client: "100" },
    procore: { apiUrl: "https://api.example.com", authUrl: "https://login.example.com", companyId: 77, clientId: "cid" },
    mapping: "mapping.csv",
    vendors: { accountGroups: ["KRED"] },
    webhooks: { queueMax },
  });
  const hub = await startHub({
    store,
    clock: systemClock,
    random: systemRandom,
    http,
    tenant: "main",
    connections: {
      main: {
        settings,
        mapping: mapping.value,
        readClientSecret: async () => "secret",
        readWebhookSecrets: async () => ["bench"],
      },
    },
    listen: { host: "127.0.0.1", port: 0 },
    queue,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  return {
    url: hub.url,
    async stop() {
      await hub.stop();
      await queue.close();
      await http.close();
    },
  };
}
