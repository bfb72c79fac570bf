/**
 * The agent's side of the wire: lease and upload, signed. Outcomes are values: the loop decides what to do when the hub is away. An upload
 * whose answer got lost may be sent again; the hub commits it once, by task and epoch.
 */
import { constants, zstdCompressSync } from "node:zlib";
import type { Clock, HttpClient } from "../ports/index.ts";
import {
  type IDocAnswer,
  type IDocUpload,
  idocAnswer,
  type Lease,
  type LeaseRequest,
  leaseAnswer,
  type UploadHeader,
  uploadAnswer,
} from "../wire/index.ts";
import { type AgentIdentity, createSigner } from "./identity.ts";
import type { Rest } from "./load-limits.ts";
import { readJson } from "./read-json.ts";

/** Longer than the hub's long poll of 25 s. */
const leaseTimeoutMs = 60_000;
const uploadTimeoutMs = 300_000;
const leaveTimeoutMs = 5_000;
const idocsTimeoutMs = 30_000;

export type Answer<T> =
  | { kind: "ok"; value: T }
  /** The hub knows us no more: revoked, or the clock is wrong. */
  | { kind: "refused"; detail: string }
  /** The hub did not take this upload and will not: sending it again is of no use. */
  | { kind: "rejected"; detail: string }
  | { kind: "away"; detail: string };

/** `resting`: no work is asked for, and why. `day`: the SAP system's, for the count of its rows. */
export type LeaseAsk = {
  holds: readonly string[] | undefined;
  signal: AbortSignal;
  day: string | undefined;
  resting: Rest | undefined;
};

export type HubClient = {
  /** `holds`: the tasks that we know to be ours, where the hub may believe in more. */
  lease(ask: LeaseAsk): Promise<Answer<Lease | null>>;
  /** Gives back what we hold. Best effort: what is not given back waits for its lease's end. */
  leave(): Promise<void>;
  /** Answered when the hub has committed them. */
  tellIDocs(told: IDocUpload): Promise<Answer<IDocAnswer>>;
  /** `lines`: the records as JSON. */
  upload(header: UploadHeader, lines: readonly string[]): Promise<Answer<{ accepted: boolean; next: Lease | null }>>;
};

function encodeUpload(header: UploadHeader, lines: readonly string[]): Uint8Array {
  return zstdCompressSync([JSON.stringify(header), ...lines, ""].join("\n"), {
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  });
}

export function createHubClient(options: { hubUrl: string; identity: AgentIdentity; http: HttpClient; clock: Clock }): HubClient {
  const { hubUrl, http, clock } = options;
  const signed = createSigner(options.identity);

  async function post(
    path: string,
    body: Uint8Array,
    extra: { headers: Record<string, string>; timeoutMs: number; signal?: AbortSignal },
  ): Promise<Answer<unknown>> {
    const headers = { ...extra.headers, ...signed({ path, body, timeMs: clock.now() }) };
    const signal = extra.signal ? { signal: extra.signal } : {};
    const outcome = await http.request({
      method: "POST",
      url: `${hubUrl}${path}`,
      headers,
      body,
      timeoutMs: extra.timeoutMs,
      ...signal,
    });
    if (outcome.kind === "failure") return { kind: "away", detail: outcome.detail };
    const answer = await readJson(outcome);
    if (outcome.status === 200 && answer !== undefined) return { kind: "ok", value: answer };
    const detail = `HTTP ${outcome.status} ${messageOf(answer)}`.trim();
    if (outcome.status === 401) return { kind: "refused", detail };
    return outcome.status === 400 ? { kind: "rejected", detail } : { kind: "away", detail };
  }

  const postLease = (body: LeaseRequest, extra: { timeoutMs: number; signal?: AbortSignal }) =>
    post("/agent/v1/lease", Buffer.from(JSON.stringify(body)), { headers: { "content-type": "application/json" }, ...extra });

  return {
    async leave() {
      await postLease({ holds: [], isLeaving: true }, { timeoutMs: leaveTimeoutMs });
    },
    async lease({ holds, signal, day, resting }) {
      const body: LeaseRequest = {
        ...(holds ? { holds: [...holds] } : {}),
        ...(day === undefined ? {} : { day }),
        ...(resting ? { resting } : {}),
      };
      const answer = await postLease(body, { timeoutMs: leaseTimeoutMs, signal });
      if (answer.kind !== "ok") return answer;
      const parsed = leaseAnswer.safeParse(answer.value);
      return parsed.success ? { kind: "ok", value: parsed.data.lease } : { kind: "away", detail: "the lease cannot be read" };
    },
    async tellIDocs(told) {
      const body = Buffer.from(JSON.stringify(told));
      const headers = { "content-type": "application/json" };
      const answer = await post("/agent/v1/idocs", body, { headers, timeoutMs: idocsTimeoutMs });
      if (answer.kind !== "ok") return answer;
      const parsed = idocAnswer.safeParse(answer.value);
      return parsed.success ? { kind: "ok", value: parsed.data } : { kind: "away", detail: "the answer cannot be read" };
    },
    async upload(header, lines) {
      const answer = await post("/agent/v1/upload", encodeUpload(header, lines), {
        headers: { "content-type": "application/x-ndjson", "content-encoding": "zstd" },
        timeoutMs: uploadTimeoutMs,
      });
      if (answer.kind !== "ok") return answer;
      const parsed = uploadAnswer.safeParse(answer.value);
      return parsed.success ? { kind: "ok", value: parsed.data } : { kind: "away", detail: "the answer cannot be read" };
    },
  };
}

function messageOf(answer: unknown): string {
  if (typeof answer !== "object" || answer === null || !("message" in answer)) return "";
  return String(answer.message).slice(0, 300);
}
