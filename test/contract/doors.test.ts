// The same world by several doors: what RFC_READ_TABLE brings, what a Gateway service brings, and what is read again because an IDoc told of it become the
// same records, hash by hash. Service and IDocs are the simulated SAP's, by other hands; the mapping file is drafted as `sap odata map` drafts it, and
// what a draft cannot see is said here.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agentSettings, createEmbeddedSap, type EmbeddedSap, policyOfFlows, probeGateway } from "../../src/agent/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { rfcChildren } from "../../src/cli/wiring/sap-ports.ts";
import { type Canonical, type Flow, flows, type SourceRecord, sourceHash } from "../../src/core/index.ts";
import { buildGroup, demoSystem } from "../../src/sandbox/builder/index.ts";
import { createDice } from "../../src/sandbox/ecc/business/desk.ts";
import { createIDoc, objectsOf } from "../../src/sandbox/ecc/idoc/create.ts";
import { packagesOf } from "../../src/sandbox/ecc/idoc/packages.ts";
import { packageXml } from "../../src/sandbox/ecc/idoc/write-xml.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import { loadEcc } from "../../src/sandbox/ecc/store/load.ts";
import {
  draftMap,
  fetchMetadata,
  type MappedField,
  noticeOf,
  openOData,
  probeSet,
  readXmlPackage,
  type ServiceMap,
  serviceMapSchema,
} from "../../src/sap/index.ts";
import { readAllOf, rowsOfWorld } from "../support/extract-bench.ts";
import { buildStandIn, hasJdk } from "../support/jco-stand-in.ts";

const service = "/sap/opu/odata/sap/ZMLC_SRV";
const [user] = demoSystem.users;
const readPassword = async () => user?.password;

type Form = "internal" | "external";

type Definition = { keys: string; entitySets: { table: string; amounts?: string; properties?: object[] }[] };

/** Amounts that the service shifts, by table and field: their rows say their currency, or their company code. */
const shifted: Readonly<Record<string, readonly string[]>> = { RBKP: ["RMWWR", "WMWST1", "BEZNK"], BSEG: ["DMBTR"] };
const isShifted = (form: Form, table: string, field: string) => form === "external" && shifted[table]?.includes(field) === true;

/** What people see: numbers without their zeros, and some amounts as they are said. */
function writeForm(worldFolder: string, form: Form): void {
  const folder = join(worldFolder, "ecc", "odata");
  for (const file of form === "internal" ? [] : readdirSync(folder)) {
    const path = join(folder, file);
    const definition = JSON.parse(readFileSync(path, "utf8")) as Definition;
    definition.keys = "stripped";
    for (const set of definition.entitySets)
      if (Object.hasOwn(shifted, set.table))
        set.properties =
          policyOfFlows.tables[set.table]?.map((field) => ({
            field,
            ...(isShifted(form, set.table, field) ? { amounts: "shifted" } : {}),
          })) ?? [];
    writeFileSync(path, JSON.stringify(definition));
  }
}

/** Every object's IDoc, as XML, and what the product takes from them. */
async function toldByIDocs(worldFolder: string): Promise<Map<string, string[]>> {
  const { system, tables } = await loadEcc(worldFolder);
  const at = { date: "20261124", time: "091530" };
  const made = objectsOf(tables, ["CREMAS", "ORDERS", "FIDCC2"]).flatMap((object, index) => {
    const docnum = String(index + 1).padStart(16, "0");
    return createIDoc(object, { tables, system, docnum, at, dice: createDice(7), isExtended: false, isBroken: false }) ?? [];
  });
  const told = new Map<string, string[]>();
  for (const each of packagesOf(made, { max: 500, isReordered: true, dice: createDice(5) })) {
    const read = await readXmlPackage(new TextEncoder().encode(packageXml(each)));
    if (read.kind === "refused") throw new Error(read.detail);
    for (const { flow, key } of read.idocs.flatMap((idoc) => noticeOf(idoc).touched))
      told.set(flow, [...(told.get(flow) ?? []), key]);
  }
  return told;
}

async function drafted(url: string, form: Form): Promise<ServiceMap> {
  const http = createHttpClient();
  const client = openOData({
    url,
    service,
    client: demoSystem.client,
    language: "EN",
    user: user?.user ?? "",
    readPassword,
    http,
    pool: 4,
  });
  try {
    const wanted = policyOfFlows.tables;
    const read = await fetchMetadata(client, { service, table: "LFA1", timeoutMs: 60_000 });
    if (read.kind !== "metadata") throw new Error(JSON.stringify(read));
    const first = draftMap(read.metadata, wanted, {});
    const samples: Record<string, readonly Readonly<Record<string, string>>[]> = {};
    for (const { table, mapped } of first.tables) {
      const set = read.metadata.sets.get(mapped.set);
      const probe = set && (await probeSet(client, service, set, { name: table, fields: mapped.fields }));
      if (probe && "rows" in probe) samples[mapped.set] = probe.rows;
    }
    const draft = draftMap(read.metadata, wanted, samples);
    expect(draft.notFound).toEqual([]);
    expect(draft.tables.flatMap(({ missing }) => missing)).toEqual([]);
    const decide = (table: string, name: string, field: MappedField): MappedField => {
      const amount = field.amount === "unknown" ? (isShifted(form, table, name) ? "shifted" : "raw") : field.amount;
      const keyForm = field.keyForm === "unknown" ? (form === "internal" ? "padded" : "stripped") : field.keyForm;
      return { ...field, amount, keyForm };
    };
    const tables = Object.fromEntries(
      draft.tables.map(({ table, mapped }) => [
        table,
        {
          ...mapped,
          fields: Object.fromEntries(Object.entries(mapped.fields).map(([name, field]) => [name, decide(table, name, field)])),
        },
      ]),
    );
    return serviceMapSchema.parse({ service, tables });
  } finally {
    await client.close();
    await http.close();
  }
}

/** WORLDS: how many, each by a seed of its own. */
const seeds = Array.from({ length: Number(process.env.WORLDS ?? 1) }, (_, at) => 31 + at);
const worlds = seeds.flatMap((seed) => (["internal", "external"] as const).map((form) => [seed, form] as const));

describe.each(worlds)("world %i, whose service writes the %s form", (seed, form) => {
  const worldFolder = mkdtempSync(join(tmpdir(), "mlc-doors-"));
  const http = createHttpClient();
  let ecc: Awaited<ReturnType<typeof startEcc>>;
  let rfc: EmbeddedSap;
  let odata: EmbeddedSap;
  let native: EmbeddedSap;
  let jco: EmbeddedSap | undefined;
  let map: ServiceMap;
  let openSap: (more: object) => EmbeddedSap;

  beforeAll(async () => {
    const scale = { projects: 3, vendors: 120, purchaseOrders: 60, poLines: 160, costLines: 1_500 };
    buildGroup({ worldFolder, seed, asOf: "20261115", ...scale, odata: "internal" });
    writeForm(worldFolder, form);
    ecc = await startEcc({ worldFolder, port: 0, clock: systemClock, random: systemRandom });
    map = await drafted(ecc.url, form);
    const sap = {
      url: `${ecc.url}/sap/bc/soap/rfc`,
      client: demoSystem.client,
      user: user?.user,
      timeZoneMinutes: demoSystem.timeZoneMinutes,
    };
    openSap = (more) =>
      createEmbeddedSap(agentSettings.parse({ sap: { ...sap, ...more } }), {
        http,
        clock: systemClock,
        random: systemRandom,
        readPassword,
        children: rfcChildren,
      });
    rfc = openSap({});
    native = openSap({
      url: undefined,
      transport: "node-rfc",
      native: { ashost: new URL(ecc.url).host, sysnr: "00", module: join(import.meta.dirname, "../support/node-rfc/index.ts") },
    });
    if (hasJdk() && form === "internal")
      jco = openSap({
        url: undefined,
        transport: "jco",
        native: { ashost: new URL(ecc.url).host, sysnr: "00", jar: buildStandIn().jar },
      });
    odata = openSap({ odata: { map }, doors: Object.fromEntries(flows.map((flow) => [flow, "odata"])) });
  }, 120_000);
  afterAll(async () => {
    await rfc.close();
    await native.close();
    await jco?.close();
    await odata.close();
    await http.close();
    await ecc.close();
    rmSync(worldFolder, { recursive: true, force: true });
  });

  const door = async (odataGaps: object, odataDrift: object[] = []) => {
    const answer = await fetch(`${ecc.url}/sandbox/switches`, {
      method: "POST",
      body: JSON.stringify({ odataGaps, odataDrift }),
    });
    expect(answer.status).toBe(200);
  };

  const hashes = (records: readonly SourceRecord[]) =>
    new Map(records.map((record) => [record.key, sourceHash(record as unknown as Canonical)]));

  /** A price that is only shown, and lost its digits on the way, is empty. */
  function alike(byRfc: readonly SourceRecord[], byOData: readonly SourceRecord[]): SourceRecord[] {
    const known = new Map(byRfc.map((record) => [record.key, record]));
    return byOData.map((record) => {
      const other = known.get(record.key);
      if (record.kind !== "purchase-order" || other?.kind !== "purchase-order") return record;
      const items = record.items.map((item, index) => (other.items[index]?.netPrice === "" ? { ...item, netPrice: "" } : item));
      return { ...record, items };
    });
  }

  it.each(flows)("has the same %s by both doors, hash by hash", async (flow: Flow) => {
    const [byRfc, byOData] = [await readAllOf(rfc.extracts[flow]), await readAllOf(odata.extracts[flow])];
    expect(byRfc.length).toBeGreaterThan(20);
    // Yen have no decimals: a world without them would not tell a shifted amount.
    if (flow === "costs") expect(byRfc.some((record) => record.kind === "cost-document" && record.currency === "JPY")).toBe(true);
    // What RFC_READ_TABLE loses (sap-rfc 1.5) comes whole through the service, and is compared with nothing.
    const lost = new Set(
      byRfc.flatMap((record) => (record.kind === "rejected" && record.code === "amount-overflow" ? [record.key] : [])),
    );
    const isWhole = ({ key }: SourceRecord) => !lost.has(key);
    const [one, other] = [hashes(byRfc.filter(isWhole)), hashes(alike(byRfc, byOData.filter(isWhole)))];
    const unlike = [...one].filter(([key, hash]) => other.get(key) !== hash).map(([key]) => key);
    const pick = (records: readonly SourceRecord[]) => records.find(({ key }) => key === unlike[0]);
    expect(pick(alike(byRfc, byOData))).toEqual(pick(byRfc));
    expect([unlike, other.size]).toEqual([[], one.size]);
  });

  // The service's form plays no part in it.
  it.skipIf(form !== "internal").each(flows)("has the same %s by native RFC, hash by hash", async (flow: Flow) => {
    const [bySoap, byNative] = [await readAllOf(rfc.extracts[flow]), await readAllOf(native.extracts[flow])];
    expect(byNative.length).toBeGreaterThan(20);
    expect([...hashes(byNative)].sort()).toEqual([...hashes(bySoap)].sort());
  });

  it.skipIf(form !== "internal" || !hasJdk()).each(flows)(
    "has the same %s by SAP's Java Connector, hash by hash",
    async (flow) => {
      const byJco = await readAllOf((jco as EmbeddedSap).extracts[flow]);
      expect(byJco.length).toBeGreaterThan(20);
      expect([...hashes(byJco)].sort()).toEqual([...hashes(await readAllOf(rfc.extracts[flow]))].sort());
    },
  );

  it.each(flows)("has the same %s where IDocs alone told of them, hash by hash", async (flow: Flow) => {
    const extract = rfc.extracts[flow];
    const all = await readAllOf(extract);
    const since = (await extract.open({ mode: "full" })).watermark ?? "";
    expect(await readAllOf(extract, { mode: "delta", since })).toEqual([]);
    const touched = (await toldByIDocs(worldFolder)).get(flow) ?? [];
    // Invoices have no IDoc among those that are read: they come with the documents of their day.
    if (flow === "invoices") return expect(touched).toEqual([]);
    const told = await readAllOf(extract, { mode: "delta", since, touched });
    expect(told.length).toBeGreaterThan(20);
    expect([...hashes(told)].sort()).toEqual([...hashes(all)].sort());
  });

  it("finds by the service's own account what changed and what went, without change documents, and sweeps where that has expired", async () => {
    const { CDHDR: _, ...others } = map.tables;
    const tables = Object.fromEntries(Object.entries(others).map(([table, mapped]) => [table, { ...mapped, delta: true }]));
    const kept = openSap({ odata: { map: { ...map, tables } }, doors: { vendors: "odata", "purchase-orders": "odata" } });
    const change = async (table: string, body: object) => {
      const answer = await fetch(`${ecc.url}/sandbox/tables/${table}`, { method: "POST", body: JSON.stringify(body) });
      expect(answer.status, await answer.text()).toBe(200);
    };
    await door({ "*": { delta: true, pageSize: 50 } });
    const { "purchase-orders": orders, vendors } = kept.extracts;
    const begun = {
      orders: (await orders.open({ mode: "full" })).watermark ?? "",
      vendors: (await vendors.open({ mode: "full" })).watermark ?? "",
    };
    const settled = await readAllOf(orders, { mode: "delta", since: begun.orders });
    const [text, gone] = rowsOfWorld(worldFolder, "EKPO").filter(({ AEDAT, EBELP }) => AEDAT !== "20261115" && EBELP === "00010");
    const [vendor] = rowsOfWorld(worldFolder, "LFB1");
    await change("EKPO", { patch: [{ EBELN: text?.EBELN, EBELP: text?.EBELP, TXZ01: "by the account alone" }] });
    await change("EKPO", { delete: [{ EBELN: gone?.EBELN, EBELP: gone?.EBELP }] });
    await change("LFB1", { patch: [{ LIFNR: vendor?.LIFNR, BUKRS: vendor?.BUKRS, SPERR: "X" }] });

    const changed = await readAllOf(orders, { mode: "delta", since: begun.orders });
    const isNew = ({ key }: SourceRecord) => !settled.some((record) => record.key === key);
    expect(new Set(changed.filter(isNew).map(({ key }) => key))).toEqual(new Set([text?.EBELN, gone?.EBELN]));
    const whole = hashes(await readAllOf(rfc.extracts["purchase-orders"]));
    expect(changed.filter(isNew).map(({ key }) => [key, hashes(changed).get(key)])).toEqual(
      changed.filter(isNew).map(({ key }) => [key, whole.get(key)]),
    );
    const blocked = (await readAllOf(vendors, { mode: "delta", since: begun.vendors })).filter(
      ({ key }) => key === vendor?.LIFNR,
    );
    expect(blocked).toEqual((await readAllOf(rfc.extracts.vendors)).filter(({ key }) => key === vendor?.LIFNR));
    expect(blocked).toMatchObject([{ companies: expect.arrayContaining([expect.objectContaining({ isBlocked: true })]) }]);
    const expired = begun.orders.replaceAll(/D_[0-9a-f]+_/g, "D_0_");
    expect((await orders.open({ mode: "delta", since: expired })).reading).toMatchObject({
      how: "sweep",
      why: expect.stringContaining("expired"),
    });
    await door({});
    await kept.close();
  });

  it("has the same vendors where the service ignores filters, or sorts as it likes", async () => {
    const before = hashes(await readAllOf(odata.extracts.vendors));
    await door({ "*": { filter: "ignored", order: "none" } });
    expect(hashes(await readAllOf(odata.extracts.vendors))).toEqual(before);
    await door({});
  });

  it.each([
    ["goes round in circles", { "*": { next: "stuck", pageSize: 20 } }, "leads back"],
    ["will not filter", { "*": { filter: "refused" } }, ""],
  ])("is refused by name where the service %s", async (_, gaps, detail) => {
    await door(gaps);
    await expect(readAllOf(odata.extracts.vendors)).rejects.toThrow(detail);
    await door({});
  });

  it("stops one table where the service lost a property, and tells of a new one", async () => {
    const set = { entitySet: "Lfa1Set" };
    await door({}, [
      { ...set, property: "Name1", change: "remove" },
      { ...set, property: "Zzrating", change: "add" },
    ]);
    const settings = agentSettings.parse({
      sap: {
        url: `${ecc.url}/sap/bc/soap/rfc`,
        client: demoSystem.client,
        user: user?.user,
        odata: { map },
        doors: { vendors: "odata" },
      },
    });
    const ports = { http, clock: systemClock, random: systemRandom, readPassword };
    const fresh = createEmbeddedSap(settings, ports);
    await expect(readAllOf(fresh.extracts.vendors)).rejects.toMatchObject({
      code: "sap.service-changed",
      detail: expect.stringContaining("Name1 is gone"),
    });
    await fresh.close();
    expect(await probeGateway(settings, ports)).toMatchObject({
      broken: { LFA1: ["Name1 is gone"] },
      added: { LFA1: ["Zzrating"] },
    });
    await door({});
  });
});
