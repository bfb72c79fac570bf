/**
 * The hub's HTTP face towards agents. Bodies are taken raw, since the signature covers the bytes as sent; answers are JSON. Errors carry
 * a code and a sentence, never a stack.
 */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { describeError, type ErrorCode, Fault, faultSentence } from "../../core/index.ts";
import {
  enrolRequest,
  type IDocAnswer,
  idocUpload,
  type LeaseAnswer,
  leaseRequest,
  type UploadAnswer,
  uploadLimits,
} from "../../wire/index.ts";
import { type HubContext, inTenant, now, RunHalt } from "../context.ts";
import { acceptIDocs } from "../idocs/accept-idocs.ts";
import { acceptUpload } from "../ingest/accept-upload.ts";
import { readUpload } from "../ingest/read-upload.ts";
import { noteResting } from "../ingest/sap-load.ts";
import { leaseTask, releaseTasks } from "../ingest/tasks.ts";
import type { Signals } from "../signals.ts";
import { type AgentIdentity, enrol, identify } from "./agent-identity.ts";

const longPollMs = 25_000;
/** Slices of this process wake the poll. Those of another one are found by looking, the less often the longer nothing came: an agent waits for days. */
const lookAgainMs = { first: 1_000, most: 5_000 } as const;

export type ServerOptions = {
  context: HubContext;
  /** Undefined: no socket, only `answer`. */
  listen: { host: string; port: number } | undefined;
  signals: Signals;
  /** Without it the hub has no address for webhooks. */
  webhooks?: (server: FastifyInstance) => void;
  /** Called when a run's reading may have moved on. */
  onUpload: () => void;
};

function statusOf(code: ErrorCode): number {
  if (code === "agent.refused") return 401;
  if (code === "agent.code-refused") return 403;
  return describeError(code).class === "retry" ? 503 : 400;
}

function sendError(error: unknown, reply: FastifyReply, log: (line: string) => void): FastifyReply {
  if (error instanceof Fault) return reply.code(statusOf(error.code)).send({ code: error.code, message: faultSentence(error) });
  if (error instanceof RunHalt) return reply.code(400).send({ code: error.code, message: error.detail });
  log(`hub: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return reply.code(500).send({ code: "internal", message: "The hub failed; its log tells more." });
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8") || "null");
  } catch {
    return undefined;
  }
}

async function identified(context: HubContext, request: FastifyRequest): Promise<AgentIdentity> {
  return identify(context, { method: request.method, path: request.url, headers: request.headers, body: bodyOf(request) });
}

async function poll(
  options: ServerOptions,
  agent: AgentIdentity & { day: string | undefined },
  signal: AbortSignal,
): Promise<LeaseAnswer> {
  const { context, signals } = options;
  const until = context.clock.monotonic() + longPollMs;
  let waitMs: number = lookAgainMs.first;
  // Nobody works on what is leased to an agent that has left.
  while (!signal.aborted) {
    const lease = await context.store.transact(inTenant(context), (tx) =>
      leaseTask(tx, { tenant: context.tenant, ...agent, now: now(context) }),
    );
    if (lease || context.clock.monotonic() >= until) return { lease };
    await signals.wait(waitMs, signal);
    waitMs = Math.min(2 * waitMs, lookAgainMs.most);
  }
  return { lease: null };
}

/** A request that comes by no socket. */
export type DoorRequest = { method: "GET" | "POST"; path: string; headers: Readonly<Record<string, string>>; body: Uint8Array };
export type DoorAnswer = { status: number; body: Uint8Array };

export type HubServer = { url: string; answer(request: DoorRequest): Promise<DoorAnswer>; close(): Promise<void> };

async function answerWithin(server: FastifyInstance, { method, path, headers, body }: DoorRequest): Promise<DoorAnswer> {
  const { statusCode, rawPayload } = await server.inject({
    method,
    url: path,
    headers: { ...headers },
    payload: Buffer.from(body),
  });
  return { status: statusCode, body: rawPayload };
}

export async function startServer(options: ServerOptions): Promise<HubServer> {
  const { context, signals } = options;
  const server: FastifyInstance = Fastify({ bodyLimit: uploadLimits.compressedBytesMax, forceCloseConnections: true });
  const closing = new AbortController();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  server.setErrorHandler((error, _request, reply) => sendError(error, reply, context.log));

  server.get("/health", () => ({ ok: true }));
  server.post("/agent/v1/enrol", async (request) => {
    const parsed = enrolRequest.safeParse(parseJson(bodyOf(request)));
    if (!parsed.success)
      throw new Fault("agent.code-refused", { place: "enrolment", detail: parsed.error.issues[0]?.message ?? "" });
    return enrol(context, parsed.data);
  });
  server.post("/agent/v1/lease", async (request, reply): Promise<LeaseAnswer> => {
    const agent = await identified(context, request);
    const asked = leaseRequest.safeParse(parseJson(bodyOf(request)));
    if (!asked.success) throw new Fault("agent.record-invalid", { place: "lease", detail: asked.error.issues[0]?.message ?? "" });
    const { holds, isLeaving, day, resting } = asked.data;
    if (holds) {
      await context.store.transact(inTenant(context), (tx) => releaseTasks(tx, { tenant: context.tenant, ...agent, holds }));
      signals.wake();
    }
    if (isLeaving) return { lease: null };
    await context.store.transact(inTenant(context), (tx) => noteResting(tx, { tenant: context.tenant, ...agent }, resting));
    if (resting) {
      signals.wake();
      return { lease: null };
    }
    const gone = new AbortController();
    // The response's own end, not the socket's: a kept-alive socket outlives many polls.
    reply.raw.once("close", () => gone.abort());
    return poll(options, { ...agent, day }, AbortSignal.any([gone.signal, closing.signal]));
  });
  server.post("/agent/v1/upload", async (request): Promise<UploadAnswer> => {
    const agent = await identified(context, request);
    const answer = await acceptUpload(context, agent, readUpload(bodyOf(request)));
    signals.wake();
    options.onUpload();
    return { accepted: answer.accepted, next: answer.next };
  });
  server.post("/agent/v1/idocs", async (request): Promise<IDocAnswer> => {
    const agent = await identified(context, request);
    const told = idocUpload.safeParse(parseJson(bodyOf(request)));
    if (!told.success) throw new Fault("agent.record-invalid", { place: "idocs", detail: told.error.issues[0]?.message ?? "" });
    return acceptIDocs(context, agent.connection, told.data);
  });

  options.webhooks?.(server);
  await server.ready();
  const url = options.listen === undefined ? "" : await server.listen(options.listen);
  return {
    url,
    answer: (request) => answerWithin(server, request),
    async close() {
      closing.abort();
      await server.close();
    },
  };
}
