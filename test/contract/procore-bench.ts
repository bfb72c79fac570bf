// A simulated Procore for contract tests: a small world in a temporary folder, a clock that the test moves, a counted randomness, and
// a client so thin that a test sees what went over the socket. Every answer is checked against the OpenAPI subset where it is at hand.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { createHttpClient } from "../../src/cli/platform/index.ts";
import type { Clock, HttpClient, Random } from "../../src/ports/index.ts";
import { startProcore } from "../../src/sandbox/procore/index.ts";
import type { ProcoreSeed } from "../../src/sandbox/world.ts";
import { loadOpenApi } from "./openapi.ts";

export const company = 77;
export const project = 810;
export const otherProject = 811;
/** Exists, but the service account may not see it. */
export const closedProject = 812;
export const seedVendor = 5001;
export const inactiveVendor = 5002;
export const wbsCode = 33001;

const projectOf = (id: number, name: string): ProcoreSeed["projects"][number] => ({
  id,
  companyId: company,
  name,
  projectNumber: `P${id}`,
  active: true,
  currencyIsoCode: "USD",
  costCodes: [
    { id: id * 100 + 1, fullCode: "03", name: "Concrete" },
    { id: id * 100 + 2, fullCode: "03-100", name: "Rebar" },
    { id: id * 100 + 3, fullCode: "03-200", name: "Formwork" },
  ],
  wbsCodes: [{ id: id === project ? wbsCode : id * 1000, costCode: "03-100", costType: "M" }],
});

const seed: ProcoreSeed = {
  companies: [
    { id: company, name: "Hartmann Bau" },
    { id: 78, name: "Somebody else" },
  ],
  clients: [
    { clientId: "cid", clientSecret: "secret", companyId: company, permittedProjectIds: [project, otherProject] },
    { clientId: "other", clientSecret: "secret", companyId: 78, permittedProjectIds: "all" },
  ],
  projects: [projectOf(project, "Tower"), projectOf(otherProject, "Bridge"), projectOf(closedProject, "Bunker")],
  lineItemTypes: [
    { id: 21, companyId: company, code: "M", name: "Materials", baseType: "materials" },
    { id: 22, companyId: company, code: "E", name: "Equipment", baseType: "equipment" },
  ],
  vendors: [
    { id: seedVendor, companyId: company, name: "Lehmann Stahlbau", isActive: true, taxId: "12-3456789" },
    { id: inactiveVendor, companyId: company, name: "Gone & Sons", isActive: false, originId: "gone" },
  ],
};

/** Time stands still until the test moves it; a sleeper wakes when its time has come. */
class TestClock implements Clock {
  #nowMs = 1_790_000_000_000;
  #sleepers: { at: number; wake: () => void }[] = [];

  now = (): number => this.#nowMs;
  monotonic = (): number => this.#nowMs;

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push({ at: this.#nowMs + durationMs, wake: resolve });
      signal?.addEventListener("abort", () => resolve());
    });
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
    const due = this.#sleepers.filter((sleeper) => sleeper.at <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.at > this.#nowMs);
    for (const sleeper of due) sleeper.wake();
  }
}

export function countedRandom(): Random {
  let count = 0;
  const next = () => {
    count += 1;
    return createHash("sha256").update(String(count)).digest();
  };
  return {
    bytes: (size) => new Uint8Array(next().subarray(0, size)),
    fraction: () => next().readUInt32BE(0) / 2 ** 32,
  };
}

export type Response = { status: number; headers: Record<string, string | string[] | undefined>; text: string; json: unknown };
export type Send = { query?: Record<string, string>; body?: unknown; headers?: Record<string, string>; token?: string | null };

const api = loadOpenApi();

export class Bench {
  readonly clock = new TestClock();
  readonly worldFolder: string;
  readonly complaints: string[] = [];
  url = "";
  token = "";
  /** What the sandbox delivers webhooks with; a test may put its own in its place before the start. */
  http: HttpClient | undefined = createHttpClient();
  #agent = new Agent();
  #close: () => Promise<void> = async () => undefined;

  constructor(world: ProcoreSeed = seed) {
    this.worldFolder = mkdtempSync(join(tmpdir(), "procore-"));
    mkdirSync(join(this.worldFolder, "procore"));
    writeFileSync(join(this.worldFolder, "procore", "seed.json"), JSON.stringify(world));
  }

  /** Started and logged in, for a test. */
  static async open(): Promise<Bench> {
    const bench = new Bench();
    await bench.start();
    await bench.login();
    return bench;
  }

  /** Ends a test; an answer that the published specification does not know fails it. */
  async finish(): Promise<void> {
    await this.close();
    if (this.complaints.length > 0) throw new Error(`not as Procore's specification says: ${this.complaints.join("; ")}`);
  }

  async start(limits = { hourly: 1_000_000, spike: 1_000_000 }): Promise<void> {
    const { clock, worldFolder, http } = this;
    const running = await startProcore({ worldFolder, port: 0, clock, random: countedRandom(), limits, ...(http && { http }) });
    this.url = running.url;
    this.#close = running.close;
  }

  async login(clientId = "cid"): Promise<void> {
    const body = { grant_type: "client_credentials", client_id: clientId, client_secret: "secret" };
    const { json } = await this.send("POST", "/oauth/token", { body, token: null });
    this.token = text(json, "access_token");
  }

  async restart(): Promise<void> {
    await this.#close();
    await this.start();
  }

  async close(): Promise<void> {
    await this.#close();
    await this.#agent.close();
    await this.http?.close();
    rmSync(this.worldFolder, { recursive: true, force: true });
  }

  async send(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, send: Send = {}): Promise<Response> {
    const query = new URLSearchParams(send.query).toString();
    const token = send.token === undefined ? this.token : send.token;
    const answer = await request(`${this.url}${path}${query === "" ? "" : `?${query}`}`, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...(path.startsWith("/rest") ? { "procore-company-id": String(company) } : {}),
        ...(send.body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...send.headers,
      },
      body: send.body === undefined ? null : typeof send.body === "string" ? send.body : JSON.stringify(send.body),
    });
    const response = readResponse(answer.statusCode, answer.headers, await answer.body.text());
    if (!path.startsWith("/sandbox")) this.#check(method, path, response);
    return response;
  }

  get = (path: string, query: Record<string, string> = {}): Promise<Response> => this.send("GET", path, { query });
  post = (path: string, body: unknown): Promise<Response> => this.send("POST", path, { body });
  patch = (path: string, body: unknown, query: Record<string, string> = {}): Promise<Response> =>
    this.send("PATCH", path, { body, query });
  switches = (values: Record<string, unknown>): Promise<Response> => this.post("/sandbox/switches", values);

  #check(method: string, path: string, response: Response): void {
    const [bare = ""] = path.split("?");
    this.complaints.push(...(api?.checkResponse(method, bare, response.status, response.json) ?? []));
  }
}

function readResponse(status: number, headers: Response["headers"], body: string): Response {
  const isJson = String(headers["content-type"] ?? "").includes("json");
  return { status, headers, text: body, json: isJson ? JSON.parse(body) : undefined };
}

type Row = Record<string, unknown>;

export function row(value: unknown): Row {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value as Row;
}

export function rows(value: unknown): Row[] {
  if (!Array.isArray(value)) throw new Error(`not a list: ${JSON.stringify(value)}`);
  return value.map(row);
}

export function text(value: unknown, key: string): string {
  const found = row(value)[key];
  if (typeof found !== "string") throw new Error(`no text "${key}" in ${JSON.stringify(value)}`);
  return found;
}

export const idOf = (value: unknown): number => Number(row(value).id);
export const entities = (response: Response): Row[] => rows(row(response.json).entities);
export const errors = (response: Response): Row[] => rows(row(response.json).errors);
