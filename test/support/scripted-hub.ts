// A hub that only speaks the wire: it hands out the leases a test gives it, keeps what agents upload, and checks each signature by its own
// reading of the protocol, so that the agent is tested by another hand than the product's hub.
import { createHash, createPublicKey, verify } from "node:crypto";
import { zstdDecompressSync } from "node:zlib";
import Fastify, { type FastifyRequest } from "fastify";
import type { SourceRecord } from "../../src/core/index.ts";
import type { Lease, UploadHeader } from "../../src/wire/index.ts";

type Upload = { header: UploadHeader; records: SourceRecord[]; raw: Buffer };
/** What the next upload gets instead of the usual answer. `take`: the bytes count although the answer is bad, as when only the answer is lost. */
type Misfortune = { status: number; body?: unknown; take: boolean };

export type ScriptedHub = {
  url: string;
  /** Leases yet to be given, first in, first out. */
  leases: Lease[];
  uploads: Upload[];
  leaseBodies: unknown[];
  misfortunes: Misfortune[];
  /** Every request that was not what the protocol says. */
  wrong: string[];
  accepted: boolean;
  /** Resolves when that many uploads came. */
  uploaded(count: number): Promise<Upload[]>;
  close(): Promise<void>;
};

const text = (value: unknown) => (typeof value === "string" ? value : "");

export async function openScriptedHub(code: string): Promise<ScriptedHub> {
  const server = Fastify({ bodyLimit: 64 * 1024 * 1024, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const keys = new Map<string, string>();
  const waiters: (() => void)[] = [];
  const wake = () => {
    for (const each of waiters.splice(0)) each();
  };
  let isClosing = false;

  function check(request: FastifyRequest): Buffer {
    const { headers } = request;
    const body = request.body as Buffer;
    const hash = createHash("sha256").update(body).digest("hex");
    const agent = text(headers["x-ml-agent"]);
    const signedText = `ml-connector/1\n${request.method}\n${request.url}\n${text(headers["x-ml-time"])}\n${hash}`;
    const key = createPublicKey({ key: Buffer.from(keys.get(agent) ?? "", "base64"), format: "der", type: "spki" });
    const isRight =
      headers["x-ml-content-sha256"] === hash &&
      headers["x-ml-wire-version"] === "1" &&
      verify(null, Buffer.from(signedText), key, Buffer.from(text(headers["x-ml-signature"]), "base64"));
    if (!isRight) hub.wrong.push(`${request.url}: signature`);
    return body;
  }

  function takeUpload(raw: Buffer): void {
    const [first = "", ...lines] = zstdDecompressSync(raw).toString("utf8").split("\n");
    if (lines.pop() !== "") hub.wrong.push("upload: the last line is not ended");
    const header = JSON.parse(first) as UploadHeader;
    if (header.records !== lines.length) hub.wrong.push(`upload: ${header.records} announced, ${lines.length} came`);
    hub.uploads.push({ header, records: lines.map((line) => JSON.parse(line) as SourceRecord), raw });
    wake();
  }

  server.post("/agent/v1/enrol", (request, reply) => {
    const asked = JSON.parse((request.body as Buffer).toString()) as { code: string; publicKey: string };
    if (asked.code !== code) return reply.code(403).send({ code: "agent.code-refused" });
    const agent = `agent-${keys.size + 1}`;
    keys.set(agent, asked.publicKey);
    return { agent, connection: "main" };
  });
  server.post("/agent/v1/lease", async (request, reply) => {
    const body = check(request);
    const asked = JSON.parse(body.toString()) as { isLeaving?: boolean };
    hub.leaseBodies.push(asked);
    wake();
    if (asked.isLeaving) return { lease: null };
    let isGone = false;
    reply.raw.once("close", () => {
      isGone = true;
      wake();
    });
    while (hub.leases.length === 0 && !isClosing && !isGone) await new Promise<void>((resolve) => waiters.push(resolve));
    return { lease: isGone ? null : (hub.leases.shift() ?? null) };
  });
  server.post("/agent/v1/upload", (request, reply) => {
    const body = check(request);
    if (request.headers["content-encoding"] !== "zstd") hub.wrong.push("upload: content-encoding");
    const misfortune = hub.misfortunes.shift();
    if (!misfortune || misfortune.take) takeUpload(body);
    if (misfortune) return reply.code(misfortune.status).send(misfortune.body ?? {});
    return { accepted: hub.accepted, next: hub.leases.shift() ?? null };
  });

  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  const hub: ScriptedHub = {
    url,
    leases: [],
    uploads: [],
    leaseBodies: [],
    misfortunes: [],
    wrong: [],
    accepted: true,
    async uploaded(count) {
      while (hub.uploads.length < count) await new Promise<void>((resolve) => waiters.push(resolve));
      return hub.uploads;
    },
    async close() {
      isClosing = true;
      wake();
      await server.close();
    },
  };
  // Leases given after an agent began to wait must wake it.
  hub.leases = new Proxy(hub.leases, {
    set(target, name, value) {
      const done = Reflect.set(target, name, value);
      if (name !== "length") queueMicrotask(wake);
      return done;
    },
  });
  return hub;
}
