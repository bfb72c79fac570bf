/**
 * The socket shell: reads a request, hands it to `handle`, writes, keeps silent or cuts as the outcome says. A direct-cost write is
 * held for a moment so that overlap in time can be seen. It decides nothing about Procore.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "../../ports/index.ts";
import type { Outcome, ProcoreRequest } from "./exchange.ts";
import type { Procore } from "./handle.ts";
import { Holds, holdOf } from "./overlap.ts";

const bodyBytesMax = 64 * 1024 * 1024;

export type Shell = { server: Server; stop(): Promise<void> };

export function createShell(procore: Procore, clock: Clock): Shell {
  const stopping = new AbortController();
  const holds = new Holds();
  const server = createServer((incoming, outgoing) => {
    procore.stats.entered();
    outgoing.on("close", () => procore.stats.left());
    serve(incoming, outgoing).catch((error: unknown) => {
      procore.stats.failed(error);
      outgoing.destroy();
    });
  });

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", "http://sandbox");
    const method = incoming.method ?? "GET";
    const hold = holdOf(method, url.pathname);
    const isHeld = hold !== undefined && holds.take(hold);
    try {
      const body = await readBody(incoming);
      if (isHeld && procore.world.switches.directCostMs > 0)
        await clock.sleep(procore.world.switches.directCostMs, stopping.signal);
      if (body === undefined || stopping.signal.aborted) return void outgoing.destroy();
      const overlaps = hold !== undefined && !isHeld;
      const outcome = procore.handle(readRequest(incoming, { method, url, body, overlaps }));
      const delayMs = outcome.kind === "answer" ? (outcome.delayMs ?? 0) : 0;
      if (delayMs > 0) await clock.sleep(delayMs, stopping.signal);
      settle(outcome, outgoing);
    } finally {
      // In the same turn as the answer is written: who waits for the answer before the next write never overlaps.
      if (isHeld) holds.release(hold);
    }
  }

  function settle(outcome: Outcome, outgoing: ServerResponse): void {
    if (outcome.kind === "answer") {
      outgoing.sendDate = false;
      outgoing.writeHead(outcome.status, { ...outcome.headers, "Content-Length": Buffer.byteLength(outcome.body) });
      if (outcome.isCut !== true) return void outgoing.end(outcome.body);
      // The half is flushed before the end, so that the client has something to read.
      outgoing.write(outcome.body.slice(0, Math.ceil(outcome.body.length / 2)), () => outgoing.destroy());
      return;
    }
    if (outcome.kind === "cut") outgoing.destroy();
    const { later } = outcome;
    if (later === undefined) return;
    void clock.sleep(later.delayMs, stopping.signal).then(() => {
      if (!stopping.signal.aborted) later.commit();
    });
  }

  return {
    server,
    stop: () =>
      new Promise((resolve) => {
        stopping.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > bodyBytesMax) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

type Read = { method: string; url: URL; body: string; overlaps: boolean };

function readRequest(incoming: IncomingMessage, { method, url, body, overlaps }: Read): ProcoreRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  const address = incoming.socket.remoteAddress ?? "";
  return {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
    origin: `http://${headers.host ?? "127.0.0.1"}`,
    isLoopback: address === "::1" || /^(?:::ffff:)?127\./.test(address),
    overlaps,
  };
}
