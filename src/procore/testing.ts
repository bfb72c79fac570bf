/**
 * For the tests of this room: a clock that jumps to the next sleeper instead of waiting, and an HTTP client that answers from a script.
 * Nothing in the product imports it.
 */
import type { Clock, HttpClient, HttpFailure, HttpOutcome, HttpRequest, Random } from "../ports/index.ts";
import { openProcore, type Procore, type ProcoreOptions } from "./procore.ts";
import type { CallRecord } from "./record.ts";

export type VirtualClock = Clock & { advance(durationMs: number): void; slept: number[] };

/** Sleepers wake in the order of their time, one by one, each when nothing else can run. */
export function createVirtualClock(startMs = 1_790_000_000_000): VirtualClock {
  let now = startMs;
  const slept: number[] = [];
  const sleepers: { at: number; wake: () => void }[] = [];
  let isPumping = false;
  async function pump(): Promise<void> {
    isPumping = true;
    while (sleepers.length > 0) {
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      sleepers.sort((left, right) => left.at - right.at);
      const next = sleepers.shift();
      if (next === undefined) break;
      now = Math.max(now, next.at);
      next.wake();
    }
    isPumping = false;
  }
  return {
    now: () => now,
    monotonic: () => now - startMs,
    slept,
    advance: (durationMs) => {
      now += durationMs;
    },
    sleep: (durationMs, signal) =>
      new Promise((resolve) => {
        slept.push(durationMs);
        if (signal?.aborted) return resolve();
        sleepers.push({ at: now + durationMs, wake: resolve });
        signal?.addEventListener("abort", () => resolve(), { once: true });
        if (!isPumping) void pump();
      }),
  };
}

/** A small generator with a seed; good enough for jitter. */
export function createSeededRandom(seed = 1): Random {
  let state = seed >>> 0;
  const fraction = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { fraction, bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(fraction() * 256)) };
}

export type Reply =
  | HttpFailure
  | { status: number; json?: unknown; text?: string; headers?: Record<string, string | string[]>; cut?: HttpFailure["reason"] };

export type Script = (request: HttpRequest & { path: string; json: unknown }, index: number) => Reply | Promise<Reply>;

export type ScriptedHttp = HttpClient & { requests: (HttpRequest & { path: string })[] };

/** Answers the token itself; everything else comes from the script. */
export function createScriptedHttp(script: Script, tokenScript?: (index: number) => Reply): ScriptedHttp {
  const requests: ScriptedHttp["requests"] = [];
  let tokens = 0;
  return {
    requests,
    close: async () => undefined,
    async request(request) {
      const url = new URL(request.url);
      const path = url.pathname + url.search;
      if (url.pathname === "/oauth/token") {
        tokens += 1;
        return toOutcome(tokenScript?.(tokens) ?? { status: 200, json: { access_token: `token-${tokens}`, expires_in: 5400 } });
      }
      requests.push({ ...request, path });
      const json: unknown = typeof request.body === "string" ? JSON.parse(request.body) : undefined;
      return toOutcome(await script({ ...request, path, json }, requests.length));
    },
  };
}

export function failure(reason: HttpFailure["reason"], requestSent: HttpFailure["requestSent"]): HttpFailure {
  return { kind: "failure", reason, requestSent, detail: `scripted ${reason}` };
}

function toOutcome(reply: Reply): HttpOutcome {
  if ("kind" in reply) return reply;
  const text = reply.text ?? (reply.json === undefined ? "" : JSON.stringify(reply.json));
  async function* body(): AsyncGenerator<Uint8Array> {
    const bytes = new TextEncoder().encode(text);
    const { cut } = reply as { cut?: HttpFailure["reason"] };
    yield cut === undefined ? bytes : bytes.slice(0, bytes.length >> 1);
    if (cut !== undefined) throw failure(cut, "maybe");
  }
  return { kind: "response", status: reply.status, headers: { "x-request-id": "req-1", ...reply.headers }, body: body() };
}

export type Bench = { procore: Procore; http: ScriptedHttp; clock: VirtualClock; records: CallRecord[] };

export function openBench(
  script: Script,
  options: Partial<ProcoreOptions> & { tokenScript?: (index: number) => Reply } = {},
): Bench {
  const { tokenScript, ...rest } = options;
  const clock = createVirtualClock();
  const http = createScriptedHttp(script, tokenScript);
  const records: CallRecord[] = [];
  const procore = openProcore({
    apiUrl: "https://api.procore.test",
    authUrl: "https://login.procore.test",
    companyId: 77,
    clientId: "client-1",
    readClientSecret: async () => "s3cret-value",
    http,
    clock,
    random: createSeededRandom(),
    observe: (record) => records.push(record),
    ...rest,
  });
  return { procore, http, clock, records };
}
