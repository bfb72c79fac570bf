// Invoices, and the parts of vendors and purchase orders beside their main rows, over sockets against the simulated ECC: set against the world's own
// files by arithmetic of this file's own.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/cli/platform/index.ts";
import type { InvoiceRecord, PurchaseOrderRecord, RejectedInvoice, SourceRecord, VendorRecord } from "../../src/core/index.ts";
import type { EccRow } from "../../src/sandbox/world.ts";
import {
  createDictionary,
  createExtracts,
  createInvoiceExtract,
  createReaders,
  type ExtractSource,
  fieldsRead,
  guardByPolicy,
} from "../../src/sap/index.ts";
import { recordSchema } from "../../src/wire/index.ts";
import { asOf, type ExtractBench, openExtractBench, readAllOf } from "../support/extract-bench.ts";
import { watermarkOf } from "../support/watermark.ts";

let bench: ExtractBench;
let source: ExtractSource;

beforeAll(async () => {
  bench = await openExtractBench(31, { projects: 5, vendors: 80, purchaseOrders: 150, poLines: 400, costLines: 3_000 });
  const { client, zone } = bench;
  const settings = { companyCodes: [], zone, language: "E" };
  source = { reader: createReaders({ client, dictionary: createDictionary(client) }), client, clock: systemClock, settings };
});
afterAll(() => bench.close());

const rowsOf = (table: string) => bench.rowsOf(table);
/** The watermark of a run of that day, after a sweep of today's. */
const sweptToday = (day: string) => watermarkOf(day, { swept: asOf });

const decimalsOf = new Map([["JPY", 0]]);
const raw = (text: string | undefined) => BigInt((text ?? "0.00").replace(".", ""));
const signedRaw = (row: EccRow, field: string) => (row.SHKZG === "H" ? -raw(row[field]) : raw(row[field]));
const minor = (text: string, currency: string) =>
  (decimalsOf.get(currency) ?? 2) === 0 ? BigInt(text) : BigInt(text.replace(".", ""));

function sums(parts: readonly (readonly [string, bigint])[]): Record<string, bigint> {
  const whole: Record<string, bigint> = {};
  for (const [key, part] of parts) whole[key] = (whole[key] ?? 0n) + part;
  return Object.fromEntries(Object.entries(whole).sort(([left], [right]) => (left < right ? -1 : 1)));
}

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

  it("share a line of several assignments out as the history does", async () => {
    const records = await readAllOf(createInvoiceExtract(source));
    const lines = records.flatMap((record) => (record.kind === "invoice" ? record.lines.map((line) => ({ record, line })) : []));
    const shared = lines.filter(({ line }) => line.shares !== undefined);
    // Account maintenance has no invoice.
    const invoices = new Set(rowsOf("RBKP").map((row) => `${row.BELNR}.${row.GJAHR}`));
    const parts = rowsOf("EKBE_MA").filter(
      (row) => ["2", "3"].includes(row.VGABE ?? "") && invoices.has(`${row.BELNR}.${row.GJAHR}`),
    );
    expect(parts.length).toBeGreaterThan(1);
    const carried = shared.flatMap(({ record, line }) =>
      (line.shares ?? []).map(
        (each) =>
          [`${record.key}/${line.purchaseOrder}/${line.item}/${each.assignment}`, minor(each.amount, record.currency)] as const,
      ),
    );
    const stored = parts.map(
      (row) => [`${row.BELNR}.${row.GJAHR}/${row.EBELN}/${row.EBELP}/${row.ZEKKN}`, signedRaw(row, "WRBTR")] as const,
    );
    expect(sums(carried)).toEqual(sums(stored));
  });

  it.each(["USD", "JPY"])(
    "are rejected whole, by name and with the difference, where lines and history disagree (%s)",
    async (currency) => {
      const headers = new Map(rowsOf("RBKP").map((row) => [`${row.BELNR}.${row.GJAHR}`, row]));
      const line = rowsOf("RSEG").find(
        (row) => headers.get(`${row.BELNR}.${row.GJAHR}`)?.WAERS === currency && (row.EBELN ?? "") !== "",
      );
      const kept = rowsOf("EKBE").find((row) => row.BELNR === line?.BELNR && row.GJAHR === line?.GJAHR && row.VGABE === "2");
      if (line === undefined || kept === undefined) throw new Error("no invoice with a history");
      const key = `${line.BELNR}.${line.GJAHR}`;
      const record = async () => byKey(await readAllOf(createInvoiceExtract(source))).get(key);

      await bench.change("EKBE", { upsert: [{ ...kept, WRBTR: "0.01" }] });
      const differs = await record();
      await bench.change("EKBE", { upsert: [kept] });
      expect(differs).toMatchObject({ kind: "rejected", code: "invoice-history-differs", currency });
      const off = signedRaw(line, "WRBTR") - signedRaw({ ...kept, WRBTR: "0.01" }, "WRBTR");
      expect(minor(differs?.kind === "rejected" ? differs.balance : "", currency)).toBe(off);

      await bench.change("EKBE", { delete: [kept] });
      expect(await record()).toMatchObject({ kind: "rejected", code: "invoice-history-differs" });
      // A line that is missing shows by the history that it left behind, where another line leads to the same order.
      const other = rowsOf("EKPO").find((row) => row.EBELN === line.EBELN && row.EBELP !== line.EBELP) ?? { EBELP: "99990" };
      await bench.change("EKBE", { upsert: [kept, { ...kept, EBELP: other.EBELP ?? "" }] });
      expect(await record()).toMatchObject({ kind: "rejected", code: "invoice-history-differs" });
      await bench.change("EKBE", { delete: [{ ...kept, EBELP: other.EBELP ?? "" }] });
      expect(await record()).toMatchObject({ kind: "invoice" });
    },
  );

  it("link a cancellation with its original, and read the original along though its own stamp did not move", async () => {
    const cancelling = rowsOf("RBKP").filter((row) => (row.STBLG ?? "") !== "");
    expect(cancelling.length).toBeGreaterThan(0);
    const since =
      cancelling
        .map((row) => row.CPUDT ?? "")
        .toSorted()
        .at(-1) ?? "";
    const records = byKey(await readAllOf(createInvoiceExtract(source), { mode: "delta", since: sweptToday(since) }));
    expect(records.size).toBeLessThan(rowsOf("RBKP").length);
    for (const row of cancelling.filter((each) => (each.CPUDT ?? "") >= since)) {
      expect(records.get(`${row.BELNR}.${row.GJAHR}`)).toMatchObject({ cancellation: `${row.STBLG}.${row.STJAH}` });
      expect(records.has(`${row.STBLG}.${row.STJAH}`)).toBe(true);
    }
  });
});

describe("invoices of changes only", () => {
  it("are those entered in the window, and older ones that a change document names", async () => {
    const dueOf = (from: string) => rowsOf("RBKP").filter((row) => (row.CPUDT ?? "") >= from);
    const [old] = rowsOf("RBKP")
      .filter((row) => (row.CPUDT ?? "") < "20261101" && (row.STBLG ?? "") === "")
      .toSorted((left, right) => ((left.CPUDT ?? "") < (right.CPUDT ?? "") ? -1 : 1));
    if (old === undefined) throw new Error("no old invoice");
    const key = `${old.BELNR}.${old.GJAHR}`;
    await bench.change("RBKP", { upsert: [{ ...old, ZLSPR: "R" }] });
    const ask = { mode: "delta", since: sweptToday(asOf) } as const;
    const keys = async () => (await readAllOf(createInvoiceExtract(source), ask)).map((record) => record.key);
    expect(await keys()).not.toContain(key);
    const change = { OBJECTCLAS: "INCOMINGINVOICE", OBJECTID: `${old.BELNR}${old.GJAHR}`, CHANGENR: "0099999999", UDATE: asOf };
    await bench.change("CDHDR", { upsert: [change] });
    const found = await keys();
    expect(found).toContain(key);
    expect(new Set(found).size).toBe(found.length);
    // Two days before the last run are looked at again.
    for (const row of dueOf("20261113")) expect(found).toContain(`${row.BELNR}.${row.GJAHR}`);
    await bench.change("RBKP", { upsert: [old] });
    await bench.change("CDHDR", { delete: [change] });
  });
});

describe("retentions", () => {
  const isKept = (row: EccRow) => row.KOART === "K" && (row.UMSKZ ?? "") !== "";
  const documentOf = (row: EccRow) => `${row.BUKRS}/${row.BELNR}/${row.GJAHR}`;
  /** BKPF by document; the invoice's key stands in AWKEY. */
  const headers = () => new Map(rowsOf("BKPF").map((row) => [documentOf(row), row]));

  it("come with the items that the invoice's documents keep back, and with what cleared them", async () => {
    const records = (await readAllOf(createInvoiceExtract(source))).filter((record) => record.kind === "invoice");
    const of = headers();
    const kept = rowsOf("BSEG").filter((row) => isKept(row) && of.get(documentOf(row))?.AWTYP === "RMRP");
    const expected = kept.map((row) => {
      const minor = row.SHKZG === "H" ? raw(row.WRBTR) : -raw(row.WRBTR);
      return [of.get(documentOf(row))?.AWKEY, `${documentOf(row)}/${row.BUZEI}`, minor, row.AUGBL ?? "", row.AUGDT ?? ""].join(
        " ",
      );
    });
    const found = records.flatMap(({ key, currency, retentionItems = [] }) =>
      retentionItems.map(({ item, amount, clearing }) =>
        [key.replace(".", ""), item, minor(amount, currency), clearing?.document ?? "", clearing?.date ?? ""].join(" "),
      ),
    );
    expect(found.length).toBeGreaterThan(5);
    expect(found.sort()).toEqual(expected.sort());
    const clearings = records.flatMap(({ retentionItems = [] }) => retentionItems.flatMap(({ clearing }) => clearing ?? []));
    expect(clearings.some(({ by, residual }) => by === "clearing" && /^[0.]+$/.test(residual))).toBe(true);
    expect(clearings.some(({ by, residual }) => by === "clearing" && !/^[0.]+$/.test(residual))).toBe(true);
    expect(
      records.filter(
        ({ retentionItems, lines }) =>
          lines.some(({ retention = "" }) => /[1-9]/.test(retention)) !== (retentionItems !== undefined),
      ),
    ).toEqual([]);
  });

  it("that were cleared name their invoice to a run of changes only", async () => {
    const item = rowsOf("BSIK").find((row) => (row.UMSKZ ?? "") !== "" && headers().get(documentOf(row))?.AWTYP === "RMRP");
    if (item === undefined) throw new Error("nothing is kept back");
    const key = headers().get(documentOf(item))?.AWKEY ?? "";
    const cleared = { AUGDT: asOf, AUGBL: "1599999999" };
    await bench.change("BSAK", { upsert: [{ ...item, ...cleared }] });
    try {
      const opened = await createInvoiceExtract(source).open({ mode: "delta", since: sweptToday(asOf) });
      expect(opened.reading?.how).toBe("changes");
      expect(JSON.stringify(opened.slices)).toContain(`"BELNR":"${key.slice(0, 10)}"`);
    } finally {
      await bench.change("BSAK", { delete: [{ ...item, ...cleared }] });
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
    const schedule = Map.groupBy(rowsOf("EKET"), (row) => `${row.EBELN}/${row.EBELP}`);
    const items = records.flatMap((record) => record.items.map((item) => ({ record, item, key: `${record.key}/${item.item}` })));
    for (const { item, key } of items)
      expect(item.deliveries?.map(({ date }) => date).sort(), key).toEqual(
        (schedule.get(key) ?? []).map((row) => row.EINDT ?? "00000000").sort(),
      );
    const carried = items.flatMap(({ record, item, key }) =>
      (item.history ?? []).map((each) => [`${key}/${each.category}`, minor(each.amount, record.currency)] as const),
    );
    const read = new Set(items.map(({ key }) => key));
    const kept = rowsOf("EKBE").filter((row) => read.has(`${row.EBELN}/${row.EBELP}`));
    const stored = kept.map((row) => [`${row.EBELN}/${row.EBELP}/${row.VGABE}`, signedRaw(row, "WRBTR")] as const);
    expect(new Set(stored.map(([key]) => key)).size).toBeGreaterThan(10);
    expect(sums(carried)).toEqual(sums(stored));
    const services = items.filter(({ item }) => item.services !== undefined);
    const values = new Map(rowsOf("EKPO").map((row) => [`${row.EBELN}/${row.EBELP}`, row]));
    expect(services.length).toBe([...values].filter(([key, row]) => read.has(key) && row.PSTYP === "9").length);
    for (const { record, item, key } of services)
      expect(
        (item.services ?? []).reduce((sum, { netValue }) => sum + minor(netValue, record.currency), 0n),
        key,
      ).toBe(raw(values.get(key)?.NETWR));
    expect(records.flatMap((record) => (recordSchema.safeParse(record).success ? [] : [record.key]))).toEqual([]);
  });

  it("without a right in the policy say that a part is unknown, and not that there is none", async () => {
    const { EKBE: _, EKET: __, ...tables } = fieldsRead;
    const functions = ["RFC_PING", "DDIF_FIELDINFO_GET", "RFC_GET_FUNCTION_INTERFACE", "RFC_READ_TABLE", "BBP_RFC_READ_TABLE"];
    const narrow = guardByPolicy(bench.client, { functions, tables });
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
        (row) => (row.DATE_FROM ?? "00000000") <= asOf && (row.DATE_TO ?? "00000000") >= asOf && (row.NATION ?? "") === "",
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
