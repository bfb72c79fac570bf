/** The socket around `handle` and the control door: reads bodies with a limit, sends outcomes, resets where the outcome is a cut. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "../../ports/index.ts";
import { type EccAnswer, type EccOutcome, handle } from "./handle.ts";
import type { EccWorld } from "./world-state.ts";

const bodyBytesMax = 32 * 1024 * 1024;

export type Door = (request: { method: string; path: string; body: Uint8Array; isLocal: boolean }) => Promise<EccAnswer>;

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const piece = chunk as Buffer;
    size += piece.length;
    if (size > bodyBytesMax) return undefined;
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

function singleHeaders(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}

function send(outcome: EccOutcome, response: ServerResponse): void {
  if (outcome.kind === "silence") return;
  if (outcome.kind === "answer") {
    response.writeHead(outcome.status, { ...outcome.headers, "content-length": outcome.body.length });
    response.end(outcome.body);
    return;
  }
  const { partial } = outcome;
  if (partial === undefined) {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(partial.status, { ...partial.headers, "content-length": partial.body.length });
  response.write(partial.body.subarray(0, partial.body.length >>> 1), () => response.socket?.destroy());
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  world: EccWorld,
  clock: Clock,
  door: Door,
): Promise<void> {
  const method = request.method ?? "GET";
  const target = request.url ?? "/";
  const body = await readBody(request);
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  if (target.startsWith("/sandbox/")) {
    const isLocal = isLoopback(request.socket.remoteAddress) && request.headers.origin === undefined;
    send(await door({ method, path: target, body, isLocal }), response);
    return;
  }
  const { stats } = world;
  stats.inFlight += 1;
  stats.inFlightMax = Math.max(stats.inFlightMax, stats.inFlight);
  response.once("close", () => {
    stats.inFlight -= 1;
  });
  send(await handle({ method, target, headers: singleHeaders(request), body }, world, clock), response);
}

export async function listen(options: {
  world: EccWorld;
  clock: Clock;
  door: Door;
  port: number;
  host: string;
}): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    response.sendDate = false;
    serve(request, response, options.world, options.clock, options.door).catch(() => {
      // A client that hung up while sending, or a defect: either way this exchange ends without an answer.
      response.socket?.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      const place = `${options.host}:${options.port}`;
      reject(new Error(`the simulated ECC cannot listen on ${place} (${error.message}); choose another port, or 0 for any`));
    });
    server.listen(options.port, options.host, resolve);
  });
  return server;
}
