/**
 * Who is calling: an agent signs every request with its own key (design section 10). Enrolment exchanges a one-time code, stored as a hash
 * only, for an identity; a code works once and for a named time.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { Fault } from "../../core/index.ts";
import { appendAudit } from "../../store/index.ts";
import { type EnrolAnswer, type EnrolRequest, signedText, wireHeaders } from "../../wire/index.ts";
import { type HubContext, inTenant, now } from "../context.ts";

export const codeLifetimeMs = 15 * 60_000;
const clockSkewMaxMs = 5 * 60_000;

export type AgentIdentity = { agent: string; connection: string };
type Headers = Readonly<Record<string, string | string[] | undefined>>;

function hashCode(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}

function readable(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").toUpperCase();
}

export async function createEnrolmentCode(context: HubContext, connection: string): Promise<string> {
  const code = readable(context.random.bytes(12));
  await context.store.transact(inTenant(context), async (tx) => {
    const expires_at = new Date(context.clock.now() + codeLifetimeMs);
    await tx
      .insertInto("enrolment_code")
      .values({ tenant: context.tenant, code_hash: hashCode(code), connection, expires_at })
      .execute();
    await appendAudit(tx, {
      tenant: context.tenant,
      atMs: context.clock.now(),
      actor: "system",
      action: "enrolment-code.created",
      subject: connection,
    });
  });
  return code;
}

function isEd25519(publicKey: string): boolean {
  try {
    return (
      createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" }).asymmetricKeyType === "ed25519"
    );
  } catch {
    return false;
  }
}

export async function enrol(context: HubContext, request: EnrolRequest): Promise<EnrolAnswer> {
  const refused = (detail: string) => new Fault("agent.code-refused", { place: "enrolment", detail });
  if (!isEd25519(request.publicKey)) throw refused("the public key is no Ed25519 key");
  const agent = `agent-${readable(context.random.bytes(6)).toLowerCase()}`;
  return context.store.transact(inTenant(context), async (tx) => {
    const code = await tx
      .updateTable("enrolment_code")
      .set({ used_at: now(context) })
      .where("tenant", "=", context.tenant)
      .where("code_hash", "=", hashCode(request.code))
      .where("used_at", "is", null)
      .where("expires_at", ">", now(context))
      .returning("connection")
      .executeTakeFirst();
    if (!code) throw refused("the code is not valid");
    await tx
      .insertInto("agent")
      .values({
        tenant: context.tenant,
        agent,
        connection: code.connection,
        name: request.name,
        public_key: request.publicKey,
        enrolled_at: now(context),
      })
      .execute();
    await appendAudit(tx, {
      tenant: context.tenant,
      atMs: context.clock.now(),
      actor: `agent:${agent}`,
      action: "agent.enrolled",
      subject: code.connection,
    });
    return { agent, connection: code.connection };
  });
}

function header(headers: Headers, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}

/** Checks signature, time and body hash; refuses without saying which of them was wrong. */
export async function identify(
  context: HubContext,
  request: { method: string; path: string; headers: Headers; body: Uint8Array },
): Promise<AgentIdentity> {
  const agentId = header(request.headers, wireHeaders.agent);
  const time = header(request.headers, wireHeaders.time);
  const contentHash = createHash("sha256").update(request.body).digest("hex");
  const refused = new Fault("agent.refused", { place: agentId === "" ? "a request without agent id" : agentId.slice(0, 40) });
  if (!/^\d{1,16}$/.test(time) || Math.abs(Number(time) - context.clock.now()) > clockSkewMaxMs) throw refused;
  if (header(request.headers, wireHeaders.contentHash) !== contentHash) throw refused;
  const agent = await context.store.transact(inTenant(context), (tx) =>
    tx
      .selectFrom("agent")
      .select(["agent", "connection", "public_key"])
      .where("tenant", "=", context.tenant)
      .where("agent", "=", agentId)
      .where("revoked_at", "is", null)
      .executeTakeFirst(),
  );
  if (!agent) throw refused;
  const key = createPublicKey({ key: Buffer.from(agent.public_key, "base64"), format: "der", type: "spki" });
  const text = Buffer.from(signedText({ method: request.method, path: request.path, time, contentHash }));
  const signature = Buffer.from(header(request.headers, wireHeaders.signature), "base64");
  if (!verify(null, text, key, signature)) throw refused;
  return { agent: agent.agent, connection: agent.connection };
}
