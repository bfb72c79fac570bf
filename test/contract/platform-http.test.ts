// The HTTP port over real sockets: what a failure is called, and above all whether the request may have arrived.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import { deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createHttpClient, HttpBodyError } from "../../src/cli/platform/index.ts";
import { pinOf } from "../../src/cli/platform/pinned-keys.ts";
import type { HttpClient, HttpOutcome, HttpRequest, HttpResponse } from "../../src/ports/index.ts";
import { certificate, privateKey } from "./certificate.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function client(options: Parameters<typeof createHttpClient>[0] = {}): HttpClient {
  const made = createHttpClient(options);
  closing.push(() => made.close());
  return made;
}

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return listen(server);
}

/** Bytes for bytes, for what no well-behaved server would do. */
async function serveRaw(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listen(server);
}

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers: {},
  timeoutMs: 5_000,
  ...more,
});

async function readText(outcome: HttpOutcome): Promise<string> {
  if (outcome.kind === "failure") throw new Error(`${outcome.reason}: ${outcome.detail}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of outcome.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const bodyErrorOf = (outcome: HttpOutcome): Promise<unknown> =>
  readText(outcome).then(
    () => "no error",
    (error: unknown) => error,
  );

describe("an exchange", () => {
  it("carries method, headers, body and query, and answers status, headers in lower case and body", async () => {
    const url = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.setHeader("X-Seen", `${request.method} ${request.url} ${String(request.headers["x-sent"])}`);
      response.setHeader("Set-Cookie", ["a=1", "b=2"]);
      response.statusCode = 201;
      response.end(Buffer.concat(chunks));
    });
    const outcome = await client().request(
      get(`${url}/rest?sap-client=800`, { method: "POST", headers: { "x-sent": "yes" }, body: "größe" }),
    );
    expect(outcome).toMatchObject({ kind: "response", status: 201 });
    const { headers } = outcome as HttpResponse;
    expect(headers).toMatchObject({ "x-seen": "POST /rest?sap-client=800 yes", "set-cookie": ["a=1", "b=2"] });
    expect(await readText(outcome)).toBe("größe");
  });

  it("does not follow redirects and does not take an error status for a failure", async () => {
    const url = await serve((request, response) => {
      response.statusCode = request.url === "/old" ? 302 : 500;
      response.setHeader("location", "/new");
      response.end("no");
    });
    const http = client();
    const moved = await http.request(get(`${url}/old`));
    expect(moved).toMatchObject({ kind: "response", status: 302 });
    await readText(moved);
    const failed = await http.request(get(`${url}/broken`));
    expect(failed).toMatchObject({ kind: "response", status: 500 });
    expect(await readText(failed)).toBe("no");
  });

  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
  ])("unpacks %s, and takes back the headers that described the packed form", async (coding, pack) => {
    const text = "0123456789".repeat(50_000);
    let accepted: string | undefined;
    const url = await serve((request, response) => {
      accepted = String(request.headers["accept-encoding"]);
      const packed = pack(text);
      response.writeHead(200, { "content-encoding": coding, "content-length": packed.length }).end(packed);
    });
    const outcome = await client().request(get(url));
    const { headers } = outcome as HttpResponse;
    expect(headers).not.toHaveProperty("content-encoding");
    expect(headers).not.toHaveProperty("content-length");
    expect(await readText(outcome)).toBe(text);
    expect(accepted).toContain("gzip");
  });

  it("keeps connections for the next requests", async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("ok");
    });
    const http = client();
    for (let index = 0; index < 30; index += 1) await readText(await http.request(get(url)));
    // Two, not one: the pool may open a second while the first still settles.
    expect(ports.size).toBeLessThanOrEqual(2);
  });
});

describe("a failure tells whether the request may have arrived", () => {
  it("no: nobody listens", async () => {
    const url = await serve(() => undefined);
    for (const close of closing.splice(0)) await close();
    expect(await client().request(get(url))).toMatchObject({ kind: "failure", reason: "unreachable", requestSent: "no" });
  });

  it("no: the name is unknown", async () => {
    expect(await client().request(get("http://sap.invalid/"))).toMatchObject({ reason: "name-not-found", requestSent: "no" });
  });

  it("no: given up before it began", async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    expect(await client().request(get(url, { signal: AbortSignal.abort() }))).toMatchObject({
      reason: "aborted",
      requestSent: "no",
    });
    expect(requests).toBe(0);
  });

  it("no: the deadline came while it waited behind another for a connection", async () => {
    let requests = 0;
    const url = await serve(() => {
      requests += 1;
    });
    const http = client({ connectionsMax: 1 });
    const first = http.request(get(url, { timeoutMs: 400 }));
    const second = await http.request(get(url, { timeoutMs: 100 }));
    expect(second).toMatchObject({ reason: "timeout", requestSent: "no" });
    expect(await first).toMatchObject({ reason: "timeout", requestSent: "maybe" });
    expect(requests).toBe(1);
  });

  it("maybe: the connection is cut before an answer", async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await client().request(get(url, { method: "POST", body: "x" }))).toMatchObject({
      reason: "reset",
      requestSent: "maybe",
    });
  });

  it("maybe: no answer in time", async () => {
    const url = await serve(() => undefined);
    expect(await client().request(get(url, { timeoutMs: 50 }))).toMatchObject({ reason: "timeout", requestSent: "maybe" });
  });

  it("maybe: given up while it waited for the answer", async () => {
    const abort = new AbortController();
    const url = await serve(() => abort.abort());
    expect(await client().request(get(url, { signal: abort.signal }))).toMatchObject({ reason: "aborted", requestSent: "maybe" });
  });

  it("maybe: the answer is not HTTP", async () => {
    const url = await serveRaw((socket) => socket.once("data", () => socket.end("SAP dispatcher says hello\r\n\r\n")));
    expect(await client().request(get(url))).toMatchObject({ reason: "reset", requestSent: "maybe" });
  });

  it("maybe: the client is closed while it waits", async () => {
    const http = createHttpClient();
    let close: Promise<void> | undefined;
    const url = await serve(() => {
      close = http.close();
    });
    expect(await http.request(get(url))).toMatchObject({ kind: "failure", requestSent: "maybe" });
    await close;
  });
});

describe("a body that is cut", () => {
  it("throws when fewer bytes come than were announced", async () => {
    const url = await serveRaw((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")),
    );
    const error = await bodyErrorOf(await client().request(get(url)));
    expect(error).toBeInstanceOf(HttpBodyError);
    expect(error).toMatchObject({ kind: "failure", reason: "reset", requestSent: "maybe" });
  });

  it("throws when the compressed form ends early, though the transport was whole", async () => {
    const packed = gzipSync("0123456789".repeat(10_000));
    const cut = packed.subarray(0, packed.length - 9);
    const url = await serve((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip", "content-length": cut.length }).end(cut),
    );
    expect(await bodyErrorOf(await client().request(get(url)))).toMatchObject({ kind: "failure", reason: "reset" });
  });

  it("throws when the deadline comes in the middle of it", async () => {
    const url = await serve((_request, response) => response.writeHead(200).write("first"));
    expect(await bodyErrorOf(await client().request(get(url, { timeoutMs: 100 })))).toMatchObject({ reason: "timeout" });
  });

  it("harms nobody when it is not read, or not to its end", async () => {
    const url = await serve((_request, response) => response.end("x".repeat(1_000_000)));
    const http = client({ connectionsMax: 2 });
    await http.request(get(url, { timeoutMs: 50 }));
    const partly = await http.request(get(url));
    if (partly.kind === "response") for await (const _chunk of partly.body) break;
    for (let index = 0; index < 3; index += 1) expect((await readText(await http.request(get(url)))).length).toBe(1_000_000);
  });
});

describe("TLS", () => {
  async function serveTls(): Promise<string> {
    const server = createTlsServer({ key: privateKey, cert: certificate }, (_request, response) => response.end("private"));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return (await listen(server)).replace("http:", "https:");
  }

  it("refuses a certificate that nobody vouches for, before anything is sent", async () => {
    const outcome = await client().request(get(await serveTls(), { headers: { authorization: "Basic c2VjcmV0" } }));
    expect(outcome).toMatchObject({ kind: "failure", reason: "tls", requestSent: "no" });
  });

  it("accepts it when it was given as an extra one", async () => {
    const outcome = await client({ extraCertificates: certificate }).request(get(await serveTls()));
    expect(await readText(outcome)).toBe("private");
  });

  it("refuses it for another host name", async () => {
    const url = (await serveTls()).replace("127.0.0.1", "localhost");
    const outcome = await client({ extraCertificates: certificate }).request(get(url));
    expect(outcome).toMatchObject({ kind: "failure", reason: "tls", requestSent: "no" });
  });
});

describe("what a failure says", () => {
  it("names the origin, and nothing that could be secret", async () => {
    const url = await serve((request) => request.socket.destroy());
    const outcome = await client().request(
      get(`${url}/oauth/token?client_secret=hunter2`, {
        headers: { authorization: "Bearer tok3n" },
        method: "POST",
        body: "pa55",
      }),
    );
    expect(outcome).toMatchObject({ kind: "failure", detail: expect.stringContaining(new URL(url).origin) });
    expect(JSON.stringify(outcome)).not.toMatch(/hunter2|tok3n|pa55/);
  });
});

async function serveTls(seen: { hello?: string } = {}): Promise<string> {
  const server = createTlsServer({ cert: certificate, key: privateKey }, (request, response) => {
    seen.hello = String(request.headers["proxy-authorization"] ?? "none");
    response.end("over TLS");
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (await listen(server)).replace("http:", "https:");
}

describe("a pinned key", () => {
  it("is asked for besides the trusted chain", async () => {
    const url = await serveTls();
    const right = client({ extraCertificates: certificate, pinnedKeys: ["AAAA", pinOf(certificate)] });
    expect(await readText(await right.request(get(url)))).toBe("over TLS");
    const wrong = client({ extraCertificates: certificate, pinnedKeys: [pinOf(certificate).replace(/^./, "-")] });
    expect(await wrong.request(get(url))).toMatchObject({
      kind: "failure",
      reason: "tls",
      requestSent: "no",
      detail: expect.stringContaining("CERT_KEY_NOT_PINNED"),
    });
    const untrusted = client({ pinnedKeys: [pinOf(certificate)] });
    expect(await untrusted.request(get(url))).toMatchObject({ kind: "failure", reason: "tls" });
  });
});

describe("through a proxy", () => {
  type Seen = { connects: string[]; authorizations: unknown[]; bytes: Buffer[] };
  async function serveProxy(credentials?: string): Promise<{ url: string; seen: Seen }> {
    const seen: Seen = { connects: [], authorizations: [], bytes: [] };
    const sockets = new Set<Socket>();
    const server = createServer();
    server.on("connect", (request, socket: Socket) => {
      seen.connects.push(request.url ?? "");
      seen.authorizations.push(request.headers["proxy-authorization"]);
      sockets.add(socket);
      socket.on("error", () => undefined);
      if (credentials !== undefined && request.headers["proxy-authorization"] !== credentials)
        return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
      const [host = "", port = ""] = (request.url ?? "").split(":");
      const target = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        socket.on("data", (bytes: Buffer) => seen.bytes.push(bytes));
        socket.pipe(target).pipe(socket);
      });
      sockets.add(target);
      target.on("error", () => socket.destroy());
    });
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { url: await listen(server), seen };
  }

  it("TLS is the target's own from end to end, and the proxy's credentials stay with the proxy", async () => {
    const token = `Basic ${Buffer.from("web:pr0xy-Pass").toString("base64")}`;
    const seenByTarget: { hello?: string } = {};
    const url = await serveTls(seenByTarget);
    const { url: proxyUrl, seen } = await serveProxy(token);
    const proxy = { url: proxyUrl, user: "web", password: "pr0xy-Pass" };
    const http = client({ extraCertificates: certificate, pinnedKeys: [pinOf(certificate)], proxy });
    const request = get(url, { method: "POST", headers: { authorization: "Basic c2VjcmV0" }, body: "geheim" });
    expect(await readText(await http.request(request))).toBe("over TLS");
    expect(seen.connects).toEqual([new URL(url).host]);
    expect(seen.authorizations).toEqual([token]);
    expect(Buffer.concat(seen.bytes).toString("latin1")).not.toMatch(/geheim|c2VjcmV0/);
    expect(seenByTarget.hello).toBe("none");
    // A wrong pin is refused through the proxy just the same.
    const pinned = client({ extraCertificates: certificate, pinnedKeys: ["AAAA"], proxy });
    expect(await pinned.request(request)).toMatchObject({ reason: "tls", requestSent: "no" });
  });

  it("that refuses, the failure says so and that nothing was sent; a host of noProxy is reached directly", async () => {
    const url = await serveTls();
    const { url: proxyUrl, seen } = await serveProxy("Basic other");
    const refused = await client({ extraCertificates: certificate, proxy: { url: proxyUrl } }).request(get(url));
    expect(refused).toMatchObject({ kind: "failure", requestSent: "no" });
    expect((refused as { detail: string }).detail).toMatch(/through the proxy http:.*407/);
    const direct = client({ extraCertificates: certificate, proxy: { url: proxyUrl, noProxy: ["127.0.0.1"] } });
    expect(await readText(await direct.request(get(url)))).toBe("over TLS");
    expect(seen.connects).toHaveLength(1);
  });
});

it("keeps a connection for the next request", async () => {
  const ports = new Set<number | undefined>();
  const url = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.end("ok");
  });
  const http = client();
  for (let at = 0; at < 50; at += 1) await readText(await http.request(get(url)));
  // Two: the first is given back a moment after its body has ended.
  expect(ports.size).toBeLessThanOrEqual(2);
});
