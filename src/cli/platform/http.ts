/**
 * The real HTTP client, on undici's own Agent (stack.md: 44,000 requests/s; global fetch 12,000). It keeps connections alive, follows
 * no redirect, retries nothing and answers failures as values, because only the caller knows what an unanswered request means. Through a
 * proxy TLS is the target's own, end to end: the proxy sees a host name and bytes. A pinned key is asked for besides a trusted chain.
 * Not here: pacing, retries and credentials; they exist once per remote system.
 */

import type { Readable } from "node:stream";
import { type ConnectionOptions, getCACertificates } from "node:tls";
import { createGunzip, createInflate } from "node:zlib";
import { Agent, type Dispatcher, errors, ProxyAgent } from "undici";
import type { HttpClient, HttpOutcome, HttpRequest } from "../../ports/index.ts";
import { bodyErrorOf, type Exchange, failureOf } from "./http-failure.ts";
import { isPassedBy } from "./no-proxy.ts";
import { checkPinnedKey } from "./pinned-keys.ts";

export type HttpClientOptions = {
  /** Certificates in PEM that are trusted besides the system's: a company's own authority. */
  extraCertificates?: string;
  /** SHA-256 of the SPKI of the server's own certificate, base64: one of them it must be, besides being trusted. */
  pinnedKeys?: readonly string[];
  proxy?: ProxyOptions;
  /** Connections kept per origin. */
  connectionsMax?: number;
  connectTimeoutMs?: number;
  keepAliveMs?: number;
};

export type ProxyOptions = {
  /** `http://proxy.example.com:3128`, without credentials. */
  url: string;
  user?: string;
  password?: string;
  /** Hosts that are reached directly, in the manner of NO_PROXY. */
  noProxy?: readonly string[];
};

const CONNECTIONS_MAX = 64;
const CONNECT_TIMEOUT_MS = 10_000;
/** Shorter than the 5 s at which Node's own servers drop an idle connection, so that we rarely write into a closing socket. */
const KEEP_ALIVE_MS = 4_000;

export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const timeout = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const tls = tlsOf(options);
  const settings = {
    connections: options.connectionsMax ?? CONNECTIONS_MAX,
    // 1: a request never waits behind another's answer on the same socket, or a cut would make both unknown.
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: options.keepAliveMs ?? KEEP_ALIVE_MS,
    // The request's own timeout covers headers and body.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const agent = new Agent({ ...settings, connect: { timeout, ...tls } });
  const { proxy } = options;
  const proxyAgent =
    proxy &&
    new ProxyAgent({
      ...settings,
      uri: proxy.url,
      ...(proxy.user === undefined ? {} : { token: basicOf(proxy.user, proxy.password ?? "") }),
      // The pin is the target's, not the proxy's.
      proxyTls: { timeout, ...caOf(options) },
      requestTls: { timeout, ...tls },
    });
  const routeOf = (url: URL): Route =>
    proxy && proxyAgent && !isPassedBy(url, proxy.noProxy ?? [])
      ? { dispatcher: proxyAgent, proxy: new URL(proxy.url).origin }
      : { dispatcher: agent };
  return {
    request: (request) => exchange(routeOf(new URL(request.url)), request),
    // Not `close`: that waits for bodies nobody reads any more.
    close: async () => {
      await Promise.all([agent.destroy(), proxyAgent?.destroy()]);
    },
  };
}

type Route = { dispatcher: Dispatcher; proxy?: string };

const basicOf = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;

function caOf({ extraCertificates }: HttpClientOptions): Pick<ConnectionOptions, "ca"> {
  return extraCertificates === undefined ? {} : { ca: [...getCACertificates("default"), extraCertificates] };
}

function tlsOf(options: HttpClientOptions): Pick<ConnectionOptions, "ca" | "checkServerIdentity"> {
  const { pinnedKeys } = options;
  return { ...caOf(options), ...(pinnedKeys?.length ? { checkServerIdentity: checkPinnedKey(pinnedKeys) } : {}) };
}

async function exchange({ dispatcher, proxy }: Route, request: HttpRequest): Promise<HttpOutcome> {
  const url = new URL(request.url);
  const state: Exchange = {
    origin: url.origin,
    isSent: false,
    isTimedOut: false,
    isAborted: false,
    timeoutMs: request.timeoutMs,
    ...(proxy === undefined ? {} : { proxy }),
  };
  const limit = startLimit(request, state);
  try {
    const answer = await watchSending(dispatcher, state).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: { "accept-encoding": "gzip, deflate", ...request.headers },
      signal: limit.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const { headers, decode } = decodingOf(answer.headers);
    const body = decode(answer.body);
    // A body nobody reads is aborted by the deadline; without a listener that error would end the process.
    body.on("error", () => undefined);
    return { kind: "response", status: answer.statusCode, headers, body: readBody(body, state, limit) };
  } catch (error) {
    limit.clear();
    // A malformed header or method is our own mistake, not an answer of the network.
    if (error instanceof errors.InvalidArgumentError) throw error;
    return failureOf(error, state);
  }
}

type Limit = { signal: AbortSignal; clear(): void };

/** One signal for deadline and caller. Cleared when the body has ended, or the timer would hold the process open. */
function startLimit(request: HttpRequest, state: Exchange): Limit {
  const controller = new AbortController();
  const abort = () => {
    state.isAborted = true;
    controller.abort();
  };
  const timer = setTimeout(() => {
    state.isTimedOut = true;
    controller.abort();
  }, request.timeoutMs);
  if (request.signal?.aborted === true) abort();
  request.signal?.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", abort);
    },
  };
}

/** undici calls `onRequestStart` when it has a connection and is about to write: before that, nothing has left. */
function watchSending(agent: Dispatcher, state: Exchange): Dispatcher {
  return agent.compose((dispatch) => (options, handler) => dispatch(options, sendingHandler(handler, state)));
}

function sendingHandler(handler: Dispatcher.DispatchHandler, state: Exchange): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => {
      state.isSent = true;
      handler.onRequestStart?.(controller, context);
    },
    onResponseStart: (...args) => handler.onResponseStart?.(...args),
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
  };
}

/** As much as comes off a socket at a time: in zlib's own pieces of 16 kB each answer costs four times as many turns. */
const unpacking = { chunkSize: 65_536 };

type Headers = Record<string, string | readonly string[]>;

function decodingOf(received: Record<string, string | string[] | undefined>): {
  headers: Headers;
  decode: (body: Readable) => Readable;
} {
  const headers: Headers = {};
  for (const [name, value] of Object.entries(received)) if (value !== undefined) headers[name] = value;
  const coding = String(received["content-encoding"] ?? "").toLowerCase();
  if (coding !== "gzip" && coding !== "x-gzip" && coding !== "deflate") return { headers, decode: (body) => body };
  // What they described is gone: keeping them would make a reader check the length of something else.
  delete headers["content-encoding"];
  delete headers["content-length"];
  const unpack = coding === "deflate" ? createInflate(unpacking) : createGunzip(unpacking);
  return {
    headers,
    decode: (body) => {
      body.on("error", (error) => unpack.destroy(error));
      unpack.on("close", () => body.destroy());
      return body.pipe(unpack);
    },
  };
}

async function* readBody(body: Readable, state: Exchange, limit: Limit): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw bodyErrorOf(error, state);
  } finally {
    limit.clear();
  }
}
