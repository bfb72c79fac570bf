// Hub, store, simulated Procore and a fake agent, wired as a test needs them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import {
  flows as allFlows,
  compileMapping,
  type Flow,
  type Mapping,
  type MappingRule,
  type Pattern,
  type RunFlow,
  type UploadedRecord,
} from "../../src/core/index.ts";
import { type ConnectionSettings, connectionSettings, type Hub, type RunReport, startHub } from "../../src/hub/index.ts";
import type { JobQueue } from "../../src/ports/index.ts";
import { startProcore } from "../../src/sandbox/procore/index.ts";
import type { ProcoreSeed } from "../../src/sandbox/world.ts";
import { createMemoryQueue } from "../../src/store/index.ts";
import { openTestPostgres, type TestPostgres } from "../contract/postgres.ts";
import { enrolFake, type FakeAgent, runFakeAgent } from "./fake-agent.ts";

export const company = 77;
export const project = 810;
/** For what is split; no rule of `openBench`'s own leads there. */
export const secondProject = 811;

const seed: ProcoreSeed = {
  companies: [{ id: company, name: "Group" }],
  clients: ["cid", "another-app"].map((clientId) => ({
    clientId,
    clientSecret: "secret",
    companyId: company,
    permittedProjectIds: [project, secondProject],
  })),
  projects: [
    {
      id: project,
      companyId: company,
      name: "Tower",
      projectNumber: "TOWER",
      active: true,
      currencyIsoCode: "USD",
      costCodes: [{ id: 1, fullCode: "03-100", name: "Rebar" }],
      wbsCodes: [
        { id: 33001, costCode: "03-100", costType: "M" },
        { id: 33002, costCode: "03-100", costType: "L" },
      ],
    },
    {
      id: secondProject,
      companyId: company,
      name: "Bridge",
      projectNumber: "BRIDGE",
      active: true,
      currencyIsoCode: "USD",
      costCodes: [{ id: 2, fullCode: "03-100", name: "Rebar" }],
      wbsCodes: [{ id: 34001, costCode: "03-100", costType: "M" }],
    },
  ],
  lineItemTypes: [
    { id: 21, companyId: company, code: "M", name: "Materials", baseType: "materials" },
    { id: 22, companyId: company, code: "L", name: "Labour", baseType: "other" },
  ],
  vendors: [{ id: 5001, companyId: company, name: "Twin & Sons", isActive: true }],
};

const exact = (value: string): Pattern => ({ kind: "exact", value });
const any: Pattern = { kind: "any" };

export function rule(object: string, costType: string, account?: string, projectNumber = "TOWER"): MappingRule {
  return {
    name: `${object} ${account ?? "any"}`,
    companyCode: any,
    objectKind: "wbs",
    object: exact(object),
    account: account ? exact(account) : any,
    materialGroup: any,
    target: { project: projectNumber, costCode: "03-100", costType },
  };
}

export type Bench = {
  postgres: TestPostgres;
  hub: Hub;
  /** What the next read finds. */
  records: Partial<Record<RunFlow, readonly UploadedRecord[]>>;
  /** How the agent says that it read. */
  reading: { how?: "sweep" | "changes"; isDigested?: boolean };
  sync(flows?: readonly Flow[], connection?: string): Promise<RunReport>;
  /** Any answer of Procore's API, as a person with a token would get it. */
  get(path: string): Promise<unknown>;
  /** A write of a person's, through the public API. */
  post(path: string, body: unknown): Promise<unknown>;
  patch(path: string, body: unknown): Promise<unknown>;
  /** A write of another app's, which is none of a person's and none of ours. */
  patchByAnotherApp(path: string, body: unknown): Promise<unknown>;
  remove(path: string): Promise<void>;
  door(path: string, body: unknown): Promise<unknown>;
  setRules(rules: readonly MappingRule[]): void;
  /** As a hub that was started anew with these settings would have them. */
  changeCosts(change: Partial<ConnectionSettings["costs"]>): void;
  clearWeather(): Promise<unknown>;
  writes(): Promise<number>;
  close(): Promise<void>;
};

function compiled(rules: readonly MappingRule[]): Mapping {
  const mapping = compileMapping(rules);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
  return mapping.value;
}

async function readJson(url: string, options: Parameters<typeof request>[1]): Promise<unknown> {
  const answer = await request(url, options);
  const text = await answer.body.text();
  return text === "" ? undefined : JSON.parse(text);
}

export async function openBench(
  options: {
    rules?: readonly MappingRule[];
    settings?: Record<string, unknown>;
    /** Of the connection's `procore`. */
    procore?: Record<string, unknown>;
    faultPoint?: (name: string) => void;
    /** A second connection, `other`, of another SAP system and the same Procore client. */
    withOther?: boolean;
    /** Of the simulated Procore; without it as good as none. */
    limits?: { hourly: number; spike: number };
    /** What webhooks may carry; with it the simulated Procore delivers them. */
    webhookSecrets?: () => readonly string[];
    /** The test speaks for the agent itself. */
    withoutAgent?: boolean;
    /** The test says itself when a worker works. */
    queue?: JobQueue;
  } = {},
): Promise<Bench> {
  const worldFolder = mkdtempSync(join(tmpdir(), "mlc-hub-"));
  mkdirSync(join(worldFolder, "procore"), { recursive: true });
  writeFileSync(join(worldFolder, "procore", "seed.json"), JSON.stringify(seed));
  const http = createHttpClient();
  const procore = await startProcore({
    worldFolder,
    ...(options.webhookSecrets ? { http } : {}),
    port: 0,
    clock: systemClock,
    random: systemRandom,
    limits: options.limits ?? { hourly: 1_000_000, spike: 100_000 },
  });
  const postgres = await openTestPostgres();
  let mapping = compiled(options.rules ?? [rule("P-1", "M"), rule("P-1", "L", "0000500000")]);
  const settings = connectionSettings.parse({
    sap: { systemId: "S01", client: "100" },
    procore: { apiUrl: procore.url, authUrl: procore.url, companyId: company, clientId: "cid", ...options.procore },
    mapping: "mapping.csv",
    vendors: { accountGroups: ["KRED"] },
    costs: { costTypes: { L: { class: "labour", type: "payroll" } } },
    limits: { settleMs: 50, callTimeoutMs: 1_000 },
    ...options.settings,
  });
  // The hub is given a mapping for good; here it follows `setRules`, as a hub that was started anew would.
  const live: Mapping = {
    get version() {
      return mapping.version;
    },
    get ruleCount() {
      return mapping.ruleCount;
    },
    get rules() {
      return mapping.rules;
    },
    get projects() {
      return mapping.projects;
    },
    resolve: (query) => mapping.resolve(query),
  };
  const connection = {
    settings,
    mapping: live,
    readClientSecret: async () => "secret",
    readWebhookSecrets: async () => options.webhookSecrets?.() ?? [],
  };
  const otherSettings = { ...settings, sap: { ...settings.sap, systemId: "S02" } };
  const queue = options.queue ?? createMemoryQueue({ clock: systemClock, random: systemRandom });
  const hub = await startHub({
    store: postgres.store,
    clock: systemClock,
    random: systemRandom,
    http,
    tenant: "main",
    connections: options.withOther
      ? { main: connection, other: { ...connection, settings: otherSettings } }
      : { main: connection },
    listen: { host: "127.0.0.1", port: 0 },
    queue,
    log: (line) => process.env.ML_TEST_LOG && process.stderr.write(`${line}\n`),
    ...(options.faultPoint ? { faultPoint: options.faultPoint } : {}),
  });
  const records: Bench["records"] = {};
  const reading: Bench["reading"] = {};
  const startAgent = async (name: string): Promise<FakeAgent> =>
    runFakeAgent(
      hub.url,
      await enrolFake(hub.url, await hub.createEnrolmentCode(name)),
      () => records,
      () => reading,
    );
  const agents: FakeAgent[] = [];
  if (!options.withoutAgent) agents.push(await startAgent("main"));
  if (options.withOther) agents.push(await startAgent("other"));
  const headersOf = async (clientId: string) => {
    const token = (await readJson(`${procore.url}/oauth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ grant_type: "client_credentials", client_id: clientId, client_secret: "secret" }),
    })) as { access_token: string };
    return { authorization: `Bearer ${token.access_token}`, "procore-company-id": String(company) };
  };
  const headers = await headersOf("cid");
  const send = (method: "POST" | "PATCH", path: string, body: unknown, as: Record<string, string> = headers) =>
    readJson(`${procore.url}${path}`, {
      method,
      headers: { ...as, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    postgres,
    hub,
    records,
    reading,
    sync: async (flows = allFlows, name = "main") =>
      hub.awaitRun(await hub.requestRun({ connection: name, flows, mode: "full" })),
    get: (path) => readJson(`${procore.url}${path}`, { headers }),
    post: (path, body) => send("POST", path, body),
    patch: (path, body) => send("PATCH", path, body),
    patchByAnotherApp: async (path, body) => send("PATCH", path, body, await headersOf("another-app")),
    async remove(path) {
      const answer = await request(`${procore.url}${path}`, { method: "DELETE", headers });
      await answer.body.dump();
    },
    door: (path, body) =>
      readJson(`${procore.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    setRules(rules) {
      mapping = compiled(rules);
    },
    changeCosts(change) {
      Object.assign(settings.costs, change);
    },
    clearWeather: () => readJson(`${procore.url}/sandbox/weather`, { method: "DELETE" }),
    async writes() {
      const stats = (await readJson(`${procore.url}/sandbox/stats`, {})) as { calls: Record<string, number> };
      return Object.entries(stats.calls)
        .filter(([call]) => !call.startsWith("GET") && !call.includes("/oauth/"))
        .reduce((total, [, count]) => total + count, 0);
    },
    async close() {
      await hub.stop();
      for (const agent of agents) await agent.stop();
      await queue.close();
      await http.close();
      await procore.close();
      await postgres.close();
      rmSync(worldFolder, { recursive: true, force: true });
    },
  };
}
