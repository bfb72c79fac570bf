/**
 * `RfcClient` over SOAP (`/sap/bc/soap/rfc`, sap-rfc 2.2). Guarantees: at most `pool` calls at a time, one cookie jar each; secrets only
 * in the Authorization header; after a logon failure no further attempt until another password is given or `reset`, for five of them lock
 * the user (sap-rfc 1.10);
 * and until a logon has succeeded, one call at a time, so that a wrong password counts once and not once per slot.
 * It does not retry and does not pace: `governor.ts` does. Every POST is its own unit of work (sap-rfc 0.8 [L]): for reading only.
 */
import type {
  Clock,
  HttpClient,
  HttpOutcome,
  HttpResponse,
  RfcCall,
  RfcClient,
  RfcFailure,
  RfcOutcome,
} from "../../ports/index.ts";
import { collectAnswer } from "./soap-answer.ts";
import { checkEndpoint, type Endpoint } from "./soap-endpoint.ts";
import { failure, fromFault, fromPage, fromTransport, fromXmlProblem, pageText } from "./soap-failure.ts";
import { createPool, type Slot } from "./soap-pool.ts";
import { writeSoapRequest } from "./soap-request.ts";
import { type ControlCharacters, defaultXmlLimits, readXml, type XmlLimits } from "./xml-reader.ts";

export type SoapRfcOptions = {
  /** The whole address, `https://host:44300/sap/bc/soap/rfc`. */
  url: string;
  client: string;
  language: string;
  user: string;
  readPassword: () => Promise<string | undefined>;
  http: HttpClient;
  clock: Clock;
  /** Calls at a time, each with a session of its own. */
  pool: number;
  /** Basic sends the password readable: plain HTTP is refused but for loopback, unless the network is known to be private. */
  allowPlainHttp?: boolean;
  controlCharacters?: ControlCharacters;
  /** `bytesMax` is of an answer that is kept whole, `streamBytesMax` of one whose rows are handed on; both count unpacked bytes. */
  limits?: Partial<XmlLimits> & { streamBytesMax?: number };
};

/** Unpacked. A streamed table may be far larger than memory; anything else is held, and a packed bomb must not become it. */
export const answerBytesMax = { whole: 64 * 1024 * 1024, streamed: 2 * 1024 * 1024 * 1024 } as const;

export type SoapRfcClient = RfcClient & {
  /** Closes the logon breaker again, after user or password were put right. */
  reset(): void;
  /** The failure that opened the breaker, while it is open. */
  blockedBy(): RfcFailure | undefined;
};

/** Failures that only a logged-on user meets. */
const pastLogon: ReadonlySet<RfcFailure["class"]> = new Set(["exception", "message"]);
const pageBytesMax = 65_536;
const logoffTimeoutMs = 5_000;

export function openSoapRfc(options: SoapRfcOptions): SoapRfcClient {
  const endpoint = checkEndpoint(options);
  const pool = createPool({ slots: options.pool, isSecure: endpoint.isSecure });
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
  const attempt = async (call: RfcCall, body: string, slot: Slot, password: string): Promise<RfcOutcome> => {
    const refused = refusal();
    if (refused !== undefined) return refused;
    const response = await options.http.request({
      method: "POST",
      url: endpoint.callUrl,
      headers: headersOf(endpoint, options.user, password, slot.jar.header()),
      body,
      timeoutMs: call.timeoutMs,
      signal: stop.signal,
    });
    if (response.kind === "response") {
      serverTime = dateOf(response) ?? serverTime;
      if (response.status !== 401) slot.jar.take(response.headers["set-cookie"]);
    }
    return noteOutcome(withoutSecret(await readOutcome(call, response, options), password), password);
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
    async call(call) {
      const request = writeSoapRequest(call);
      if (request.kind === "refused") return failure("protocol", request.key, request.detail);
      const slot = await pool.acquire();
      if (slot === undefined) return failure("overload", "POOL_QUEUE", "Too many calls wait for a connection to SAP.");
      try {
        const password = await options.readPassword();
        // Somebody stored another password: that is the one thing besides a restart that closes the breaker.
        if (password !== undefined && breaker !== undefined && password !== refusedPassword) breaker = undefined;
        const refused = refusal();
        if (refused !== undefined) return refused;
        if (password === undefined) return failure("logon", "NO_PASSWORD", `There is no password for SAP user ${options.user}.`);
        return await logOnOnce(password, () => attempt(call, request.body, slot, password));
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
      await Promise.all(slots.filter(({ jar }) => jar.hasSession()).map((slot) => logOff(options.http, endpoint, slot)));
    },
  };
}

function headersOf(endpoint: Endpoint, user: string, password: string, cookie: string | undefined): Record<string, string> {
  return {
    authorization: `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`,
    "content-type": "text/xml; charset=utf-8",
    accept: "text/xml",
    "accept-encoding": "gzip, deflate",
    soapaction: endpoint.soapAction,
    ...(cookie === undefined ? {} : { cookie }),
  };
}

async function logOff(http: HttpClient, endpoint: Endpoint, { jar }: Slot): Promise<void> {
  const cookie = jar.header() ?? "";
  jar.clear();
  const outcome = await http.request({ method: "GET", url: endpoint.logoffUrl, headers: { cookie }, timeoutMs: logoffTimeoutMs });
  // Whatever it says: a session that was not ended runs out by itself after 1,800 s (sap-rfc 2.2.4).
  if (outcome.kind === "response") await readStart(outcome).catch(() => "");
}

async function readOutcome(call: RfcCall, response: HttpOutcome, options: SoapRfcOptions): Promise<RfcOutcome> {
  if (response.kind === "failure") return fromTransport(response);
  try {
    const type = one(response.headers["content-type"]).toLowerCase();
    if (response.status === 401 || !/\bxml\b/.test(type) || type.includes("html"))
      return fromPage(await readPage(response, type));
    return await readSoap(call, response, options, type);
  } catch (error) {
    if (isHttpFailure(error)) return fromTransport(error);
    throw error;
  }
}

async function readSoap(call: RfcCall, response: HttpResponse, options: SoapRfcOptions, type: string): Promise<RfcOutcome> {
  call.stream?.begin();
  const collector = collectAnswer(call);
  const charset = /charset="?([\w.-]{1,40})/.exec(type)?.[1] ?? "utf-8";
  const { streamBytesMax = answerBytesMax.streamed, bytesMax = answerBytesMax.whole, ...others } = options.limits ?? {};
  const limits = { ...defaultXmlLimits, ...others, bytesMax: call.stream === undefined ? bytesMax : streamBytesMax };
  const read = { limits, charset, controlCharacters: options.controlCharacters ?? "refuse", lane: collector.lane };
  const problem = await readXml(response.body, read, collector.handlers);
  if (problem !== undefined) return fromXmlProblem(problem, response.status);
  const answer = collector.finish();
  switch (answer.kind) {
    case "fault":
      return fromFault(answer.fault, response.status);
    case "unreadable":
      if (response.status === 200) return failure("protocol", "NOT_SOAP", answer.detail, response.status);
      return fromPage({ status: response.status, text: answer.detail, isHtml: false });
    case "response":
      if (response.status < 300) return { kind: "answer", values: answer.values, ...serverMsOf(response) };
      return failure("protocol", `HTTP_${response.status}`, "SAP answered a response under a failure's status.", response.status);
  }
}

async function readPage(response: HttpResponse, type: string): Promise<{ status: number; text: string; isHtml: boolean }> {
  const raw = await readStart(response);
  const isHtml = type.includes("html") || /^\s*<(?:!doctype html|html)/i.test(raw);
  return { status: response.status, text: isHtml ? pageText(raw) : raw.slice(0, 1_000), isHtml };
}

/** The beginning of a body; what is beyond is not read. */
async function readStart(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= pageBytesMax) break;
  }
  return new TextDecoder("utf-8").decode(Buffer.concat(chunks).subarray(0, pageBytesMax));
}

/** Time that SAP spent on the request by its own account, in microseconds, where it says so [K]. */
function serverMsOf(response: HttpResponse): { serverMs?: number } {
  const text = one(response.headers["sap-perf-fesrec"]);
  return /^\d{1,12}(?:\.\d{1,6})?$/.test(text) ? { serverMs: Number(text) / 1_000 } : {};
}

function dateOf(response: HttpResponse): number | undefined {
  const at = Date.parse(one(response.headers.date));
  return Number.isNaN(at) ? undefined : at;
}

function one(header: string | readonly string[] | undefined): string {
  return (typeof header === "string" ? header : header?.[0]) ?? "";
}

function isHttpFailure(error: unknown): error is Pick<Extract<HttpOutcome, { kind: "failure" }>, "reason" | "detail"> {
  return (
    typeof error === "object" && error !== null && "reason" in error && typeof error.reason === "string" && "detail" in error
  );
}

/** SAP's own words could repeat what was sent; a page that echoes the password must not carry it into a log. */
function withoutSecret(outcome: RfcOutcome, password: string): RfcOutcome {
  if (outcome.kind === "answer" || password.length < 4 || !outcome.detail.includes(password)) return outcome;
  return { ...outcome, detail: outcome.detail.replaceAll(password, "***") };
}
