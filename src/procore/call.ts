/**
 * The one place where a call to Procore is made, retried and judged. A read is retried on transport failures, 408, 429 and 5xx. A write is
 * retried only where nothing can have happened: it never left, 401 once, 429, 503 with Retry-After. A write whose outcome is unknown is
 * never retried here: `unknown` is a value and the caller reads back (design 8.4). Nothing here throws for what Procore or the network does.
 */

import { err, ok, type Result } from "../core/index.ts";
import type { Clock, HttpClient, HttpOutcome, HttpResponse, Random } from "../ports/index.ts";
import { header, readBody } from "./body.ts";
import { classifyRefusal, describeComplaints, readComplaints } from "./complaints.ts";
import { parseExactJson, writeJson } from "./exact-json.ts";
import { fault, type ProcoreFault } from "./faults.ts";
import type { Limits } from "./limits.ts";
import type { Lane, Pacer } from "./pacing.ts";
import type { CallRecord } from "./record.ts";
import type { Tokens } from "./token.ts";

export type CallOptions = {
  lane?: Lane | undefined;
  signal?: AbortSignal | undefined;
  /** Longest wait for quota inside this call. */
  waitMaxMs?: number | undefined;
  timeoutMs?: number | undefined;
};

export type WriteOptions = CallOptions & {
  /** Asked immediately before the bytes leave, after every wait: lease epoch and deadline (design 8.2). `false` withdraws the call. */
  mayStillSend?: (() => boolean) | undefined;
};

export type CallSpec = {
  method: CallRecord["method"];
  /** `/rest/v1.0/projects/{project_id}/vendors`; each name in braces is filled from `path`. */
  template: string;
  path?: Readonly<Record<string, string | number>>;
  query?: readonly (readonly [string, string | number])[];
  body?: unknown;
  projectId?: number;
  /** Instead of template and query: a `Link` of an earlier answer, already checked to be ours. */
  url?: URL;
};

export type Answer = {
  status: number;
  /** Decoded JSON; the text where it was none; undefined where the body was empty. */
  body: unknown;
  headers: HttpResponse["headers"];
  requestId: string | undefined;
};

/** What became of a write. Only `unknown` needs a look at Procore; every other kind is definite. */
export type WriteOutcome<T = Answer> =
  | { kind: "answered"; status: number; body: T; requestId: string | undefined }
  | { kind: "refused"; fault: ProcoreFault }
  | { kind: "notSent"; fault: ProcoreFault }
  | { kind: "throttled"; waitMs: number; fault: ProcoreFault }
  | { kind: "unknown"; fault: ProcoreFault };

type Attempt =
  | { kind: "answered"; answer: Answer }
  | { kind: "refused"; fault: ProcoreFault; status: number }
  | { kind: "throttled"; waitMs: number; fault: ProcoreFault; status?: number }
  | { kind: "notSent"; fault: ProcoreFault; isFinal: boolean }
  | { kind: "unknown"; fault: ProcoreFault; isFinal: boolean; status?: number };

export type Caller = {
  read(spec: CallSpec, options?: CallOptions): Promise<Result<Answer, ProcoreFault>>;
  write(spec: CallSpec, options?: WriteOptions): Promise<WriteOutcome<unknown>>;
};

export type CallerOptions = {
  apiUrl: URL;
  companyId: number;
  http: HttpClient;
  clock: Clock;
  random: Random;
  limits: Limits;
  tokens: Tokens;
  pacer: Pacer;
  observe: (record: CallRecord) => void;
};

export function createCaller(tools: CallerOptions): Caller {
  return {
    async read(spec, options = {}) {
      const attempt = await retry(tools, spec, options, true);
      return attempt.kind === "answered" ? ok(attempt.answer) : err(attempt.fault);
    },
    async write(spec, options = {}) {
      const attempt = await retry(tools, spec, options, false);
      if (attempt.kind === "answered") {
        const { status, body, requestId } = attempt.answer;
        return { kind: "answered", status, body, requestId };
      }
      if (attempt.kind === "throttled") return { kind: "throttled", waitMs: attempt.waitMs, fault: attempt.fault };
      return { kind: attempt.kind, fault: attempt.fault };
    },
  };
}

async function retry(tools: CallerOptions, spec: CallSpec, options: WriteOptions, isRead: boolean): Promise<Attempt> {
  const { limits, clock, random } = tools;
  const renewal = { refused: undefined as string | undefined, isSpent: false };
  let failures = 0;
  let throttles = 0;
  for (let number = 1; ; number += 1) {
    const attempt = await attemptOnce({ tools, spec, options, isRead, number, renewal });
    if (attempt.kind === "refused" && attempt.status === 401 && renewal.refused !== undefined && !renewal.isSpent) continue;
    if (attempt.kind === "throttled") {
      throttles += 1;
      // No status: the wait was already found too long, or we gave up waiting.
      if (attempt.status === undefined || throttles >= limits.throttledTriesMax) return attempt;
      continue;
    }
    const mayRepeat = attempt.kind === "notSent" || (attempt.kind === "unknown" && isRead);
    if (!mayRepeat || attempt.isFinal) return attempt;
    failures += 1;
    if (failures >= limits.triesMax || options.signal?.aborted) return attempt;
    const span = Math.min(limits.backoffMaxMs, limits.backoffFirstMs * 2 ** (failures - 1));
    await clock.sleep(Math.ceil(span / 2 + (span / 2) * random.fraction()), options.signal);
  }
}

type AttemptFacts = {
  tools: CallerOptions;
  spec: CallSpec;
  options: WriteOptions;
  isRead: boolean;
  number: number;
  /** The token that a 401 refused, until its one renewal is spent. */
  renewal: { refused: string | undefined; isSpent: boolean };
};

async function attemptOnce(facts: AttemptFacts): Promise<Attempt> {
  const { tools, spec, options, renewal } = facts;
  const { limits, pacer, tokens } = tools;
  const endpoint = `${spec.method} ${spec.template}`;
  const waitMaxMs = options.waitMaxMs ?? limits.waitMaxMs;
  const pass = await pacer.acquire({ lane: options.lane ?? "background", waitMaxMs, signal: options.signal });
  if (pass.kind === "aborted") return withdrawn(endpoint, "It was aborted while it waited for quota.");
  if (pass.kind === "too-long") {
    const detail = `The next call may be made in ${Math.ceil(pass.waitMs / 1000)} s.`;
    return { kind: "throttled", waitMs: pass.waitMs, fault: fault({ code: "procore.quota", endpoint, detail }) };
  }
  // The token comes after the wait: an hour in the queue outlives it.
  const token = await takeToken(tokens, renewal);
  if (!token.ok) {
    pacer.lost();
    return { kind: "notSent", fault: token.error, isFinal: true };
  }
  if (options.signal?.aborted || options.mayStillSend?.() === false) {
    pacer.lost();
    return withdrawn(endpoint, options.signal?.aborted ? "It was aborted." : "Its lease or deadline had passed.");
  }
  const attempt = await send(facts, token.value, endpoint);
  if (attempt.kind === "refused" && attempt.status === 401 && !renewal.isSpent) renewal.refused = token.value;
  return attempt;
}

const withdrawn = (endpoint: string, detail: string): Attempt => ({
  kind: "notSent",
  fault: fault({ code: "procore.withdrawn", endpoint, detail }),
  isFinal: true,
});

async function takeToken(tokens: Tokens, renewal: AttemptFacts["renewal"]): Promise<Result<string, ProcoreFault>> {
  if (renewal.refused === undefined || renewal.isSpent) return tokens.current();
  renewal.isSpent = true;
  return tokens.renew(renewal.refused);
}

async function send({ tools, spec, options, isRead, number }: AttemptFacts, token: string, endpoint: string): Promise<Attempt> {
  const { clock, limits, pacer } = tools;
  const startedAt = clock.monotonic();
  const hasBody = spec.body !== undefined;
  const outcome = await tools.http.request({
    method: spec.method,
    url: urlOf(tools.apiUrl, spec).href,
    headers: {
      authorization: `Bearer ${token}`,
      // Also where the company is in path, query or body (procore 1 [A]).
      "procore-company-id": String(tools.companyId),
      accept: "application/json",
      ...(hasBody ? { "content-type": "application/json" } : {}),
    },
    ...(hasBody ? { body: writeJson(spec.body) } : {}),
    timeoutMs: options.timeoutMs ?? (isRead ? limits.readTimeoutMs : limits.writeTimeoutMs),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const attempt = await judge({ tools, spec, endpoint, outcome, pacer });
  tools.observe({
    method: spec.method,
    template: spec.template,
    status: outcome.kind === "response" ? outcome.status : undefined,
    requestId: outcome.kind === "response" ? header(outcome.headers, "x-request-id") : undefined,
    durationMs: clock.monotonic() - startedAt,
    outcome: attempt.kind,
    companyId: tools.companyId,
    projectId: spec.projectId,
    attempt: number,
  });
  return attempt;
}

export function urlOf(apiUrl: URL, spec: CallSpec): URL {
  if (spec.url !== undefined) return spec.url;
  const path = spec.template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(spec.path?.[name] ?? "")));
  const url = new URL(apiUrl.pathname.replace(/\/$/, "") + path, apiUrl);
  for (const [name, value] of spec.query ?? []) url.searchParams.append(name, String(value));
  return url;
}

type JudgeFacts = { tools: CallerOptions; spec: CallSpec; endpoint: string; outcome: HttpOutcome; pacer: Pacer };

async function judge({ tools, spec, endpoint, outcome, pacer }: JudgeFacts): Promise<Attempt> {
  if (outcome.kind === "failure") {
    pacer.lost();
    const isAborted = outcome.reason === "aborted";
    if (outcome.requestSent === "no" && isAborted) return withdrawn(endpoint, "It was aborted.");
    const problem = fault({ code: "procore.unreachable", endpoint, detail: `${tools.apiUrl.host}: ${outcome.detail}` });
    return { kind: outcome.requestSent === "no" ? "notSent" : "unknown", fault: problem, isFinal: isAborted };
  }
  const { status, headers } = outcome;
  const { waitMs } = pacer.answered({ status, headers });
  const requestId = header(headers, "x-request-id");
  const text = await readBody(outcome, tools.limits.bodyBytesMax);
  const body = text.kind === "text" ? parseBody(tools.tokens.scrub(text.text)) : undefined;
  const facts = { endpoint, status, requestId };
  if (status >= 200 && status < 300) {
    if (text.kind !== "text") {
      const detail = text.kind === "cut" ? text.detail : `It is longer than ${tools.limits.bodyBytesMax} bytes.`;
      const problem = fault({ code: "procore.unreadable", ...facts, detail });
      return { kind: "unknown", fault: problem, isFinal: text.kind === "too-long", status };
    }
    return { kind: "answered", answer: { status, body: body?.value, headers, requestId } };
  }
  return judgeError({ ...facts, body: body?.value, waitMs, isInProject: spec.projectId !== undefined });
}

type ErrorFacts = {
  endpoint: string;
  status: number;
  requestId: string | undefined;
  body: unknown;
  waitMs: number;
  isInProject: boolean;
};

function judgeError({ endpoint, status, requestId, body, waitMs, isInProject }: ErrorFacts): Attempt {
  const complaints = readComplaints(body);
  const detail = describeComplaints(complaints) || `Status ${status} without a word.`;
  const facts = { endpoint, status, requestId, complaints, detail };
  if (waitMs > 0) return { kind: "throttled", waitMs, fault: fault({ code: "procore.quota", ...facts }), status };
  // 408: the list was too heavy (procore 3 [A]); on a write nobody says whether it was done.
  if (status >= 500 || status === 408)
    return { kind: "unknown", fault: fault({ code: "procore.server", ...facts }), isFinal: false, status };
  if (status >= 400) {
    return { kind: "refused", fault: fault({ code: classifyRefusal({ status, complaints, isInProject }), ...facts }), status };
  }
  return {
    kind: "unknown",
    fault: fault({ code: "procore.unreadable", ...facts, detail: `Unexpected status ${status}.` }),
    isFinal: true,
    status,
  };
}

/** JSON where it is JSON; else the text, for the complaint. Resources refuse a text where they need an object. */
function parseBody(text: string): { value: unknown } {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: parseExactJson(text) };
  } catch {
    return { value: text };
  }
}
