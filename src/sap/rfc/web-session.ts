/**
 * A user's sessions with SAP's web server, whatever is asked there (SOAP-RFC, OData). Guarantees: at most `pool` calls at a time, one cookie jar
 * each; secrets only in the Authorization header; logons by the rules of `logon-gate.ts`.
 */
import type { HttpClient, HttpOutcome, HttpRequest, HttpResponse, RfcFailure, RfcOutcome } from "../../ports/index.ts";
import { type CookieJar, createCookieJar } from "./cookie-jar.ts";
import { createLogonGate } from "./logon-gate.ts";
import { failure } from "./soap-failure.ts";
import { createPool } from "./soap-pool.ts";

export type WebSessionOptions = {
  user: string;
  readPassword: () => Promise<string | undefined>;
  http: HttpClient;
  /** Calls at a time, each with a session of its own. */
  pool: number;
  isSecure: boolean;
  logoffUrl: string;
};

/** One exchange: what is sent (user, password and cookies come beside it), and what its answer means. */
export type Exchange = {
  request: Omit<HttpRequest, "signal">;
  read(response: HttpOutcome): Promise<RfcOutcome>;
};

export type WebSession = {
  exchange(exchange: Exchange): Promise<RfcOutcome>;
  serverTime(): number | undefined;
  /** Closes the logon breaker again, after user or password were put right. */
  reset(): void;
  /** The failure that opened the breaker, while it is open. */
  blockedBy(): RfcFailure | undefined;
  close(): Promise<void>;
};

const logoffTimeoutMs = 5_000;

type WebSlot = { jar: CookieJar };

export function openWebSession(options: WebSessionOptions): WebSession {
  const { isSecure } = options;
  const pool = createPool<WebSlot>(Array.from({ length: options.pool }, () => ({ jar: createCookieJar(isSecure) })));
  const gate = createLogonGate(options);
  const stop = new AbortController();
  let serverTime: number | undefined;

  const attempt = async ({ request, read }: Exchange, slot: WebSlot, password: string): Promise<RfcOutcome> => {
    const cookie = slot.jar.header();
    const authorization = `Basic ${Buffer.from(`${options.user}:${password}`, "utf8").toString("base64")}`;
    const headers = { ...request.headers, authorization, ...(cookie === undefined ? {} : { cookie }) };
    const response = await options.http.request({ ...request, headers, signal: stop.signal });
    if (response.kind === "response") {
      serverTime = dateOf(response) ?? serverTime;
      if (response.status !== 401) slot.jar.take(response.headers["set-cookie"]);
    }
    return read(response);
  };

  return {
    async exchange(exchange) {
      const slot = await pool.acquire();
      if (slot === undefined) return failure("overload", "POOL_QUEUE", "Too many calls wait for a connection to SAP.");
      try {
        return await gate.pass((password) => attempt(exchange, slot, password));
      } finally {
        pool.release(slot);
      }
    },
    serverTime: () => serverTime,
    reset: () => gate.reset(),
    blockedBy: () => gate.blockedBy(),
    async close() {
      gate.close();
      stop.abort();
      const slots = await pool.drain();
      await Promise.all(slots.filter(({ jar }) => jar.hasSession()).map((slot) => logOff(options, slot)));
    },
  };
}

async function logOff({ http, logoffUrl }: WebSessionOptions, { jar }: WebSlot): Promise<void> {
  const cookie = jar.header() ?? "";
  jar.clear();
  const outcome = await http.request({ method: "GET", url: logoffUrl, headers: { cookie }, timeoutMs: logoffTimeoutMs });
  // Whatever it says: a session that was not ended runs out by itself after 1,800 s (sap-rfc 2.2.4).
  if (outcome.kind === "response") await readStart(outcome).catch(() => "");
}

const pageBytesMax = 65_536;

/** The beginning of a body; what is beyond is not read. */
export async function readStart(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= pageBytesMax) break;
  }
  return new TextDecoder("utf-8").decode(Buffer.concat(chunks).subarray(0, pageBytesMax));
}

function dateOf(response: HttpResponse): number | undefined {
  const at = Date.parse(oneHeader(response.headers.date));
  return Number.isNaN(at) ? undefined : at;
}

export function oneHeader(header: string | readonly string[] | undefined): string {
  return (typeof header === "string" ? header : header?.[0]) ?? "";
}

/** A body that was cut throws one. */
export function isHttpFailure(error: unknown): error is Pick<Extract<HttpOutcome, { kind: "failure" }>, "reason" | "detail"> {
  return (
    typeof error === "object" && error !== null && "reason" in error && typeof error.reason === "string" && "detail" in error
  );
}

/** Time that SAP spent on the request by its own account, in microseconds, where it says so [K]. */
export function serverMsOf(response: HttpResponse): { serverMs?: number } {
  const text = oneHeader(response.headers["sap-perf-fesrec"]);
  return /^\d{1,12}(?:\.\d{1,6})?$/.test(text) ? { serverMs: Number(text) / 1_000 } : {};
}
