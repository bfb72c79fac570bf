// A 200 MB answer is never held whole: a process with a heap of 128 MB reads it, and its memory stays flat. And a packed bomb is not unpacked.
import { execFile } from "node:child_process";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createGzip, type Gzip } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createHttpClient, systemClock } from "../../src/cli/platform/index.ts";
import { openSoapRfc } from "../../src/sap/rfc/index.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const head =
  '<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><rfc:RFC_READ_TABLE.Response xmlns:rfc="urn:sap-com:document:sap:rfc:functions"><DATA>';
const tail = "</DATA><FIELDS/></rfc:RFC_READ_TABLE.Response></SOAP-ENV:Body></SOAP-ENV:Envelope>";
const row = `<item><WA>${"0123456789".repeat(38)}</WA></item>`;
const rowsPerBlock = 2_500;
const block = Buffer.from(row.repeat(rowsPerBlock));
const blocks = 210;

async function* answer() {
  yield Buffer.from(head);
  for (let at = 0; at < blocks; at += 1) yield block;
  yield Buffer.from(tail);
}

async function serve(send: (response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.on("error", () => undefined);
    response.setHeader("content-type", "text/xml; charset=utf-8");
    send(response);
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/sap/bc/soap/rfc`;
}

const drained = (gzip: Gzip) =>
  new Promise<void>((resolve) => {
    const done = () => {
      gzip.off("drain", done).off("close", done);
      resolve();
    };
    gzip.on("drain", done).on("close", done);
  });

async function sendPacked(response: ServerResponse): Promise<void> {
  response.setHeader("content-encoding", "gzip");
  const gzip = createGzip({ level: 1 });
  gzip.on("error", () => undefined);
  response.on("close", () => gzip.destroy());
  gzip.pipe(response);
  for await (const chunk of answer()) {
    if (gzip.destroyed) return;
    if (!gzip.write(chunk)) await drained(gzip);
  }
  gzip.end();
}

describe("an answer of more than 200 MB", () => {
  it("is read row by row, packed on the wire, in flat memory", async () => {
    expect(block.length * blocks).toBeGreaterThan(200_000_000);
    const url = await serve((response) => void sendPacked(response));
    const reader = fileURLToPath(new URL("../support/stream-reader.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ["--max-old-space-size=128", reader, url]);
    const seen = JSON.parse(stdout) as { kind: string; key: string; rows: number; rssMax: number; rssAtTenth: number };
    expect(seen).toMatchObject({ kind: "answer", key: "", rows: rowsPerBlock * blocks });
    // Less than the answer in all, and what grew after the first tenth is less than a quarter of it.
    expect(seen.rssMax).toBeLessThan(256_000_000);
    expect(seen.rssMax - seen.rssAtTenth).toBeLessThan(50_000_000);
  }, 120_000);

  it("that is to be kept whole is given up at its limit, far before its end", async () => {
    let isGone = false;
    const url = await serve((response) => {
      response.on("close", () => {
        isGone = true;
      });
      void sendPacked(response);
    });
    const http = createHttpClient();
    closing.push(() => http.close());
    const client = openSoapRfc({
      url,
      client: "100",
      language: "EN",
      user: "MLC",
      readPassword: async () => "secret",
      http,
      clock: systemClock,
      pool: 1,
      limits: { bytesMax: 5_000_000 },
    });
    const outcome = await client.call({
      function: "RFC_READ_TABLE",
      parameters: {},
      tables: ["DATA", "FIELDS"],
      timeoutMs: 60_000,
    });
    expect(outcome).toMatchObject({ kind: "failure", class: "protocol", key: "TOO_LARGE" });
    while (!isGone) await new Promise<void>((resolve) => setImmediate(resolve));
  }, 60_000);
});
