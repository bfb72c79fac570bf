// Invoices, and the parts of vendors and purchase orders beside their main rows, over sockets against the simulated ECC: set against the world's own
// files by arithmetic of this file's own.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpClient, systemClock } from "../../src/cli/platform/index.ts";
import type { InvoiceRecord, PurchaseOrderRecord, RejectedInvoice, SourceRecord, VendorRecord } from "../../src/core/index.ts";
import type { HttpClient } from "../../src/ports/index.ts";
import { buildGroup, demoSystem } from "../../src/sandbox/builder/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import type { EccRow } from "../../src/sandbox/world.ts";
import {
  createDictionary,
  createExtracts,
  createInvoiceExtract,
  createReaders,
  type ExtractSource,
  guardByPolicy,
  openSoapRfc,
  type SoapRfcClient,
} from "../../src/sap/index.ts";
import { recordSchema } from "../../src/wire/index.ts";
import { seededRandom } from "../support/ecc-world.ts";

const worldFolder = mkdtempSync(join(tmpdir(), "ml-parts-"));
const today = "20261115";
const serverClock = { now: () => Date.UTC(2026, 10, 15, 20), monotonic: () => 0, sleep: async () => undefined };
const settings = { companyCodes: [], zoneMinutes: demoSystem.timeZoneMinutes, language: "E" };
let ecc: Awaited<ReturnType<typeof startEcc>>;
let http: HttpClient;
let client: SoapRfcClient;
let source: ExtractSource;

beforeAll(async () => {
  buildGroup({
    worldFolder,
    seed: 31,
    asOf: today,
    projects: 5,
    vendors: 80,
    purchaseOrders: 150,
    poLines: 400,
    costLines: 3_000,
  });
  ecc = await startEcc({ worldFolder, port: 0, clock: serverClock, random: seededRandom(7) });
  http = createHttpClient();
  const [account] = demoSystem.users;
  client = openSoapRfc({
    url: `${ecc.url}/sap/bc/soap/rfc`,
    client: demoSystem.client,
    language: "EN",
    user: account?.user ?? "",
    readPassword: async () => account?.password,
    http,
    clock: systemClock,
    pool: 2,
    controlCharacters: "replace",
  });
  source = { reader: createReaders({ client, dictionary: createDictionary(client) }), client, clock: systemClock, settings };
});
afterAll(async () => {
  await client.close();
  await http.close();
  await ecc.close();
  rmSync(worldFolder, { recursive: true });
});

function rowsOf(table: string): readonly EccRow[] {
  const text = readFileSync(join(worldFolder, "ecc", "tables", `${table}.ndjson`), "utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as EccRow]));
}

type Offer = { kind: string; label: string; slice: unknown };
type AnyExtract<R> = {
  open(request: { mode: "full" | "delta"; since?: string }): Promise<{ slices: Offer[] }>;
  discover(label: string, slice: unknown): Promise<{ slices: Offer[] }>;
  read(slice: unknown): Promise<{ records: R[] }>;
};

async function readAllOf<R>(
  extract: AnyExtract<R>,
  ask: { mode: "full" | "delta"; since?: string } = { mode: "full" },
): Promise<R[]> {
  const left = [...(await extract.open(ask)).slices];
  const records: R[] = [];
  for (let offer = left.shift(); offer; offer = left.shift()) {
    const slice: unknown = JSON.parse(JSON.stringify(offer.slice));
    if (offer.kind === "discover") left.push(...(await extract.discover(offer.label, slice)).slices);
    else records.push(...(await extract.read(slice)).records);
  }
  return records;
}

const decimalsOf = new Map(([] as [string, number][]).concat([["JPY", 0]]));
const raw = (text: string | undefined) => BigInt((text ?? "0.00").replace(".", ""));
const signedRaw = (row: EccRow, field: string) => (row.SHKZG === "H" ? -raw(row[field]) : raw(row[field]));
const minor = (text: string, currency: string) =>
  (decimalsOf.get(currency) ?? 2) === 0 ? BigInt(text) : BigInt(text.replace(".", ""));

describe("invoices", () => {
  const byKey = (records: readonly (InvoiceRecord | RejectedInvoice)[]) => new Map(records.map((record) => [record.key, record]));

  it("come once each, whole, with every line's signed amount", async () => {
    const records = byKey(await readAllOf(createInvoiceExtract(source)));
    const headers = rowsOf("RBKP");
    expect(headers.length).toBeGreaterThan(10);
    expect([...records.keys()].sort()).toEqual(headers.map((row) => `${row.BELNR}.${row.GJAHR}`).sort());
    const lines = Map.groupBy(rowsOf("RSEG"), (row) => `${row.BELNR}.${row.GJAHR}`);
    for (const header of headers) {
      const record = records.get(`${header.BELNR}.${header.GJAHR}`);
      if (record?.kind !== "invoice") throw new Error(JSON.stringify(record));
      expect(record).toMatchObject({
        companyCode: header.BUKRS,
        vendor: header.LIFNR,
        currency: header.WAERS,
        reference: header.XBLNR ?? "",
        isInvoice: header.XRECH === "X",
      });
      const expected = (lines.get(record.key) ?? []).map((row) => `${row.BUZEI} ${row.EBELN ?? ""} ${signedRaw(row, "WRBTR")}`);
      expect(
        record.lines.map((line) => `${line.line} ${line.purchaseOrder} ${minor(line.amount, record.currency)}`).sort(),
      ).toEqual(expected.sort());
    }
  });

  it("link a cancellation with its original, and read the original along though its own stamp did not move", async () => {
    const cancelling = rowsOf("RBKP").filter((row) => (row.STBLG ?? "") !== "");
    expect(cancelling.length).toBeGreaterThan(0);
    const since =
      cancelling
        .map((row) => row.CPUDT ?? "")
        .toSorted()
        .at(-1) ?? "";
    const records = byKey(await readAllOf(createInvoiceExtract(source), { mode: "delta", since }));
    for (const row of cancelling.filter((each) => (each.CPUDT ?? "") >= since)) {
      expect(records.get(`${row.BELNR}.${row.GJAHR}`)).toMatchObject({ cancellation: `${row.STBLG}.${row.STJAH}` });
      expect(records.has(`${row.STBLG}.${row.STJAH}`)).toBe(true);
    }
  });
});

describe("purchase orders", () => {
  const orders = async () =>
    (await readAllOf<SourceRecord>(createExtracts(source)["purchase-orders"])).filter(
      (record): record is PurchaseOrderRecord => record.kind === "purchase-order",
    );

  it("carry schedule lines, service lines and the sums of their history", async () => {
    const records = await orders();
    const history = Map.groupBy(rowsOf("EKBE"), (row) => `${row.EBELN}/${row.EBELP}/${row.VGABE}`);
    const schedule = Map.groupBy(rowsOf("EKET"), (row) => `${row.EBELN}/${row.EBELP}`);
    let [totals, services] = [0, 0];
    for (const record of records)
      for (const item of record.items) {
        const key = `${record.key}/${item.item}`;
        expect(item.deliveries?.map(({ date }) => date).sort(), key).toEqual(
          (schedule.get(key) ?? []).map((row) => row.EINDT ?? "00000000").sort(),
        );
        for (const [category, group] of Map.groupBy(item.history ?? [], (each) => each.category)) {
          totals += 1;
          const sum = group.reduce((whole, each) => whole + minor(each.amount, record.currency), 0n);
          const expected = (history.get(`${key}/${category}`) ?? []).reduce((whole, row) => whole + signedRaw(row, "WRBTR"), 0n);
          expect(`${key} ${category} ${sum}`).toBe(`${key} ${category} ${expected}`);
        }
        services += item.services?.length ?? 0;
      }
    expect(totals).toBeGreaterThan(10);
    expect(services).toBeGreaterThan(0);
    expect(records.flatMap((record) => (recordSchema.safeParse(record).success ? [] : [record.key]))).toEqual([]);
  });

  it("without a right in the policy say that a part is unknown, and not that there is none", async () => {
    const { fieldsRead } = await import("../../src/sap/index.ts");
    const { EKBE: _, EKET: __, ...tables } = fieldsRead;
    const functions = ["RFC_PING", "DDIF_FIELDINFO_GET", "RFC_GET_FUNCTION_INTERFACE", "RFC_READ_TABLE", "BBP_RFC_READ_TABLE"];
    const narrow = guardByPolicy(client, { functions, tables });
    const reader = createReaders({ client: narrow, dictionary: createDictionary(narrow) });
    const records = await readAllOf<SourceRecord>(createExtracts({ ...source, reader, client: narrow })["purchase-orders"]);
    const items = records.flatMap((record) => (record.kind === "purchase-order" ? record.items : []));
    expect(items.length).toBeGreaterThan(50);
    expect(items.filter((item) => "history" in item || "deliveries" in item)).toEqual([]);
  });
});

describe("vendors", () => {
  it("carry purchasing organisations, the address that holds today, and what their payment terms are called", async () => {
    const records = (await readAllOf<SourceRecord>(createExtracts(source).vendors)).filter(
      (record): record is VendorRecord => record.kind === "vendor",
    );
    const organisations = Map.groupBy(rowsOf("LFM1"), (row) => row.LIFNR ?? "");
    const vendors = new Map(rowsOf("LFA1").map((row) => [row.LIFNR ?? "", row]));
    const addresses = Map.groupBy(rowsOf("ADRC"), (row) => row.ADDRNUMBER ?? "");
    let addressed = 0;
    for (const record of records) {
      expect(record.purchasing?.map(({ organisation }) => organisation)).toEqual(
        (organisations.get(record.key) ?? []).map((row) => row.EKORG ?? "").sort(),
      );
      const valid = (addresses.get(vendors.get(record.key)?.ADRNR ?? "") ?? []).filter(
        (row) => (row.DATE_FROM ?? "00000000") <= today && (row.DATE_TO ?? "00000000") >= today && (row.NATION ?? "") === "",
      );
      if (valid.length === 0) continue;
      addressed += 1;
      expect(valid.map((row) => row.CITY1 ?? "")).toContain(record.address?.city);
    }
    expect(addressed).toBeGreaterThan(10);
    expect(records.some((record) => Object.values(record.paymentTermsTexts ?? {}).some((text) => text !== ""))).toBe(true);
    expect(JSON.stringify(records)).not.toContain("STCD1");
  });
});
