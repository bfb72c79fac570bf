// Who takes the pages of `bench:odata`. Two floors on the product's own HTTP client: bytes thrown away, and `JSON.parse` and nothing else. Then the
// peer, and ours through the table reader, as an extract reads: a range of orders whole, page by page, `$skip` or the service's own next page.
import { createHttpClient, systemClock } from "../src/cli/platform/index.ts";
import { createODataReader, openOData } from "../src/sap/odata/index.ts";
import type { Range } from "./odata-peer.ts";
import { fieldName, keyAt, mapOf, type Paging, properties, service, setName, tableName } from "./odata-set.ts";

export const contenders = ["drop", "parse", "sdk", "ours", "ours-next"] as const;
export type Contender = (typeof contenders)[number];
/** `keys` and `cents` are of what came, so that nobody can leave out work. */
export type Tally = { entities: number; keys: number; cents: number; bytes: number };
export type Reading = { readRange(range: { from: number; to: number }): Promise<Tally>; close(): Promise<void> };

const timeoutMs = 120_000;

/** FNV-1a of a key; summed, for order is not promised. */
function hashOf(order: string, item: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < order.length; at += 1) hash = Math.imul(hash ^ order.charCodeAt(at), 0x01_00_01_93);
  for (let at = 0; at < item.length; at += 1) hash = Math.imul(hash ^ item.charCodeAt(at), 0x01_00_01_93);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function startTally() {
  const tally: Tally = { entities: 0, keys: 0, cents: 0, bytes: 0 };
  return {
    tally,
    take(order: string, item: string, amount: number) {
      tally.entities += 1;
      tally.keys = (tally.keys + hashOf(order, item)) >>> 0;
      tally.cents += Math.round(amount * 100);
    },
  };
}

const ordersOf = ({ from, to }: { from: number; to: number }): Range => ({ low: keyAt(from).Ebeln, high: keyAt(to - 1).Ebeln });

function addressOf({ low, high }: Range, top: number, skip: number): string {
  const select = properties.map(({ name }) => name).join(",");
  const filter = encodeURIComponent(`Ebeln ge '${low}' and Ebeln le '${high}'`);
  return `${service}/${setName}?$format=json&$select=${select}&$filter=${filter}&$orderby=Ebeln,Ebelp&$top=${top}&$skip=${skip}`;
}

type Body = AsyncIterable<Uint8Array>;

async function drop(body: Body): Promise<{ bytes: number; entities: number }> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.byteLength;
  return { bytes, entities: 0 };
}

async function parseOnly(body: Body): Promise<{ bytes: number; entities: number }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  const answer = JSON.parse(whole.toString("utf8")) as { d: { results: unknown[] } };
  return { bytes: whole.length, entities: answer.d.results.length };
}

/** The same pages without an overlap; each floor only tells how much it handled. */
function openFloor(url: string, pageSize: number, take: typeof drop): Reading {
  const http = createHttpClient();
  return {
    async readRange(range) {
      const { tally } = startTally();
      for (let skip = 0; skip < range.to - range.from; skip += pageSize) {
        const request = { url: `${url}${addressOf(ordersOf(range), pageSize, skip)}`, headers: { accept: "application/json" } };
        const answer = await http.request({ method: "GET", ...request, timeoutMs });
        if (answer.kind === "failure") throw new Error(answer.detail);
        const { bytes, entities } = await take(answer.body);
        tally.bytes += bytes;
        tally.entities += entities;
      }
      return tally;
    },
    close: () => http.close(),
  };
}

/** Loaded where it reads, so that its modules weigh on nobody else. */
async function openPeer(url: string, pageSize: number): Promise<Reading> {
  const { getPage } = await import("./odata-peer.ts");
  return {
    async readRange(range) {
      const { tally, take } = startTally();
      for (let skip = 0; ; skip += pageSize) {
        const page = await getPage(url, ordersOf(range), pageSize, skip);
        for (const { ebeln, ebelp, netwr } of page) take(ebeln, ebelp, netwr.toNumber());
        if (page.length < pageSize || skip + pageSize >= range.to - range.from) return tally;
      }
    },
    close: async () => undefined,
  };
}

const fields = properties.map(({ name }) => fieldName(name));

function openOurs(url: string, pageSize: number, paging: Paging): Reading {
  const http = createHttpClient();
  const logon = { client: "100", language: "EN", user: "BENCH", readPassword: async () => "bench" };
  const client = openOData({ url, service, ...logon, http, pool: 1 });
  const reader = createODataReader({ client, clock: systemClock, map: mapOf(paging, pageSize) });
  return {
    async readRange(range) {
      const { tally, take } = startTally();
      const { low, high } = ordersOf(range);
      const where = { kind: "between", field: "EBELN", low, high } as const;
      const outcome = await reader.read({ table: tableName, fields, where, rowsMax: range.to - range.from });
      if (outcome.kind !== "complete" || outcome.rejected.length > 0 || outcome.doubtful.length > 0)
        throw new Error(JSON.stringify(outcome).slice(0, 500));
      for (const { EBELN, EBELP, NETWR } of outcome.rows) take(EBELN ?? "", EBELP ?? "", Number(NETWR));
      return tally;
    },
    async close() {
      await client.close();
      await http.close();
    },
  };
}

export async function openContender(contender: Contender, url: string, pageSize: number): Promise<Reading> {
  switch (contender) {
    case "drop":
      return openFloor(url, pageSize, drop);
    case "parse":
      return openFloor(url, pageSize, parseOnly);
    case "sdk":
      return openPeer(url, pageSize);
    case "ours":
      return openOurs(url, pageSize, "skip");
    case "ours-next":
      return openOurs(url, pageSize, "next");
  }
}
