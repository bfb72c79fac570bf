/**
 * The address to which SAP's XML-HTTP port sends IDocs. Guarantees: nothing is read of a request before user and password were compared in constant time;
 * a body that is larger than allowed is not read; 200 only after the hub has committed. SAP counts anything else, and no answer, as not sent (status 02).
 */
import { createHash, timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { readXmlPackage } from "../../sap/index.ts";
import type { HubClient } from "../hub-client.ts";
import { type Received, receivePackage } from "./receive.ts";

export type ListenOptions = {
  host: string;
  port: number;
  path: string;
  user: string;
  readPassword: () => Promise<string | undefined>;
  bodyBytesMax: number;
  /** Without it plain HTTP, which the settings allow on this machine only. */
  tls?: { cert: string; key: string } | undefined;
  hub: Pick<HubClient, "tellIDocs">;
  log: (line: string) => void;
};

export type IDocListener = { url: string; close(): Promise<void> };

const digest = (text: string) => createHash("sha256").update(text).digest();

async function isAllowed({ user, readPassword }: ListenOptions, header: string | undefined): Promise<boolean> {
  const password = await readPassword();
  if (password === undefined) return false;
  const expected = `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
  return timingSafeEqual(digest(expected), digest(header ?? ""));
}

/** With the port's SOAP flag SAP wants an envelope back (sap-data 6.5 [V]). */
function answer(reply: FastifyReply, status: number, text: string, isSoap: boolean): FastifyReply {
  if (!isSoap) return reply.code(status).type("text/plain; charset=utf-8").send(`${text}\n`);
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const body =
    status === 200
      ? `<ok xmlns="urn:ml-connector:idoc">${safe}</ok>`
      : `<SOAP-ENV:Fault><faultcode>SOAP-ENV:Server</faultcode><faultstring>${safe}</faultstring></SOAP-ENV:Fault>`;
  return reply
    .code(status)
    .type("text/xml; charset=utf-8")
    .send(
      `<?xml version="1.0" encoding="utf-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`,
    );
}

function statusOf(received: Received): [number, string] {
  switch (received.kind) {
    case "told": {
      const { received: told, duplicates, quarantined, parked } = received.answer;
      return [200, `${told} received, ${duplicates} known, ${parked} parked, ${quarantined} quarantined`];
    }
    case "refused":
      return [400, `no package of IDocs: ${received.detail}`];
    case "away":
      return [503, "not taken now; send it again"];
  }
}

/** The header's word first, then the document's own (sap-data 6.2). UTF-16 is said of much that is none, and cannot be said in one byte a letter. */
function charsetOf(contentType: string | undefined, body: Buffer): { charset?: string } {
  const said = /charset="?([\w.-]{1,40})/i.exec(contentType ?? "")?.[1];
  const declared = /^(?:ï»¿)?<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.-]{1,40})/.exec(
    body.subarray(0, 200).toString("latin1"),
  )?.[1];
  const charset = said ?? (/^utf-?16/i.test(declared ?? "") ? undefined : declared);
  return charset === undefined ? {} : { charset };
}

async function take(options: ListenOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const isSoap = /<[\w.-]*:?Envelope[\s>]/.test(body.subarray(0, 1_000).toString("latin1"));
  const received = await receivePackage(
    options.hub,
    await readXmlPackage(body, charsetOf(request.headers["content-type"], body)),
  );
  if (received.kind !== "told") options.log(`idocs: ${received.detail}`);
  const [status, text] = statusOf(received);
  return answer(reply, status, text, isSoap);
}

export async function listenForIDocs(options: ListenOptions): Promise<IDocListener> {
  const { host, port, path, bodyBytesMax, tls } = options;
  const server = Fastify({ bodyLimit: bodyBytesMax, forceCloseConnections: true, ...(tls ? { https: tls } : {}) });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  server.addHook("onRequest", async (request, reply) => {
    if (await isAllowed(options, request.headers.authorization)) return;
    await reply.code(401).header("www-authenticate", 'Basic realm="ml-connector"').send("user or password is wrong\n");
  });
  server.post(path, (request, reply) => take(options, request, reply));
  server.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) options.log(`idocs: ${error.message}`);
    return reply.code(status).send(status === 413 ? `more than ${bodyBytesMax} bytes\n` : "not taken\n");
  });
  await server.listen({ host, port });
  const [bound = port] = server.addresses().map((each) => (typeof each === "string" ? port : each.port));
  return { url: `${tls ? "https" : "http"}://${host}:${bound}${path}`, close: () => server.close() };
}
