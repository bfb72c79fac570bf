// Everything over real sockets: simulated ECC and Procore, private PostgreSQL, hub and agent, on a world that a builder or a loader wrote.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { request } from "undici";
import { agentSettings, createEmbeddedSap, enrolAgent, startAgent } from "../../src/agent/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { compileMapping, type Flow, flows, type Mapping, readMappingRule } from "../../src/core/index.ts";
import { connectionSettings, type Hub, type RunReport, startHub } from "../../src/hub/index.ts";
import type { HttpClient, HttpRequest } from "../../src/ports/index.ts";
import { procoreClient, procoreCompanyId } from "../../src/sandbox/builder/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import { startProcore } from "../../src/sandbox/procore/index.ts";
import type { EccSystem } from "../../src/sandbox/world.ts";
import { createMemoryQueue } from "../../src/store/index.ts";
import { openTestPostgres } from "../contract/postgres.ts";
import { scriptedHttp } from "./scripted-http.ts";

export type FullBench = {
  sync(ask?: { flows?: readonly Flow[]; mode?: "full" | "delta" }): Promise<RunReport>;
  /** Every page of a Procore listing, by a client of the test's own. */
  list(path: string): Promise<Record<string, unknown>[]>;
  /** The simulated ECC's control door. */
  door(path: string, body: unknown): Promise<void>;
  /** The simulated ECC's clock stands at noon of this day (YYYYMMDD, UTC), which is SAP's day. */
  moveClockTo(day: string): Promise<void>;
  upsert(table: string, rows: readonly Readonly<Record<string, string>>[]): Promise<void>;
  postgres: Awaited<ReturnType<typeof openTestPostgres>>;
  hub: Hub;
  mapping: Mapping;
  system: EccSystem;
  procoreUrl: string;
  eccUrl: string;
  close(): Promise<void>;
};

export function readMapping(worldFolder: string) {
  const rows: Record<string, string>[] = parse(readFileSync(join(worldFolder, "config", "mapping.csv"), "utf8"), {
    columns: true,
  });
  const rules = rows.map((cells, index) => {
    const rule = readMappingRule(`line ${index + 2}`, cells);
    if (!rule.ok) throw new Error(JSON.stringify(rule.error));
    return rule.value;
  });
  const mapping = compileMapping(rules);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.error.slice(0, 3)));
  return mapping.value;
}

async function post(url: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.statusCode} ${text.slice(0, 300)}`);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function listAll(url: string, token: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for (let next: string | undefined = url; next; ) {
    const answer: Awaited<ReturnType<typeof request>> = await request(next, {
      headers: { authorization: `Bearer ${token}`, "procore-company-id": String(procoreCompanyId) },
    });
    items.push(...((await answer.body.json()) as Record<string, unknown>[]));
    next = /<([^>]+)>;\s*rel="?next"?/.exec(String(answer.headers.link ?? ""))?.[1];
  }
  return items;
}

function garbled(http: HttpClient, garbles: (request: HttpRequest) => boolean = () => false): HttpClient {
  const { http: nonsense } = scriptedHttp(() => ({ body: "<html>Sign on</html>" }));
  return { ...http, request: (request) => (garbles(request) ? nonsense : http).request(request) };
}

export async function openFullBench(options: {
  worldFolder: string;
  settings?: Record<string, unknown>;
  sap?: Record<string, unknown>;
  policy?: Record<string, unknown>;
  /** A call of the agent's to SAP that gets an answer nobody can read. */
  garbles?: (request: HttpRequest) => boolean;
}): Promise<FullBench> {
  const { worldFolder } = options;
  const ports = { clock: systemClock, random: systemRandom };
  const system = JSON.parse(readFileSync(join(worldFolder, "ecc", "system.json"), "utf8")) as EccSystem;
  const [user] = system.users;
  if (!user) throw new Error("the world has no SAP user");
  const ecc = await startEcc({ worldFolder, port: 0, ...ports });
  const procore = await startProcore({ worldFolder, port: 0, ...ports, limits: { hourly: 10_000_000, spike: 1_000_000 } });
  const postgres = await openTestPostgres();
  const http = createHttpClient();
  const queue = createMemoryQueue(ports);
  const settings = connectionSettings.parse({
    sap: { systemId: system.systemId, client: system.client },
    procore: { apiUrl: procore.url, authUrl: procore.url, companyId: procoreCompanyId, clientId: procoreClient.clientId },
    mapping: "mapping.csv",
    vendors: { accountGroups: ["KRED"] },
    costs: { costTypes: { L: { class: "labour", type: "payroll" } } },
    ...options.settings,
  });
  const log = (line: string) => {
    if (process.env.ML_TEST_LOG) process.stderr.write(`${line}\n`);
  };
  const connection = { settings, mapping: readMapping(worldFolder), readClientSecret: async () => procoreClient.clientSecret };
  const listen = { host: "127.0.0.1", port: 0 };
  const hub = await startHub({
    store: postgres.store,
    ...ports,
    http,
    tenant: "main",
    connections: { main: connection },
    listen,
    queue,
    log,
  });
  const sapSettings = { url: `${ecc.url}/sap/bc/soap/rfc`, client: system.client, user: user.user, ...options.sap };
  const sap = createEmbeddedSap(agentSettings.parse({ sap: sapSettings, policy: options.policy }), {
    ...ports,
    http: garbled(http, options.garbles),
    readPassword: async () => user.password,
  });
  const identity = await enrolAgent({ hubUrl: hub.url, code: await hub.createEnrolmentCode("main"), name: "bench", http });
  const agent = startAgent({
    hubUrl: hub.url,
    identity,
    http,
    ...ports,
    extracts: sap.extracts,
    receipt: sap.receipt,
    parallel: 3,
    log,
  });
  const { clientId, clientSecret } = procoreClient;
  const token = await post(`${procore.url}/oauth/token`, {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  return {
    postgres,
    hub,
    mapping: connection.mapping,
    system,
    procoreUrl: procore.url,
    eccUrl: ecc.url,
    sync: async ({ flows: wanted = flows, mode = "full" } = {}) =>
      hub.awaitRun(await hub.requestRun({ connection: "main", flows: wanted, mode })),
    list: (path) => listAll(`${procore.url}${path}`, String(token.access_token)),
    door: async (path, body) => {
      await post(`${ecc.url}/sandbox/${path}`, body);
    },
    moveClockTo: async (day) => {
      const noon = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)), 12);
      await post(`${ecc.url}/sandbox/switches`, { clockOffsetMs: noon - Date.now() });
    },
    upsert: async (table, rows) => {
      await post(`${ecc.url}/sandbox/tables/${table}`, { upsert: rows });
    },
    async close() {
      await agent.stop();
      await hub.stop();
      await queue.close();
      await sap.close();
      await http.close();
      await ecc.close();
      await procore.close();
      await postgres.close();
    },
  };
}
