// The extracts over sockets against the simulated ECC, on a made-up group with its nasty cases: every object of the world's own files comes
// exactly once and whole, and what is wrong comes by name. The expectations are taken from those files, not through the product.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { agentSettings, createEmbeddedSap, type EmbeddedSap } from "../../src/agent/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import type { CostDocumentRecord, Flow, PurchaseOrderRecord, SourceRecord, VendorRecord } from "../../src/core/index.ts";
import type { Clock, HttpClient } from "../../src/ports/index.ts";
import { buildGroup, demoSystem } from "../../src/sandbox/builder/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import type { OpenRequest } from "../../src/sap/index.ts";
import { recordSchema } from "../../src/wire/index.ts";
import { rowsOfWorld } from "../support/extract-bench.ts";
import { watermarkOf } from "../support/watermark.ts";

type Row = Readonly<Record<string, string>>;
type Read = { records: SourceRecord[]; leaves: { label: string; slice: unknown }[]; digests: Map<string, string>; same: number };

const worldFolder = mkdtempSync(join(tmpdir(), "mlc-extract-"));
const [user] = demoSystem.users;
const opened: EmbeddedSap[] = [];
/** Backoff is not waited for. */
const clock: Clock = { ...systemClock, sleep: async () => undefined };
let ecc: Awaited<ReturnType<typeof startEcc>>;
let http: HttpClient;

beforeAll(async () => {
  const scale = { projects: 6, vendors: 1_200, purchaseOrders: 500, poLines: 1_200, costLines: 18_000 };
  buildGroup({ worldFolder, seed: 11, asOf: "20261115", ...scale });
  ecc = await startEcc({ worldFolder, port: 0, clock: systemClock, random: systemRandom });
  http = createHttpClient();
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  await door("switches", { failNext: [], userLocked: [] });
});
afterAll(async () => {
  await ecc.close();
  await http.close();
  rmSync(worldFolder, { recursive: true, force: true });
});

const rowsOf = (table: string) => rowsOfWorld(worldFolder, table);

async function door(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await request(`${ecc.url}/sandbox/${path}`, {
    method: body === undefined ? "GET" : "POST",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const parsed = (await answer.body.json()) as Record<string, unknown>;
  if (answer.statusCode !== 200) throw new Error(JSON.stringify(parsed));
  return parsed;
}

function open(sap: Record<string, unknown> = {}, password = user?.password): EmbeddedSap {
  const url = `${ecc.url}/sap/bc/soap/rfc`;
  const settings = agentSettings.parse({
    sap: { url, client: demoSystem.client, user: user?.user, timeZoneMinutes: demoSystem.timeZoneMinutes, ...sap },
  });
  const embedded = createEmbeddedSap(settings, { http, clock, random: systemRandom, readPassword: async () => password });
  opened.push(embedded);
  return embedded;
}

/** What agent and hub do together, without either: slices travel as JSON, leaves and digests are kept. */
async function readFlow(sap: EmbeddedSap, flow: Flow, ask: OpenRequest = { mode: "full" }, before?: Read): Promise<Read> {
  const extract = sap.extracts[flow];
  const read: Read = { records: [], leaves: [], digests: new Map(), same: 0 };
  const start = await extract.open(before ? { ...ask, leaves: before.leaves } : ask);
  const left = [...start.slices];
  for (let offer = left.shift(); offer; offer = left.shift()) {
    const slice: unknown = JSON.parse(JSON.stringify(offer.slice));
    if (offer.kind === "discover") {
      const found = await extract.discover(offer.label, slice);
      left.push(...found.slices);
      if (found.kind === "complete") read.leaves.push({ label: offer.label, slice });
      continue;
    }
    const objects = await extract.read(slice, before?.digests.get(offer.label));
    read.digests.set(offer.label, objects.digest);
    read.same += objects.same ? 1 : 0;
    read.records.push(...objects.records);
  }
  return read;
}

function problemsOf(records: readonly SourceRecord[]): string[] {
  return records.flatMap((record) => {
    const parsed = recordSchema.safeParse(record);
    return parsed.success ? [] : [`${record.kind} ${record.key}: ${parsed.error.issues[0]?.path.join(".")}`];
  });
}

const keysOf = (records: readonly SourceRecord[]) => records.map(({ key }) => key).sort();
const rejectedOf = (records: readonly SourceRecord[]) =>
  Object.fromEntries(records.flatMap((record) => (record.kind === "rejected" ? [[record.key, record.code]] : [])));
/** Text to minor units of two decimals, the test's own way. */
const cents = (text: string) => BigInt(text.replace(".", ""));

describe("vendors", () => {
  it("come once each, with all their company codes", async () => {
    const { records, leaves } = await readFlow(open(), "vendors");
    const vendors = rowsOf("LFA1");
    expect(leaves.length).toBeGreaterThan(1);
    expect(keysOf(records)).toEqual(vendors.map((row) => row.LIFNR ?? "").sort());
    expect(problemsOf(records)).toEqual([]);
    const companies = records.flatMap((record) => (record as VendorRecord).companies);
    expect(companies.length).toBe(rowsOf("LFB1").length);
  });

  it("leave tax number 1 where it is: in the US it is a social security number", async () => {
    const [vendor] = rowsOf("LFA1");
    await door("tables/LFA1", { upsert: [{ ...vendor, STCD1: "078-05-1120" }] });
    const { records } = await readFlow(open(), "vendors");
    expect(records.some(({ key }) => key === vendor?.LIFNR)).toBe(true);
    expect(JSON.stringify(records)).not.toContain("078-05-1120");
    await door("tables/LFA1", { upsert: [vendor] });
  });

  it("that did not change cost no upload; one that did, its slice only", async () => {
    const sap = open();
    const first = await readFlow(sap, "vendors");
    const again = await readFlow(sap, "vendors", { mode: "delta" }, first);
    expect(again).toMatchObject({ records: [], same: first.digests.size });
    expect(again.leaves).toEqual(first.leaves);
    const [vendor] = rowsOf("LFA1");
    await door("tables/LFA1", { upsert: [{ ...vendor, NAME1: "Renamed" }] });
    const changed = await readFlow(sap, "vendors", { mode: "delta" }, first);
    expect(changed.same).toBe(first.digests.size - 1);
    expect(changed.records.find(({ key }) => key === vendor?.LIFNR)).toMatchObject({
      names: expect.arrayContaining(["Renamed"]),
    });
    await door("tables/LFA1", { upsert: [vendor] });
  });
});

describe("purchase orders", () => {
  it("come once each and whole, or by name", async () => {
    const { records, leaves } = await readFlow(open(), "purchase-orders");
    const headers = rowsOf("EKKO");
    expect(leaves.length).toBeGreaterThan(1);
    expect(keysOf(records)).toEqual(headers.map((row) => row.EBELN ?? "").sort());
    expect(problemsOf(records)).toEqual([]);
    const orders = records.filter((record): record is PurchaseOrderRecord => record.kind === "purchase-order");
    const items = Map.groupBy(rowsOf("EKPO"), (row) => row.EBELN ?? "");
    for (const order of orders) expect(order.items.length, order.key).toBe(items.get(order.key)?.length ?? 0);
    // The value of all that came in the largest currency, as it stands in the files.
    const dollars = new Set(orders.flatMap(({ key, currency }) => (currency === "USD" ? [key] : [])));
    const expected = rowsOf("EKPO").reduce(
      (sum, row) => sum + (dollars.has(row.EBELN ?? "") ? cents(row.NETWR ?? "0.00") : 0n),
      0n,
    );
    const read = orders.flatMap(({ key, items }) => (dollars.has(key) ? items.map(({ netValue }) => cents(netValue)) : []));
    expect(dollars.size).toBeGreaterThan(100);
    expect(read.reduce((sum, each) => sum + each, 0n)).toBe(expected);
  });

  it("of the company codes asked for only", async () => {
    const [companyCode = ""] = rowsOf("EKKO").map((row) => row.BUKRS ?? "");
    const { records } = await readFlow(open({ companyCodes: [companyCode] }), "purchase-orders");
    const expected = rowsOf("EKKO").filter((row) => row.BUKRS === companyCode);
    expect(expected.length).toBeLessThan(rowsOf("EKKO").length);
    expect(keysOf(records)).toEqual(expected.map((row) => row.EBELN ?? "").sort());
  });
});

describe("FI documents", () => {
  const idOf = (row: Row) => `${row.BUKRS}.${row.BELNR}.${row.GJAHR}`;

  it("come once each, balanced and in the period they were posted in, or by name", async () => {
    const { records, leaves } = await readFlow(open(), "costs");
    const headers = new Map(rowsOf("BKPF").map((row) => [idOf(row), row]));
    expect(leaves.length).toBeGreaterThan(1);
    expect(keysOf(records)).toEqual([...headers.keys()].sort());
    expect(problemsOf(records)).toEqual([]);
    const documents = records.filter((record): record is CostDocumentRecord => record.kind === "cost-document");
    const lines = Map.groupBy(rowsOf("BSEG"), idOf);
    for (const document of documents) {
      expect(document.lines.length, document.key).toBe(lines.get(document.key)?.length ?? 0);
      expect(document.period, document.key).toBe(Number(headers.get(document.key)?.MONAT));
    }
    // Debits less credits by the files; a document that does not come out at zero there must not have come.
    const balances = [...lines].map(([id, rows]): [string, bigint] => [
      id,
      rows.reduce((sum, row) => sum + (row.SHKZG === "H" ? -1n : 1n) * cents(row.DMBTR ?? "0.00"), 0n),
    ]);
    const rejected = rejectedOf(records);
    const isPosted = (id: string) => ["", "A", "B"].includes(headers.get(id)?.BSTAT ?? "");
    const unbalanced = balances.flatMap(([id, balance]) => (balance !== 0n && isPosted(id) ? [id] : []));
    expect([unbalanced.length > 0, documents.length > 3_000]).toEqual([true, true]);
    expect(unbalanced.filter((id) => rejected[id] === undefined)).toEqual([]);
    const bare = [...headers.keys()].filter((id) => isPosted(id) && !lines.has(id));
    expect(bare.filter((id) => rejected[id] !== "document-without-lines")).toEqual([]);
    expect(
      Object.keys(rejected).filter((id) => !unbalanced.includes(id) && !bare.includes(id) && rejected[id] !== "amount-overflow"),
    ).toEqual([]);
  });

  it("arrive as a delta when they are new or changed, however long ago they were entered", async () => {
    const today = (JSON.parse(String((await openDelta()).watermark)) as { day: string }).day;
    const [old] = rowsOf("BKPF").filter((row) => row.BSTAT === "" || row.BSTAT === undefined);
    if (!old) throw new Error("the world has no document");
    const fresh = { ...old, BELNR: "9900000001", CPUDT: today };
    await door("tables/BKPF", { upsert: [{ ...old, AEDAT: today }, fresh] });
    const { records } = await readFlow(open(), "costs", { mode: "delta", since: watermarkOf(today) });
    expect(keysOf(records)).toEqual([idOf(old), idOf(fresh)].sort());
    expect(rejectedOf(records)).toEqual({ [idOf(fresh)]: "document-without-lines" });
    // Entered before the first day wanted: changed or not, it stays where it is.
    const wanted = `${today.slice(0, 4)}-${today.slice(4, 6)}-${today.slice(6)}`;
    const narrowed = await readFlow(open({ costsFrom: wanted }), "costs", {
      mode: "delta",
      since: watermarkOf(today, { scope: `from=${today}` }),
    });
    expect(keysOf(narrowed.records)).toEqual([idOf(fresh)]);
    await door("tables/BKPF", { upsert: [old], delete: [fresh] });
  });

  async function openDelta() {
    return open().extracts.costs.open({ mode: "full" });
  }
});

describe("failures of SAP", () => {
  const readSome = (sap: EmbeddedSap) => readFlow(sap, "vendors").then(({ records }) => records.length);

  it("that pass are tried again, and nothing is lost", async () => {
    await door("switches", {
      failNext: [
        { function: "RFC_READ_TABLE", times: 2, how: "overload" },
        { function: "RFC_READ_TABLE", times: 1, how: "cut-half" },
        { function: "DDIF_FIELDINFO_GET", times: 1, how: "cut-after" },
      ],
    });
    const sap = open();
    expect(await readSome(sap)).toBe(rowsOf("LFA1").length);
    expect(((await door("switches")).failNext as unknown[]).length).toBe(0);
  });

  it("for time are answered with a smaller read of the same", async () => {
    const sap = open();
    const slices = (await readFlow(sap, "vendors")).leaves;
    expect(slices.length).toBeGreaterThan(0);
    const keys = rowsOf("LFA1")
      .slice(0, 300)
      .map((row) => ({ LIFNR: row.LIFNR ?? "" }));
    await door("switches", { failNext: [{ function: "RFC_READ_TABLE", times: 2, how: "dump:TIME_OUT" }] });
    expect((await sap.extracts.vendors.read({ keys })).records.map(({ key }) => key).sort()).toEqual(
      keys.map(({ LIFNR }) => LIFNR).sort(),
    );
  });

  it("of the logon end in one try, whatever is asked for afterwards", async () => {
    const sap = open({}, "wrong");
    const asked = await Promise.allSettled([
      readSome(sap),
      readSome(sap),
      readFlow(sap, "costs"),
      readFlow(sap, "purchase-orders"),
    ]);
    expect(asked.map((each) => each.status === "rejected" && (each.reason as { code: string }).code)).toEqual(
      Array(4).fill("sap.logon"),
    );
    await expect(readSome(sap)).rejects.toMatchObject({ code: "sap.logon" });
    // Four more would have locked the user (sap-rfc 1.10): the right password still opens.
    expect(await readSome(open())).toBe(rowsOf("LFA1").length);
  });
});
