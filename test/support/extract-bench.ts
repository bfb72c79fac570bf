// A made-up group that the simulated ECC serves over a socket, for extracts that are set against the world's own files: what the builder wrote
// is read here from disk, never through the product.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpClient, systemClock } from "../../src/cli/platform/index.ts";
import { buildGroup, demoSystem } from "../../src/sandbox/builder/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import type { EccRow, Manifest } from "../../src/sandbox/world.ts";
import { openSoapRfc, type SoapRfcClient } from "../../src/sap/index.ts";
import { seededRandom } from "./ecc-world.ts";

export const asOf = "20261115";
/** The afternoon of that day in the system's zone. */
export const serverClock = { now: () => Date.UTC(2026, 10, 15, 20), monotonic: () => 0, sleep: async () => undefined };

export type Scale = { projects: number; vendors: number; purchaseOrders: number; poLines: number; costLines: number };
export type ExtractBench = {
  manifest: Manifest;
  client: SoapRfcClient;
  zone: number;
  /** As the builder wrote them, whatever was changed since. */
  rowsOf(table: string): readonly EccRow[];
  change(
    table: string,
    change: { patch?: readonly EccRow[]; upsert?: readonly EccRow[]; delete?: readonly EccRow[] },
  ): Promise<void>;
  close(): Promise<void>;
};

/** As the builder wrote them, whatever the control door changed since. */
export function rowsOfWorld(worldFolder: string, table: string): readonly EccRow[] {
  const text = readFileSync(join(worldFolder, "ecc", "tables", `${table}.ndjson`), "utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as EccRow]));
}

export async function openExtractBench(seed: number, scale: Scale): Promise<ExtractBench> {
  const worldFolder = mkdtempSync(join(tmpdir(), "ml-extract-"));
  const manifest = buildGroup({ worldFolder, seed, asOf, ...scale });
  const ecc = await startEcc({ worldFolder, port: 0, clock: serverClock, random: seededRandom(seed) });
  const http = createHttpClient();
  const [account] = demoSystem.users;
  const client = openSoapRfc({
    url: `${ecc.url}/sap/bc/soap/rfc`,
    client: demoSystem.client,
    language: "EN",
    user: account?.user ?? "",
    readPassword: async () => account?.password,
    http,
    clock: systemClock,
    pool: 4,
    controlCharacters: "replace",
  });
  const tables = new Map<string, readonly EccRow[]>();
  return {
    manifest,
    client,
    zone: demoSystem.timeZoneMinutes,
    rowsOf(table) {
      const known = tables.get(table);
      if (known) return known;
      const rows = rowsOfWorld(worldFolder, table);
      tables.set(table, rows);
      return rows;
    },
    async change(table, change) {
      const response = await fetch(`${ecc.url}/sandbox/tables/${table}`, { method: "POST", body: JSON.stringify(change) });
      if (!response.ok) throw new Error(await response.text());
    },
    async close() {
      await client.close();
      await http.close();
      await ecc.close();
      rmSync(worldFolder, { recursive: true });
    },
  };
}

type Offer = { kind: string; label: string; slice: unknown };
export type AnyExtract<R> = {
  open(request: Ask): Promise<{ slices: Offer[] }>;
  discover(label: string, slice: unknown): Promise<{ slices: Offer[] }>;
  read(slice: unknown): Promise<{ records: R[] }>;
};
export type Ask = { mode: "full" | "delta"; since?: string; touched?: readonly string[] };

/** What agent and hub do together, without either: slices travel as JSON. */
export async function readAllOf<R>(extract: AnyExtract<R>, ask: Ask = { mode: "full" }): Promise<R[]> {
  const left = [...(await extract.open(ask)).slices];
  const records: R[] = [];
  for (let offer = left.shift(); offer; offer = left.shift()) {
    const slice: unknown = JSON.parse(JSON.stringify(offer.slice));
    if (offer.kind === "discover") left.push(...(await extract.discover(offer.label, slice)).slices);
    else records.push(...(await extract.read(slice)).records);
  }
  return records;
}
