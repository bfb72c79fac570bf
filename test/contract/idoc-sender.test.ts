// The IDoc sender against a receiver of a few lines that is often unwell: it refuses, hangs up after it has stored, and answers too late. What
// the sender's outbox calls acknowledged must be there, once; killed in the middle and started again, it goes on.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createHttpClient, systemClock } from "../../src/cli/platform/index.ts";
import { buildGroup } from "../../src/sandbox/builder/index.ts";
import { type IDocSendOptions, messageTypes, plainVariant, sendIDocs } from "../../src/sandbox/index.ts";

type Weather = "fine" | "refuse" | "hang-up" | "late";
type Receiver = {
  url: string;
  /** By number: content and how often it came. */
  stored: Map<string, { content: string; times: number }>;
  altered: string[];
  server: Server;
  headers: Record<string, string | string[] | undefined>[];
};

const folder = mkdtempSync(join(tmpdir(), "ml-idoc-sender-"));
const worldFolder = join(folder, "world");
const http = createHttpClient();
const servers: Server[] = [];

beforeAll(() => {
  const scale = { projects: 2, vendors: 60, purchaseOrders: 60, poLines: 120, costLines: 300 };
  buildGroup({ worldFolder, seed: 5, asOf: "20261115", ...scale, ledgers: "none" });
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

afterAll(async () => {
  await http.close();
  rmSync(folder, { recursive: true });
});

function idocsIn(body: string): { docnum: string; content: string }[] {
  return [...body.matchAll(/<IDOC(?: BEGIN="1")?>(.*?)<\/IDOC>/gs)].map(([, content = ""]) => ({
    docnum: /<DOCNUM>(\d{16})<\/DOCNUM>/.exec(content)?.[1] ?? "",
    content,
  }));
}

async function receiver(weatherOf: (post: number) => Weather, answer = "ok"): Promise<Receiver> {
  let posts = 0;
  const stored: Receiver["stored"] = new Map();
  const altered: string[] = [];
  const headers: Receiver["headers"] = [];
  const take = (body: string) => {
    for (const { docnum, content } of idocsIn(body)) {
      const known = stored.get(docnum);
      if (known === undefined) stored.set(docnum, { content, times: 1 });
      else if (known.content === content) known.times += 1;
      else altered.push(docnum);
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      posts += 1;
      headers.push(request.headers);
      const weather = weatherOf(posts);
      if (weather === "refuse") return void response.writeHead(503).end("busy");
      take(Buffer.concat(chunks).toString("utf8"));
      if (weather === "hang-up") return void response.destroy();
      if (weather === "fine") response.writeHead(200, { "content-type": "text/plain" }).end(answer);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/idoc/S01`, stored, altered, server, headers };
}

let outboxes = 0;
function optionsFor(url: string, changed: Partial<IDocSendOptions> = {}): IDocSendOptions {
  outboxes += 1;
  const variant = plainVariant;
  return {
    worldFolder,
    outboxFolder: join(folder, `outbox${outboxes}`),
    target: { kind: "http", url, user: "SAP", password: "s3cret", contentType: "text/xml", variant, timeoutMs: 20_000 },
    messages: messageTypes,
    count: 400,
    packageMax: 20,
    parallel: 3,
    retries: 30,
    waitMs: 0,
    seed: 1,
    isReordered: true,
    isExtended: false,
    percent: { broken: 0, lostAnswers: 0, twice: 0, altered: 0, renewed: 0 },
    http,
    clock: systemClock,
    ...changed,
  };
}

/** The last word of the outbox on every number. */
function statusesIn(outboxFolder: string): Map<string, string> {
  const lines = (name: string) =>
    readFileSync(join(outboxFolder, name), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { docnum: string; docnums: string[]; status: string });
  const statuses = new Map(lines("idocs.ndjson").map(({ docnum }) => [docnum, "30"]));
  for (const { docnums, status } of lines("statuses.ndjson")) for (const docnum of docnums) statuses.set(docnum, status);
  return statuses;
}

const acknowledged = (outboxFolder: string) =>
  [...statusesIn(outboxFolder)].filter(([, status]) => status === "03").map(([docnum]) => docnum);

describe("the IDoc sender", () => {
  it("sends everything in bad weather, some of it more than once, and knows what was acknowledged", async () => {
    const weather: Weather[] = ["fine", "refuse", "fine", "hang-up", "fine", "fine", "late", "fine"];
    const unwell = await receiver((post) => weather[post % weather.length] ?? "fine");
    const percent = { broken: 2, lostAnswers: 25, twice: 25, altered: 30, renewed: 20 };
    const target = { ...optionsFor(unwell.url).target, timeoutMs: 150 } as IDocSendOptions["target"];
    const options = optionsFor(unwell.url, { percent, target });
    const report = await sendIDocs(options);
    expect(report).toMatchObject({ pending: 0, idocs: report.acknowledged + report.givenUp });
    for (const told of [report.refused, report.answersLost, report.sentTwice, report.altered, report.givenUp])
      expect(told).toBeGreaterThan(0);
    expect(acknowledged(options.outboxFolder)).toHaveLength(report.acknowledged);
    for (const docnum of acknowledged(options.outboxFolder)) expect(unwell.stored.has(docnum)).toBe(true);
    expect([...unwell.stored.values()].some(({ times }) => times > 1)).toBe(true);
    // Some of the altered ones met bad weather, too.
    expect(unwell.altered.length).toBeGreaterThan(0);
    expect(unwell.altered.length).toBeLessThanOrEqual(report.altered);
    expect(unwell.headers[0]).toMatchObject({
      authorization: `Basic ${Buffer.from("SAP:s3cret").toString("base64")}`,
      "content-type": "text/xml; charset=utf-8",
    });
  });

  it("sends every object once in good weather", async () => {
    const well = await receiver(() => "fine");
    const options = optionsFor(well.url, { messages: ["CREMAS"], count: 60, isReordered: false });
    expect(await sendIDocs(options)).toMatchObject({ idocs: 60, acknowledged: 60, refused: 0 });
    const vendors = [...well.stored.values()].map(({ content }) => /<E1LFA1M SEGMENT="1">.*?<LIFNR>(.*?)</.exec(content)?.[1]);
    expect(new Set(vendors).size).toBe(60);
    expect([...well.stored.values()].every(({ times }) => times === 1)).toBe(true);
    // Started again there is nothing left to do.
    expect(await sendIDocs(options)).toMatchObject({ idocs: 60, acknowledged: 60, posts: 0 });
  });

  it("takes an answer that is no SOAP for none where the port says SOAP", async () => {
    const plain = await receiver(() => "fine");
    const target = { ...optionsFor(plain.url).target, variant: { ...plainVariant, isSoap: true } } as IDocSendOptions["target"];
    const options = optionsFor(plain.url, { count: 5, retries: 1, target });
    expect(await sendIDocs(options)).toMatchObject({ acknowledged: 0, pending: 5 });
    const soap = await receiver(() => "fine", "<SOAP:Envelope/>");
    const again = { ...options, target: { ...target, url: soap.url } as IDocSendOptions["target"] };
    expect(await sendIDocs(again)).toMatchObject({ acknowledged: 5, pending: 0 });
  });

  it("goes on after it was killed: none lost, none with other content", async () => {
    const slow = await receiver((post) => (post % 5 === 0 ? "hang-up" : "fine"));
    const outboxFolder = join(folder, "killed");
    const args = ["--world", worldFolder, "--outbox", outboxFolder, "--url", slow.url, "--count", "150", "--package-max", "3"];
    const start = (retries: string) =>
      spawn(process.execPath, [
        "src/cli/main.ts",
        "sandbox",
        "idoc-send",
        ...args,
        "--wait",
        "0",
        "--retries",
        retries,
        "--json",
      ]);
    const first = start("50");
    const statuses = join(outboxFolder, "statuses.ndjson");
    while (!existsSync(statuses) || readFileSync(statuses, "utf8").length < 500) await systemClock.sleep(5);
    first.kill("SIGKILL");
    await once(first, "exit");
    expect(acknowledged(outboxFolder).length).toBeLessThan(150);
    const second = start("50");
    let printed = "";
    second.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await once(second, "close");
    expect(JSON.parse(printed)).toMatchObject({ idocs: 150, acknowledged: 150, pending: 0 });
    expect(slow.stored.size).toBe(150);
    expect(slow.altered).toEqual([]);
  });
});
