/**
 * A user's sessions with SAP's web server, whatever is asked there (SOAP-RFC, OData). Guarantees: at most `pool` calls at a time, one cookie jar
 * each; secrets only in the Authorization header; after a logon failure no further attempt until another password is given or `reset`, for five of
 * them lock the user (sap-rfc 1.10); and until a logon has succeeded, one call at a time, so that a wrong password counts once and not once per slot.
 */
import type { HttpClient, HttpOutcome, HttpRequest, HttpResponse, RfcFailure, RfcOutcome } from "../../ports/index.ts";
import { failure } from "./soap-failure.ts";
import { createPool, type Slot } from "./soap-pool.ts";

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

/** Failures that only a logged-on user meets. */
const pastLogon: ReadonlySet<RfcFailure["class"]> = new Set(["exception", "message"]);
const logoffTimeoutMs = 5_000;

export function openWebSession(options: WebSessionOptions): WebSession {
  const pool = createPool({ slots: options.pool, isSecure: options.isSecure });
  const stop = new AbortController();
  let breaker: RfcFailure | undefined;
  let refusedPassword: string | undefined;
  let provenPassword: string | undefined;
  let serverTime: number | undefined;
  let firstLogon: Promise<RfcOutcome> | undefined;

  const refusal = (): RfcFailure | undefined => {
    if (stop.signal.aborted) return failure("communication", "CLOSED", "The connection to SAP was closed.");
    if (breaker === undefined) return undefined;
    return failure(
      "logon",
      "LOGON_BREAKER",
      `No logon is tried since the last one failed (${breaker.key}); give another password or start again.`,
    );
  };
  const noteOutcome = (outcome: RfcOutcome, password: string): RfcOutcome => {
    if (outcome.kind === "answer" || pastLogon.has(outcome.class)) provenPassword = password;
    else if (outcome.class === "logon") {
      breaker = outcome;
      refusedPassword = password;
      provenPassword = undefined;
    }
    return outcome;
  };
  const attempt = async ({ request, read }: Exchange, slot: Slot, password: string): Promise<RfcOutcome> => {
    const refused = refusal();
    if (refused !== undefined) return refused;
    const cookie = slot.jar.header();
    const authorization = `Basic ${Buffer.from(`${options.user}:${password}`, "utf8").toString("base64")}`;
    const headers = { ...request.headers, authorization, ...(cookie === undefined ? {} : { cookie }) };
    const response = await options.http.request({ ...request, headers, signal: stop.signal });
    if (response.kind === "response") {
      serverTime = dateOf(response) ?? serverTime;
      if (response.status !== 401) slot.jar.take(response.headers["set-cookie"]);
    }
    return noteOutcome(withoutSecret(await read(response), password), password);
  };
  /** Until the password has proved good, one call at a time. */
  const logOnOnce = async (password: string, run: () => Promise<RfcOutcome>): Promise<RfcOutcome> => {
    while (provenPassword !== password) {
      if (firstLogon !== undefined) {
        await firstLogon.catch(() => undefined);
        continue;
      }
      try {
        firstLogon = run();
        return await firstLogon;
      } finally {
        firstLogon = undefined;
      }
    }
    return run();
  };

  return {
    async exchange(exchange) {
      const slot = await pool.acquire();
      if (slot === undefined) return failure("overload", "POOL_QUEUE", "Too many calls wait for a connection to SAP.");
      try {
        const password = await options.readPassword();
        // Somebody stored another password: that is the one thing besides a restart that closes the breaker.
        if (password !== undefined && breaker !== undefined && password !== refusedPassword) breaker = undefined;
        const refused = refusal();
        if (refused !== undefined) return refused;
        if (password === undefined) return failure("logon", "NO_PASSWORD", `There is no password for SAP user ${options.user}.`);
        return await logOnOnce(password, () => attempt(exchange, slot, password));
      } finally {
        pool.release(slot);
      }
    },
    serverTime: () => serverTime,
    reset() {
      breaker = undefined;
    },
    blockedBy: () => breaker,
    async close() {
      stop.abort();
      const slots = await pool.drain();
      await Promise.all(slots.filter(({ jar }) => jar.hasSession()).map((slot) => logOff(options, slot)));
    },
  };
}

async function logOff({ http, logoffUrl }: WebSessionOptions, { jar }: Slot): Promise<void> {
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

/** SAP's own words could repeat what was sent; a page that echoes the password must not carry it into a log. */
function withoutSecret(outcome: RfcOutcome, password: string): RfcOutcome {
  if (outcome.kind === "answer" || password.length < 4 || !outcome.detail.includes(password)) return outcome;
  return { ...outcome, detail: outcome.detail.replaceAll(password, "***") };
}
