// The product's Procore client against the simulated Procore over sockets. Its clock is the sandbox's, and jumps where it would wait.
// Every request that leaves is checked against the OpenAPI subset where it is at hand.
import { createHttpClient } from "../../src/cli/platform/index.ts";
import type { Clock, HttpClient } from "../../src/ports/index.ts";
import { type CallRecord, openProcore, type Procore, type ProcoreOptions } from "../../src/procore/index.ts";
import { loadOpenApi } from "./openapi.ts";
import { Bench, company, countedRandom } from "./procore-bench.ts";

const api = loadOpenApi();

export function valued<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

export class ClientBench {
  readonly sandbox = new Bench();
  readonly complaints: string[] = [];
  readonly records: CallRecord[] = [];
  readonly #http = createHttpClient();

  async start(limits?: { hourly: number; spike: number }): Promise<void> {
    await this.sandbox.start(limits);
    await this.sandbox.switches({ directCostMs: 0 });
  }

  get clock(): Clock {
    const { clock } = this.sandbox;
    return {
      now: clock.now,
      monotonic: clock.monotonic,
      sleep: async (durationMs) => clock.advance(durationMs),
    };
  }

  open(options: Partial<ProcoreOptions> = {}): Procore {
    return openProcore({
      apiUrl: this.sandbox.url,
      authUrl: this.sandbox.url,
      companyId: company,
      clientId: "cid",
      readClientSecret: async () => "secret",
      http: this.#watched(),
      clock: this.clock,
      random: countedRandom(),
      observe: (record) => this.records.push(record),
      ...options,
    });
  }

  /** `{on, how}` of the sandbox's weather. */
  async weather(how: string, path: string, more: Record<string, unknown> = {}): Promise<void> {
    await this.sandbox.post("/sandbox/weather", { on: { path }, times: 1, how, ...more });
  }

  async close(): Promise<void> {
    await this.#http.close();
    await this.sandbox.close();
  }

  #watched(): HttpClient {
    return {
      close: () => this.#http.close(),
      request: (request) => {
        const { pathname, searchParams } = new URL(request.url);
        const body: unknown = typeof request.body === "string" ? JSON.parse(request.body) : undefined;
        this.complaints.push(...(api?.checkRequest(request.method, pathname, searchParams, body) ?? []));
        return this.#http.request(request);
      },
    };
  }
}
