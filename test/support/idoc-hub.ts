// A process to be killed: a hub without connections to anybody, and the receiver of IDocs before it, over a PostgreSQL that outlives both. Says its
// address in one line and then works until it dies.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createHubClient, enrolAgent, listenForIDocs } from "../../src/agent/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { compileMapping } from "../../src/core/index.ts";
import { connectionSettings, startHub } from "../../src/hub/index.ts";
import { createMemoryQueue, openStore, type StoreConnection } from "../../src/store/index.ts";

type Order = { connection: StoreConnection; port: number; user: string; password: string; identityFile: string };
const order = JSON.parse(process.argv[2] ?? "{}") as Order;

const settings = connectionSettings.parse({
  sap: { systemId: "S01", client: "100" },
  procore: { apiUrl: "https://api.example", authUrl: "https://api.example", companyId: 1, clientId: "cid" },
  mapping: "mapping.csv",
  vendors: { accountGroups: ["KRED"] },
});
const mapping = compileMapping([]);
if (!mapping.ok) throw new Error("no mapping");
const http = createHttpClient();
const store = await openStore({ connection: order.connection, clock: systemClock });
const hub = await startHub({
  store,
  clock: systemClock,
  random: systemRandom,
  http,
  tenant: "main",
  connections: { main: { settings, mapping: mapping.value, readClientSecret: async () => "secret" } },
  listen: { host: "127.0.0.1", port: 0 },
  queue: createMemoryQueue({ clock: systemClock, random: systemRandom }),
  log: () => undefined,
});
if (!existsSync(order.identityFile)) {
  const code = await hub.createEnrolmentCode("main");
  const made = await enrolAgent({ hubUrl: hub.url, code, name: "receiver", http });
  writeFileSync(order.identityFile, JSON.stringify(made), { mode: 0o600 });
}
const identity = JSON.parse(readFileSync(order.identityFile, "utf8")) as Awaited<ReturnType<typeof enrolAgent>>;
const listener = await listenForIDocs({
  host: "127.0.0.1",
  port: order.port,
  path: "/idoc",
  user: order.user,
  readPassword: async () => order.password,
  bodyBytesMax: 64 * 1024 * 1024,
  hub: createHubClient({ hubUrl: hub.url, identity, http, clock: systemClock }),
  log: () => undefined,
});
process.stdout.write(`${listener.url}\n`);
