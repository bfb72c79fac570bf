/**
 * `POST /webhooks/procore/<connection>`: the header is checked before the body is read, the body is at most 64 KB, and the answer is 204 once the
 * event is committed and before anything is done about it. What is not understood is acknowledged too, and kept by name: refused, it would come
 * again for twelve hours and keep every other delivery of this endpoint waiting (procore 5 [A]).
 */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describeError, type ErrorCode, Fault, faultSentence } from "../../core/index.ts";
import { readWebhookPayload } from "../../procore/index.ts";
import type { Connection, HubContext } from "../context.ts";
import type { Intake, TakenEvent } from "./intake.ts";
import { carriesSecret, keepSecrets } from "./secret-check.ts";

const bodyBytesMax = 64 * 1024;

export type WebhookDoor = { connection: Connection; readSecrets: () => Promise<readonly string[]> };
export type EndpointOptions = { context: HubContext; doors: readonly WebhookDoor[]; intake: Intake };

type Named = { Params: { connection: string } };

const statuses: Partial<Record<ErrorCode, number>> = {
  "webhook.refused": 401,
  "webhook.too-large": 413,
  "webhook.queue-full": 503,
};

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Without the id of a delivery its content is its name: a repetition has the same. */
function unreadable(connection: string, body: Buffer, problem: string): TakenEvent {
  return {
    connection,
    delivery_id: `sha256:${createHash("sha256").update(body).digest("hex").slice(0, 32)}`,
    state: "unreadable",
    version: "",
    kind: "",
    verb: "",
    record_id: 0,
    parent_id: null,
    project_id: 0,
    user_id: null,
    application_id: null,
    happened_at: null,
    outcome: problem.slice(0, 300),
  };
}

function readEvent(connection: Pick<Connection, "name" | "settings">, body: Buffer): TakenEvent {
  const read = readWebhookPayload(parse(body));
  if (!read.ok) return unreadable(connection.name, body, `${read.error.field}: ${read.error.problem}`);
  const event = read.value;
  const { companyId } = connection.settings.procore;
  if (event.companyId !== null && event.companyId !== companyId)
    return unreadable(connection.name, body, `company_id: ${event.companyId} is not the company of this connection`);
  return {
    connection: connection.name,
    delivery_id: event.deliveryId,
    state: "waiting",
    version: event.version,
    kind: event.kind,
    verb: event.verb,
    record_id: event.recordId,
    parent_id: event.parentId,
    project_id: event.projectId ?? 0,
    user_id: event.userId,
    application_id: event.applicationId,
    happened_at: event.happenedAt,
    outcome: null,
  };
}

function asFault(error: unknown): Fault | undefined {
  if (error instanceof Fault) return error;
  const isTooLarge = error instanceof Error && "code" in error && error.code === "FST_ERR_CTP_BODY_TOO_LARGE";
  return isTooLarge ? new Fault("webhook.too-large", { place: "webhooks" }) : undefined;
}

/** Whatever fails on our side is 503: Procore keeps the delivery and sends it again. */
function answerError(error: unknown, reply: FastifyReply, log: (line: string) => void): FastifyReply {
  const fault = asFault(error);
  if (!fault) {
    log(`webhooks: ${error instanceof Error ? error.message : String(error)}`);
    return reply.code(503).send({ code: "store.unavailable", message: describeError("store.unavailable").sentence });
  }
  return reply.code(statuses[fault.code] ?? 503).send({ code: fault.code, message: faultSentence(fault) });
}

export function serveWebhooks(server: FastifyInstance, { context, doors, intake }: EndpointOptions): void {
  const byName = new Map(
    doors.map(({ connection, readSecrets }) => [
      connection.name,
      { connection, secrets: keepSecrets(context.clock, readSecrets) },
    ]),
  );
  server.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) => answerError(error, reply, context.log));
    scope.post<Named>("/webhooks/procore/:connection", {
      bodyLimit: bodyBytesMax,
      // A connection that is not there answers like a wrong secret: names are nobody's to guess.
      onRequest: async (request: FastifyRequest<Named>) => {
        const door = byName.get(request.params.connection);
        const name = door?.connection.settings.webhooks.header.toLowerCase() ?? "authorization";
        const header = request.headers[name];
        const isOurs = carriesSecret(typeof header === "string" ? header : undefined, (await door?.secrets()) ?? []);
        if (!isOurs) throw new Fault("webhook.refused", { place: "webhooks" });
      },
      handler: async (request: FastifyRequest<Named>, reply: FastifyReply) => {
        const door = byName.get(request.params.connection);
        if (!door) throw new Fault("webhook.refused", { place: "webhooks" });
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        await intake.take(readEvent(door.connection, body), door.connection.settings.webhooks.queueMax);
        return reply.code(204).send();
      },
    });
  });
}
