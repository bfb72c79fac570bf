// The stage for the kills: one world for all, a simulated SAP for each of the lanes that histories are played in, and for each history a fresh simulated
// Procore and an installation that has read nothing yet. Both systems live in the test's process, so that they survive whatever dies.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { stringify } from "yaml";
import { systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { buildGroup, demoSystem, procoreClient, procoreCompanyId } from "../../src/sandbox/builder/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import { startProcore } from "../../src/sandbox/procore/index.ts";
import type { Access } from "./end-state.ts";
import { type Kill, startVictim, type Victim } from "./victim-process.ts";

const ports = { clock: systemClock, random: systemRandom };
// More orders than one slice of EKKO holds, so that reading splits and there are many uploads to die between; of them the configuration
// takes one company code's, so that a case stays short.
const size = { seed: 1, asOf: "20260930", projects: 6, vendors: 60, purchaseOrders: 420, poLines: 500, costLines: 1_200 };
// The smaller window shows in the headers (procore 2), and the client keeps to 25 in 10 s until it has seen that one.
const unlimited = { hourly: 1_000_000, spike: 100_000 };

const sapPassword = demoSystem.users[0]?.password ?? "";
const sapUser = demoSystem.users[0]?.user ?? "";
const secrets = {
  ML_CONNECTOR_SECRET_MAIN_PROCORE_CLIENT_SECRET: procoreClient.clientSecret,
  ML_CONNECTOR_SECRET_MAIN_SAP_PASSWORD: sapPassword,
};

/** What a history's Procore does to its next calls; see the sandbox's weather. */
export type Front = { on: { path: string; method?: string }; how: string; times?: number; skip?: number; delayMs?: number };

export type Stage = { openHistory(weather: readonly Front[]): Promise<History>; close(): Promise<void> };

export type History = {
  access: Access;
  startVictim(kill?: Kill): Victim;
  /** Write calls that reached Procore so far. */
  countWrites(): Promise<number>;
  close(): Promise<void>;
};

/** As root the private PostgreSQL runs as another user, who must pass. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "mlc-chaos-"));
  chmodSync(folder, 0o711);
  return folder;
}

function writeConfig(folder: string, urls: { ecc: string; procore: string; world: string }): string {
  const { systemId, client, timeZoneMinutes } = demoSystem;
  const connection = {
    sap: { systemId, client },
    procore: { apiUrl: urls.procore, authUrl: urls.procore, companyId: procoreCompanyId, clientId: procoreClient.clientId },
    mapping: join(urls.world, "config", "mapping.csv"),
    vendors: { accountGroups: ["KRED"] },
    purchaseOrders: { companyCodes: ["1200"] },
    costs: { costTypes: { L: { class: "labour", type: "payroll" } } },
    // Doubt is resolved in seconds instead of minutes; several small calls instead of one, so that there is something to die between.
    limits: {
      settleMs: 300,
      callTimeoutMs: 500,
      vendorsPerCall: 10,
      contractsPerCall: 10,
      directCostsPerCall: 10,
      costLinesPerCall: 20,
    },
  };
  const file = join(folder, "ml-connector.yaml");
  const hub = { host: "127.0.0.1", port: 0 };
  writeFileSync(file, stringify({ version: 1, dataFolder: "data", hub, connections: { main: connection } }));
  const sap = { url: `${urls.ecc}/sap/bc/soap/rfc`, client, user: sapUser, timeZoneMinutes };
  writeFileSync(join(folder, "agent.yaml"), stringify({ name: "chaos", sap }));
  return file;
}

async function door(url: string, path: string, body?: unknown): Promise<unknown> {
  const options = body === undefined ? {} : { method: "POST" as const, body: JSON.stringify(body) };
  const answer = await request(`${url}/sandbox/${path}`, { ...options, headers: { "content-type": "application/json" } });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${text}`);
  return JSON.parse(text) as unknown;
}

async function countWrites(url: string): Promise<number> {
  const { calls } = (await door(url, "stats")) as { calls: Record<string, number> };
  return Object.entries(calls)
    .filter(([route]) => !route.startsWith("GET ") && !route.includes("/oauth/"))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** By its command line: the process that a stale pid file names may be another's by now. */
function isServing(pid: number, dataFolder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(dataFolder);
  } catch {
    return false;
  }
}

const deathMs = 3_000;

/** A test that failed may have left a server that nobody stops any more. It is waited for: what it writes would outlive its folder. */
async function killPostgres(dataFolder: string): Promise<void> {
  const file = join(dataFolder, "postgres", "cluster", "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  const until = systemClock.monotonic() + deathMs;
  if (isServing(pid, dataFolder)) process.kill(pid, "SIGQUIT");
  while (isServing(pid, dataFolder) && systemClock.monotonic() < until) await systemClock.sleep(20);
}

type Place = { world: string; eccUrl: string; template: string };

/** With owners and rights: the cluster is another user's where we are root. */
function copyData(from: string, to: string): void {
  const { status, stderr } = spawnSync("cp", ["-a", from, to], { encoding: "utf8" });
  if (status !== 0) throw new Error(`cp -a ${from} ${to}: ${stderr}`);
}

async function openHistory(place: Place, weather: readonly Front[]): Promise<History> {
  const folder = makeFolder();
  copyData(join(place.template, "data"), join(folder, "data"));
  const procoreFolder = join(folder, "procore");
  mkdirSync(procoreFolder);
  cpSync(join(place.world, "procore", "seed.json"), join(procoreFolder, "seed.json"));
  const procore = await startProcore({ worldFolder: folder, port: 0, ...ports, limits: unlimited });
  for (const front of weather) await door(procore.url, "weather", front);
  // Who is killed does not log off, and a hundred sessions of one user in half an hour are too many (sap-rfc 2.2.4): a history has its own day.
  await door(place.eccUrl, "switches", { endAllSessions: true });
  const configFile = writeConfig(folder, { ecc: place.eccUrl, procore: procore.url, world: place.world });
  const dataFolder = join(folder, "data");
  const victims: Victim[] = [];
  return {
    access: { url: procore.url, companyId: procoreCompanyId, ...procoreClient },
    startVictim(kill) {
      const victim = startVictim({ configFile, dataFolder, ...(kill === undefined ? {} : { kill }) }, secrets);
      victims.push(victim);
      return victim;
    },
    countWrites: () => countWrites(procore.url),
    async close() {
      for (const victim of victims) await victim.destroy();
      await killPostgres(dataFolder);
      await procore.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** An installation that was set up and has read nothing: to make its cluster and tables takes longer than a life. */
async function setUp(world: string, eccUrl: string): Promise<string> {
  const template = makeFolder();
  const dataFolder = join(template, "data");
  const victim = startVictim({ configFile: writeConfig(template, { ecc: eccUrl, procore: eccUrl, world }), dataFolder }, secrets);
  await victim.end();
  return template;
}

/** A simulated SAP for each lane: what ends one history's sessions there must not end another's. */
export async function openStage(lanesMax: number): Promise<Stage> {
  const world = makeFolder();
  buildGroup({ worldFolder: world, ...size });
  // A life is short, and half of it would be the reading of its sources.
  process.env.NODE_COMPILE_CACHE ??= join(world, "compiled");
  const eccs = await Promise.all(Array.from({ length: lanesMax }, () => startEcc({ worldFolder: world, port: 0, ...ports })));
  const template = await setUp(world, eccs[0]?.url ?? "");
  const free = eccs.map(({ url }) => url);
  const waiting: ((eccUrl: string) => void)[] = [];
  const take = () => new Promise<string>((resolve) => (free.length > 0 ? resolve(free.pop() ?? "") : waiting.push(resolve)));
  const give = (eccUrl: string) => {
    const next = waiting.shift();
    if (next) next(eccUrl);
    else free.push(eccUrl);
  };
  return {
    async openHistory(weather) {
      const eccUrl = await take();
      const history = await openHistory({ world, eccUrl, template }, weather);
      return { ...history, close: () => history.close().finally(() => give(eccUrl)) };
    },
    async close() {
      for (const ecc of eccs) await ecc.close();
      await killPostgres(join(template, "data"));
      for (const folder of [template, world]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
