// Four ways to take the same answers. Each reads one leaf and tells how many characters or bytes it handled, so that no work can be
// optimised away. The first three share the HTTP client of the product: what differs is what happens to the bytes.
import { TextDecoder } from "node:util";
import { SaxesParser } from "saxes";
import { createClientAsync } from "soap";
import { createHttpClient, systemClock } from "../src/cli/platform/index.ts";
import { createDictionary, createReadTable, openSoapRfc } from "../src/sap/index.ts";
import { fields, tableName } from "./table.ts";

export const contenders = ["drop", "saxes", "soap", "ours"] as const;
export type Contender = (typeof contenders)[number];
export type Reading = { readLeaf(): Promise<number>; close(): Promise<void> };

const names = fields.map(({ name }) => name);
const timeoutMs = 120_000;

function openFetch(url: string, take: (body: AsyncIterable<Uint8Array>) => Promise<number>): Reading {
  const http = createHttpClient();
  return {
    async readLeaf() {
      const headers = { "content-type": "text/xml; charset=utf-8" };
      const answer = await http.request({ method: "POST", url, headers, body: "<RFC_READ_TABLE/>", timeoutMs });
      if (answer.kind === "failure") throw new Error(answer.detail);
      return take(answer.body);
    },
    close: () => http.close(),
  };
}

async function drop(body: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.byteLength;
  return bytes;
}

async function parseOnly(body: AsyncIterable<Uint8Array>): Promise<number> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on("opentag", () => undefined);
  parser.on("text", () => undefined);
  parser.on("closetag", () => undefined);
  let characters = 0;
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    characters += text.length;
    parser.write(text);
  }
  parser.close();
  return characters;
}

async function openSoap(url: string): Promise<Reading> {
  const client = await createClientAsync(`${new URL(url).origin}/wsdl`, { preserveWhitespace: true });
  client.setEndpoint(url);
  const invoke = client["RFC_READ_TABLEAsync"] as (input: unknown) => Promise<[{ DATA: { item: { WA: string }[] } }]>;
  const starts = fields.map((_, index) => fields.slice(0, index).reduce((sum, { length }) => sum + length, 0));
  const slots = fields.map(({ length }, index) => ({ from: starts[index] ?? 0, to: (starts[index] ?? 0) + length }));
  return {
    async readLeaf() {
      const input = { QUERY_TABLE: tableName, FIELDS: { item: names.map((FIELDNAME) => ({ FIELDNAME })) }, DATA: "" };
      const [answer] = await invoke(input);
      let characters = 0;
      // The least that a user of `soap` must do to have cells.
      for (const { WA } of answer.DATA.item) for (const { from, to } of slots) characters += WA.slice(from, to).trim().length;
      return characters;
    },
    close: async () => undefined,
  };
}

function openOurs(url: string): Reading {
  const http = createHttpClient();
  const client = openSoapRfc({
    url,
    client: "100",
    language: "EN",
    user: "BENCH",
    readPassword: async () => "bench",
    http,
    clock: systemClock,
    pool: 1,
    controlCharacters: "replace",
  });
  const reader = createReadTable(client, createDictionary(client));
  return {
    async readLeaf() {
      const outcome = await reader.read({ table: tableName, fields: names });
      if (outcome.kind !== "complete" || outcome.rejected.length > 0 || outcome.doubtful.length > 0)
        throw new Error(JSON.stringify(outcome).slice(0, 500));
      let characters = 0;
      for (const row of outcome.rows) for (const name of names) characters += row[name]?.length ?? 0;
      return characters;
    },
    async close() {
      await client.close();
      await http.close();
    },
  };
}

export async function openContender(contender: Contender, url: string): Promise<Reading> {
  switch (contender) {
    case "drop":
      return openFetch(url, drop);
    case "saxes":
      return openFetch(url, parseOnly);
    case "soap":
      return openSoap(url);
    case "ours":
      return openOurs(url);
  }
}
