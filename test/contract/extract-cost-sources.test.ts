// Cost lines from controlling and from the ledger over sockets against the simulated ECC. What is expected is this file's own arithmetic over
// the world's files: which lines are actual cost, whose they are, what they sum to.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agentSettings, createEmbeddedSap, type EmbeddedSap } from "../../src/agent/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import type { CostDocumentRecord, SourceRecord } from "../../src/core/index.ts";
import type { HttpClient } from "../../src/ports/index.ts";
import { buildGroup, demoSystem } from "../../src/sandbox/builder/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import type { EccRow } from "../../src/sandbox/world.ts";
import { recordSchema } from "../../src/wire/index.ts";
import { type Ask, asOf, readAllOf, rowsOfWorld, serverClock } from "../support/extract-bench.ts";
import { watermarkOf } from "../support/watermark.ts";

const worldFolder = mkdtempSync(join(tmpdir(), "mlc-cost-sources-"));
const ofControlling = "1000";
const ofLedger = "1200";
const sources: Readonly<Record<string, string>> = { [ofControlling]: "coep", [ofLedger]: "faglflexa" };
const opened: EmbeddedSap[] = [];
let ecc: Awaited<ReturnType<typeof startEcc>>;
let http: HttpClient;
let all: CostDocumentRecord[] = [];
let rejected: SourceRecord[] = [];

beforeAll(async () => {
  const scale = { projects: 6, vendors: 60, purchaseOrders: 120, poLines: 300, costLines: 5_000 };
  buildGroup({ worldFolder, seed: 31, asOf, ...scale });
  ecc = await startEcc({ worldFolder, port: 0, clock: serverClock, random: systemRandom });
  http = createHttpClient();
  const records = await read(open(sources), { mode: "full" });
  all = records.filter((record) => record.kind === "cost-document");
  rejected = records.filter((record) => record.kind === "rejected");
});
afterAll(async () => {
  for (const each of opened) await each.close();
  await ecc.close();
  await http.close();
  rmSync(worldFolder, { recursive: true, force: true });
});

const rowsOf = (table: string) => rowsOfWorld(worldFolder, table);

function open(costSources: Record<string, string>, more: Record<string, unknown> = {}): EmbeddedSap {
  const [user] = demoSystem.users;
  const settings = agentSettings.parse({
    sap: {
      url: `${ecc.url}/sap/bc/soap/rfc`,
      client: demoSystem.client,
      user: user?.user,
      timeZoneMinutes: demoSystem.timeZoneMinutes,
      costSources,
      acceptLedgerWithoutPurchaseOrders: true,
      ...more,
    },
  });
  const readPassword = async () => user?.password;
  const embedded = createEmbeddedSap(settings, { http, clock: systemClock, random: systemRandom, readPassword });
  opened.push(embedded);
  return embedded;
}

async function read(sap: EmbeddedSap, ask: Ask): Promise<SourceRecord[]> {
  const records = await readAllOf<SourceRecord>(sap.extracts.costs, ask);
  for (const record of records) recordSchema.parse(record);
  return records;
}

/** Raw cells have two decimals, records the currency's; yen come as hundreds of them (TCURX 0). */
const minor = (text: string | undefined) => BigInt((text ?? "0").replace(".", ""));

function sumBy<T>(items: readonly T[], key: (item: T) => string, value: (item: T) => bigint): [string, bigint][] {
  const sums = new Map<string, bigint>();
  for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0n) + value(item));
  return [...sums].sort(([left], [right]) => (left < right ? -1 : 1));
}

const linesOf = (source: CostDocumentRecord["source"]) =>
  all.flatMap((document) => (document.source === source ? document.lines.map((line) => ({ document, line })) : []));
const isActual = (row: EccRow) => row.WRTTP === "04" && row.VERSN === "000" && (row.LEDNR ?? "00") === "00";

describe("each company code", () => {
  it("has one source, and all documents come once", () => {
    const told = new Map<string, Set<string>>();
    for (const { companyCode, source } of all) told.set(companyCode, (told.get(companyCode) ?? new Set()).add(source));
    const expected = rowsOf("T001").map((row) => row.BUKRS ?? "");
    expect(expected.length).toBeGreaterThan(2);
    for (const [code, found] of told) expect([...found], code).toEqual([sources[code] ?? "bseg"]);
    expect([...told.keys()].sort()).toEqual(expected.sort());
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    for (const { key, companyCode, documentNumber, fiscalYear } of all)
      expect(key).toBe(`${companyCode}.${documentNumber}.${fiscalYear}`);
  });
});

describe("controlling", () => {
  it("comes to the sums of its actual lines by object number, cost element and period", () => {
    const own = rowsOf("COEP").filter((row) => isActual(row) && row.BUKRS === ofControlling);
    expect(own.length).toBeGreaterThan(200);
    expect(own.filter((row) => row.OWAER !== "USD")).toEqual([]);
    const objects = new Map(rowsOf("PRPS").map((row) => [`PR${row.PSPNR}`, `wbs ${row.POSID}`]));
    const networks = new Map(rowsOf("AFKO").map((row) => [row.AUFPL, row.AUFNR]));
    const elementOf = new Map(
      rowsOf("AFVC").map((row) => [
        `NV${row.AUFPL}${row.APLZL}`,
        objects.get(`PR${row.PROJN}`) ?? `network ${networks.get(row.AUFPL)}`,
      ]),
    );
    const orders = new Map(
      rowsOf("AUFK").map((row) => [`OR${row.AUFNR}`, objects.get(`PR${row.PSPEL}`) ?? `order ${row.AUFNR}`]),
    );
    const nameOf = (number = "") =>
      objects.get(number) ??
      elementOf.get(number) ??
      orders.get(number) ??
      (/^K[SL]/.test(number) ? `cost-center ${number.slice(6, 16)}` : "none");
    const byRow = sumBy(
      own,
      (row) => `${nameOf(row.OBJNR)}/${row.KSTAR}/${row.GJAHR}/${Number(row.PERIO)}`,
      (row) => minor(row.WOGBTR),
    );
    const byLine = sumBy(
      linesOf("coep"),
      ({ document, line }) =>
        `${line.object ? `${line.object.kind} ${line.object.key}` : "none"}/${line.account}/${document.fiscalYear}/${document.period}`,
      ({ line }) => minor(line.amount),
    );
    expect(byLine).toEqual(byRow);
    expect(linesOf("coep")).toHaveLength(own.length);
  });

  it("keeps credits negative, purchase orders, dates, and the marks of a reversal", () => {
    const lines = new Map(linesOf("coep").map((each) => [`${each.document.documentNumber}/${each.line.line}`, each]));
    const own = rowsOf("COEP").filter((row) => isActual(row) && row.BUKRS === ofControlling);
    const headers = new Map(rowsOf("COBK").map((row) => [row.BELNR, row]));
    for (const row of own) {
      const header = headers.get(row.BELNR);
      const found = lines.get(`CO:${row.KOKRS}:${row.BELNR}/${row.BUZEI}`);
      expect(found?.document).toMatchObject({
        postingDate: header?.BUDAT,
        entryDate: header?.CPUDT,
        reversalOf: header?.STFLG ? "STFLG" : header?.STOKZ ? "STOKZ" : "",
      });
      expect([found?.line.purchaseOrder, found?.line.assignment]).toEqual([
        row.EBELN ?? "",
        row.EBELN ? (row.ZEKKN ?? "00") : "",
      ]);
      expect(found?.line.amount.startsWith("-")).toBe(row.WOGBTR?.startsWith("-"));
    }
    expect(own.some((row) => row.EBELN) && own.some((row) => row.WOGBTR?.startsWith("-"))).toBe(true);
    const marks = new Set(linesOf("coep").map(({ document }) => document.reversalOf));
    expect([...marks].sort()).toEqual(["", "STFLG", "STOKZ"]);
  });

  it("names what core leaves out: settlement by its transaction and category, and labour and assessments stay", () => {
    const categories = (vrgng: string) =>
      new Set(linesOf("coep").flatMap(({ line }) => (line.transactionKey === vrgng ? [line.costElementCategory] : [])));
    const catalogue = new Map(rowsOf("CSKB").map((row) => [row.KSTAR, String(Number(row.KATYP))]));
    for (const vrgng of ["KOAO", "RKL", "RKIU"]) {
      const expected = rowsOf("COEP").flatMap((row) => (row.VRGNG === vrgng ? [catalogue.get(row.KSTAR)] : []));
      expect(expected.length, vrgng).toBeGreaterThan(0);
      expect(categories(vrgng), vrgng).toEqual(new Set(expected));
    }
  });
});

describe("the ledger", () => {
  it("comes to the sums of its lines by account, cost centre and period, each document balanced", () => {
    const own = rowsOf("FAGLFLEXA").filter((row) => row.RBUKRS === ofLedger && row.RLDNR === "0L");
    expect(own.length).toBeGreaterThan(200);
    const bad = new Set(rejected.map(({ key }) => key));
    const kept = own.filter((row) => !bad.has(`${row.RBUKRS}.GL:0L:${row.DOCNR}.${row.RYEAR}`));
    const byRow = sumBy(
      kept,
      (row) => `${row.RACCT}/${row.RCNTR ?? ""}/${row.RYEAR}/${Number(row.POPER)}`,
      (row) => minor(row.HSL),
    );
    const byLine = sumBy(
      linesOf("faglflexa"),
      ({ document, line }) => `${line.account}/${line.object?.key ?? ""}/${document.fiscalYear}/${document.period}`,
      ({ line }) => minor(line.amount),
    );
    expect(byLine).toEqual(byRow);
    const sums = sumBy(
      linesOf("faglflexa"),
      ({ document }) => document.key,
      ({ line }) => minor(line.amount),
    );
    expect(sums.filter(([, sum]) => sum !== 0n)).toEqual([]);
    const unbalanced = sumBy(
      own,
      (row) => `${row.RBUKRS}.GL:0L:${row.DOCNR}.${row.RYEAR}`,
      (row) => minor(row.HSL),
    ).filter(([, sum]) => sum !== 0n);
    const reported = rejected.filter(
      (each) => each.kind === "rejected" && each.key.startsWith(`${ofLedger}.`) && each.balance !== "0",
    );
    expect(reported.map(({ key }) => key).sort()).toEqual(unbalanced.map(([key]) => key));
  });
});

describe("a delta", () => {
  const daysOf = (rows: readonly EccRow[]) => [...new Set(rows.map((row) => row.CPUDT ?? ""))].sort();
  const twoDaysBefore = (day: string) => {
    const at = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)) - 2));
    return at.toISOString().slice(0, 10).replaceAll("-", "");
  };

  it("of controlling holds all that was entered since two days before, and nothing else", async () => {
    const days = daysOf(rowsOf("COBK"));
    const since = days[Math.floor(days.length / 2)] ?? "";
    const scope = `${ofControlling},${ofControlling}=coep`;
    const found = await read(open({ [ofControlling]: "coep" }, { companyCodes: [ofControlling] }), {
      mode: "delta",
      since: watermarkOf(since, { swept: asOf, scope }),
    });
    const ours = new Set(rowsOf("COEP").flatMap((row) => (isActual(row) && row.BUKRS === ofControlling ? [row.BELNR] : [])));
    const due = rowsOf("COBK").filter((row) => ours.has(row.BELNR) && (row.CPUDT ?? "") >= twoDaysBefore(since));
    expect(due.length).toBeGreaterThan(0);
    expect(due.length).toBeLessThan(ours.size);
    const keys = due.map((row) => `${ofControlling}.CO:${row.KOKRS}:${row.BELNR}.${row.GJAHR}`);
    expect(found.map(({ key }) => key).sort()).toEqual(keys.sort());
  });

  it("of FI brings what a reversal in it reversed, whose own stamps stand still", async () => {
    const headers = rowsOf("BKPF");
    const byKey = new Map(headers.map((row) => [`${row.BUKRS}.${row.BELNR}.${row.GJAHR}`, row]));
    const pairs = headers.flatMap((reversal) => {
      const original = byKey.get(`${reversal.BUKRS}.${reversal.STBLG}.${reversal.STJAH}`);
      return reversal.XREVERSAL === "2" && original ? [{ reversal, original }] : [];
    });
    const gap = pairs.filter(({ reversal, original }) => (original.CPUDT ?? "") < twoDaysBefore(reversal.CPUDT ?? ""));
    const [pair] = gap.toSorted((left, right) => ((left.reversal.CPUDT ?? "") > (right.reversal.CPUDT ?? "") ? -1 : 1));
    if (!pair) throw new Error("the world holds no reversal that is days behind its original");
    const { reversal, original } = pair;
    const records = await read(open({}), { mode: "delta", since: watermarkOf(reversal.CPUDT ?? "", { swept: asOf }) });
    const keys = records.map(({ key }) => key);
    expect(keys).toContain(`${reversal.BUKRS}.${reversal.BELNR}.${reversal.GJAHR}`);
    expect(keys).toContain(`${original.BUKRS}.${original.BELNR}.${original.GJAHR}`);
    const originals = new Set(pairs.map((each) => each.original));
    const begin = twoDaysBefore(reversal.CPUDT ?? "");
    const isDue = (row: EccRow) => [row.CPUDT, row.AEDAT, row.UPDDT].some((day = "") => day >= begin && day !== "00000000");
    const found = keys.map((key) => byKey.get(key));
    const others = found.filter((row) => row === undefined || !(isDue(row) || originals.has(row)));
    expect(others).toEqual([]);
  });
});
