// The command line as a person uses it: a process of its own in a folder of its own, against both simulated systems, which live in the test's
// process. A small world is built once for a file of tests.
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { expect } from "vitest";
import { systemClock as clock, systemRandom as random } from "../../src/cli/platform/index.ts";
import { buildGroup, type ProcoreSeed, startEcc, startProcore } from "../../src/sandbox/index.ts";

const entry = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
export const sapPassword = "Demo-2026";
const size = { seed: 1, asOf: "20260930", projects: 3, vendors: 60, purchaseOrders: 40, poLines: 80, costLines: 200 };

export type Ended = { code: number | null; out: string; err: string };
export type Cli = { child: ChildProcess; text(): string; ended: Promise<Ended> };

type EccStats = {
  logonsBad: number;
  calls: Readonly<Record<string, number>>;
  tables: Readonly<Record<string, { rowsSent: number }>>;
};

export type CliBench = {
  /** Where a command runs: holds the configuration, and the data once there is any. */
  folder: string;
  worldFolder: string;
  hubPort: number;
  eccUrl: string;
  procoreUrl: string;
  clientSecret: string;
  start(args: readonly string[], env?: NodeJS.ProcessEnv): Cli;
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** With `--json`; what it answers where it ends well, and a failed test otherwise. */
  runJson<T>(...args: readonly string[]): Promise<T>;
  /** `init` by flags; the mapping is the world's, without the projects that Procore does not show. */
  init(changed?: Readonly<Record<string, string>>, secrets?: { sap?: string; procore?: string }): Promise<Ended>;
  eccSwitch(switches: Record<string, unknown>): Promise<void>;
  eccTable(table: string, change: Record<string, unknown>): Promise<void>;
  procoreDoor(method: "POST" | "DELETE", path: string, body?: unknown): Promise<void>;
  eccStats(): Promise<EccStats>;
  procoreCalls(): Promise<Readonly<Record<string, number>>>;
  /** Empties the folder for the next test. */
  clear(): void;
  close(): Promise<void>;
};

async function send(url: string, method: "GET" | "POST" | "DELETE", body?: unknown): Promise<unknown> {
  const answer = await request(url, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${method} ${url}: ${answer.statusCode} ${text}`);
  return JSON.parse(text);
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "mlc-cli-"));
  // As root the private PostgreSQL runs as another user, who must pass.
  chmodSync(folder, 0o711);
  return folder;
}

/** For the hub: the default port may be another suite's, or somebody's. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("a server without a port");
  return address.port;
}

/** No setting of ours, and no secret, comes from outside. What Node compiled is kept for the next command, as it is behind `bin/`. */
function ofThisProcess(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE };
}

function startCli(folder: string, args: readonly string[], env: NodeJS.ProcessEnv): Cli {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", entry, ...args], {
    cwd: folder,
    env: { ...ofThisProcess(), NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, out, err })));
  return { child, text: () => out + err, ended };
}

/** Rules that lead to projects which the service account sees. */
function permittedRules(worldFolder: string, seed: ProcoreSeed): string {
  const [client] = seed.clients;
  const permitted = seed.projects.filter(
    ({ id }) => client?.permittedProjectIds === "all" || client?.permittedProjectIds.includes(id),
  );
  const numbers = new Set(permitted.map(({ projectNumber }) => projectNumber));
  const [header = "", ...lines] = readFileSync(join(worldFolder, "config", "mapping.csv"), "utf8")
    .trimEnd()
    .split("\n");
  const column = header.split(",").indexOf("project");
  return [header, ...lines.filter((line) => numbers.has(line.split(",")[column] ?? "")), ""].join("\n");
}

/** `prepare` changes the world on disk before anything serves it. */
export async function openCliBench(prepare: (worldFolder: string) => void = () => undefined): Promise<CliBench> {
  const worldFolder = makeFolder();
  buildGroup({ worldFolder, ...size });
  prepare(worldFolder);
  const seed = JSON.parse(readFileSync(join(worldFolder, "procore", "seed.json"), "utf8")) as ProcoreSeed;
  const [client] = seed.clients;
  if (!client) throw new Error("the world has no client");
  const mapping = permittedRules(worldFolder, seed);
  const ecc = await startEcc({ worldFolder, port: 0, clock, random });
  // The hour is far from exhausted, so that the headers show the spike window: until they do, a client keeps to the documented 25 per 10 s.
  const limits = { hourly: 1_000_000, spike: 100_000 };
  const procore = await startProcore({ worldFolder, port: 0, clock, random, limits });
  const hubPort = await findFreePort();
  const bench: CliBench = {
    folder: makeFolder(),
    worldFolder,
    hubPort,
    eccUrl: ecc.url,
    procoreUrl: procore.url,
    clientSecret: client.clientSecret,
    start: (args, env = {}) => startCli(bench.folder, args, env),
    run: (args, env = {}) => startCli(bench.folder, args, env).ended,
    async runJson<T>(...args: readonly string[]) {
      const ended = await bench.run([...args, "--json"]);
      expect(ended).toMatchObject({ code: 0 });
      return JSON.parse(ended.out) as T;
    },
    async init(changed = {}, secrets = {}) {
      const flags = {
        "sap-url": ecc.url,
        "sap-system": "S01",
        "sap-client": "100",
        "sap-user": "MLCONNECT",
        "time-zone": "-420",
        "account-groups": "KRED",
        "procore-url": procore.url,
        "procore-auth-url": procore.url,
        "procore-company": String(client.companyId),
        "procore-client-id": client.clientId,
        ...changed,
      };
      const ended = await bench.run(["init", ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)], {
        ML_CONNECTOR_SECRET_MAIN_SAP_PASSWORD: secrets.sap ?? sapPassword,
        ML_CONNECTOR_SECRET_MAIN_PROCORE_CLIENT_SECRET: secrets.procore ?? client.clientSecret,
      });
      if (ended.code !== 0) return ended;
      writeFileSync(join(bench.folder, "mapping.csv"), mapping);
      appendFileSync(join(bench.folder, "ml-connector.yaml"), `hub:\n  port: ${hubPort}\n`);
      return ended;
    },
    eccSwitch: async (switches) => void (await send(`${ecc.url}/sandbox/switches`, "POST", switches)),
    eccTable: async (table, change) => void (await send(`${ecc.url}/sandbox/tables/${table}`, "POST", change)),
    procoreDoor: async (method, path, body) => void (await send(`${procore.url}/sandbox/${path}`, method, body)),
    eccStats: async () => (await send(`${ecc.url}/sandbox/stats`, "GET")) as EccStats,
    procoreCalls: async () => ((await send(`${procore.url}/sandbox/stats`, "GET")) as { calls: Record<string, number> }).calls,
    clear() {
      rmSync(bench.folder, { recursive: true, force: true });
      bench.folder = makeFolder();
    },
    async close() {
      rmSync(bench.folder, { recursive: true, force: true });
      await ecc.close();
      await procore.close();
      rmSync(worldFolder, { recursive: true, force: true });
    },
  };
  return bench;
}
