// Control totals and reference data over sockets against the simulated ECC. The totals are set against the line items by arithmetic of this file's
// own, from the world's files; reference data against the tables' rows, with the best language by hand.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDays, type ControlTotalRecord, parseSapDate, type ReferenceRecord, type SapDate } from "../../src/core/index.ts";
import {
  createControlTotalExtract,
  createDictionary,
  createReadTable,
  createReferenceExtract,
  readChangedFields,
  readChangedObjects,
  readChangedVendors,
  readChangePointers,
  type TableReader,
} from "../../src/sap/index.ts";
import { asOf, type ExtractBench, openExtractBench, readAllOf, serverClock } from "../support/extract-bench.ts";
import { watermarkOf } from "../support/watermark.ts";

let bench: ExtractBench;
let reader: TableReader;

beforeAll(async () => {
  bench = await openExtractBench(29, { projects: 4, vendors: 40, purchaseOrders: 80, poLines: 200, costLines: 2_000 });
  reader = createReadTable(bench.client, createDictionary(bench.client));
});
afterAll(() => bench.close());

const rowsOf = (table: string) => bench.rowsOf(table);

/** Amount text to minor units of its own decimals: raw cells have two, records the currency's. */
const minor = (text: string) => BigInt((text === "" ? "0" : text).replace(".", ""));
const decimalsOf = new Map<string, number>();
const rawOf = (text: string, currency: string) => {
  const decimals = decimalsOf.get(currency) ?? 2;
  return decimals === 0 ? BigInt(text) : minor(text);
};

function sumBy<T>(items: readonly T[], key: (item: T) => string, value: (item: T) => bigint): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0n) + value(item));
  return new Map([...sums].filter(([, sum]) => sum !== 0n).sort());
}

const totalsOf = (sources: readonly ControlTotalRecord["source"][], from?: SapDate) =>
  readAllOf(
    createControlTotalExtract({
      reader,
      client: bench.client,
      clock: serverClock,
      settings: { zone: bench.zone, sources, years: [], from },
    }),
  );

describe("control totals", () => {
  it("of CO equal the sum of the line items by object, cost element and period", async () => {
    const totals = await totalsOf(["COSP", "COSS"]);
    const lines = rowsOf("COEP").filter((row) => row.WRTTP === "04" && row.VERSN === "000" && (row.LEDNR ?? "00") === "00");
    expect(lines.length).toBeGreaterThan(100);
    const byLine = sumBy(
      lines,
      (row) => `${row.OBJNR}/${row.KSTAR}/${row.GJAHR}/${Number(row.PERIO)}`,
      (row) => minor(row.WOGBTR ?? ""),
    );
    const periods = totals.flatMap((total) => total.periods.map((each) => ({ total, each })));
    for (const row of rowsOf("TCURX")) decimalsOf.set(row.CURRKEY ?? "", Number(row.CURRDEC ?? 0));
    const companies = new Map(rowsOf("T001").map((row) => [row.BUKRS, row.WAERS]));
    expect(totals.filter(({ companyCode, currency }) => companies.get(companyCode) !== currency)).toEqual([]);
    const byTotal = sumBy(
      periods,
      ({ total, each }) => `${total.object}/${total.account}/${total.fiscalYear}/${each.period}`,
      ({ total, each }) => rawOf(each.amount, total.currency),
    );
    expect([...byTotal]).toEqual([...byLine]);
    expect(new Set(totals.map(({ key }) => key)).size).toBe(totals.length);
    expect(totals.filter(({ currency }) => currency === "")).toEqual([]);
  });

  it("of the ledgers equal the documents by account, company code and period", async () => {
    for (const row of rowsOf("TCURX")) decimalsOf.set(row.CURRKEY ?? "", Number(row.CURRDEC ?? 0));
    const headers = new Map(rowsOf("BKPF").map((row) => [`${row.BUKRS}.${row.BELNR}.${row.GJAHR}`, row]));
    const lines = rowsOf("BSEG").flatMap((row) => {
      const header = headers.get(`${row.BUKRS}.${row.BELNR}.${row.GJAHR}`);
      return header && ["", "A", "B"].includes(header.BSTAT ?? "") ? [{ row, header }] : [];
    });
    const byLine = sumBy(
      lines,
      ({ row, header }) => `${row.HKONT}/${row.BUKRS}/${row.GJAHR}/${Number(header.MONAT)}`,
      ({ row }) => (row.SHKZG === "H" ? -minor(row.DMBTR ?? "") : minor(row.DMBTR ?? "")),
    );
    const filled = (["FAGLFLEXT", "GLT0"] as const).filter((source) => rowsOf(source).length > 0);
    expect(filled.length).toBeGreaterThan(0);
    for (const source of filled) {
      const totals = await totalsOf([source]);
      const periods = totals
        .flatMap((total) => total.periods.map((each) => ({ total, each })))
        .filter(({ each }) => each.period > 0);
      const byTotal = sumBy(
        periods,
        ({ total, each }) => `${total.account}/${total.companyCode}/${total.fiscalYear}/${each.period}`,
        ({ total, each }) => rawOf(each.amount, total.currency),
      );
      const unlike = [...byLine].filter(([key, sum]) => byTotal.get(key) !== sum);
      const covered = new Set(totals.map(({ companyCode }) => companyCode));
      expect(
        unlike.filter(([key]) => covered.has(key.split("/")[1] ?? "")),
        source,
      ).toEqual([]);
    }
  });

  it("of purchase order history equal its rows, signed, in the document's currency; what was entered before the first day is in neither", async () => {
    for (const row of rowsOf("TCURX")) decimalsOf.set(row.CURRKEY ?? "", Number(row.CURRDEC ?? 0));
    const middle = rowsOf("EKBE")
      .map((row) => row.CPUDT ?? "")
      .sort()[Math.floor(rowsOf("EKBE").length / 2)];
    for (const from of [undefined, parseSapDate(middle ?? "")]) {
      const totals = await totalsOf(["EKBE"], from);
      const rows = rowsOf("EKBE").filter((row) => (row.CPUDT ?? "") >= (from ?? ""));
      const byRow = sumBy(
        rows,
        (row) => `${row.EBELN}/${row.EBELP}/${row.VGABE}${row.BEWTP === "K" ? "K" : ""}/${row.GJAHR}/${row.WAERS}`,
        (row) => (row.SHKZG === "H" ? -minor(row.WRBTR ?? "") : minor(row.WRBTR ?? "")),
      );
      const byTotal = sumBy(
        totals,
        ({ key }) => key.replace("EKBE:", ""),
        ({ total, currency }) => rawOf(total, currency),
      );
      expect(byRow.size).toBeGreaterThan(10);
      expect([...byTotal]).toEqual([...byRow]);
      expect(rows.length < rowsOf("EKBE").length).toBe(from !== undefined);
    }
  });
});

describe("reference data", () => {
  const extractOf = (language: string, kinds?: ReferenceRecord["of"][]) =>
    createReferenceExtract({ reader, client: bench.client, settings: { zone: bench.zone, language, kinds } });

  it("holds every row of every kind once", async () => {
    const records = await readAllOf(extractOf("E"));
    const count = (of: ReferenceRecord["of"]) => records.filter((record) => record.of === of).length;
    expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
    const tables = {
      "company-code": "T001",
      "cost-center": "CSKS",
      "cost-element": "CSKB",
      "gl-account": "SKA1",
      "wbs-element": "PRPS",
      project: "PROJ",
      order: "AUFK",
      employee: "PA0001",
      currency: "TCURX",
      "exchange-rate": "TCURR",
      "fiscal-period": "T009B",
      "posting-period": "T001B",
      unit: "T006",
      material: "MARA",
    } as const;
    for (const [of, table] of Object.entries(tables)) {
      expect(rowsOf(table).length, table).toBeGreaterThan(0);
      expect(count(of as ReferenceRecord["of"]), table).toBe(rowsOf(table).length);
    }
    expect(count("document-type")).toBe(new Set(rowsOf("T003T").map((row) => row.BLART)).size);
    expect(JSON.stringify(records)).not.toMatch(/GBDAT|NATIO/);
  });

  it("speaks the configured language, then E, then D, then any", async () => {
    const texts = rowsOf("SKAT");
    const languages = [...new Set(texts.map((row) => row.SPRAS ?? ""))].sort();
    expect(languages.length).toBeGreaterThan(1);
    for (const language of [...languages, "9"]) {
      const records = await readAllOf(extractOf(language, ["gl-account"]));
      for (const record of records) {
        const of = (spras: string) =>
          texts.find((row) => `gl-account:${row.KTOPL}/${row.SAKNR}` === record.key && row.SPRAS === spras);
        const any = texts.find((row) => `gl-account:${row.KTOPL}/${row.SAKNR}` === record.key);
        const best = of(language) ?? of("E") ?? of("D") ?? any;
        expect({ key: record.key, text: record.text }).toEqual({ key: record.key, text: best?.TXT20 ?? "" });
      }
    }
  });

  it("turns inverted dates of rates around and keeps the sign of an indirect one", async () => {
    const records = await readAllOf(extractOf("E", ["exchange-rate"]));
    const rates = rowsOf("TCURR");
    const [indirect] = rates.filter((row) => row.UKURS?.startsWith("-"));
    for (const row of rates) {
      const record = records.find(({ key }) => key === `exchange-rate:${row.KURST}/${row.FCURR}/${row.TCURR}/${row.GDATU}`);
      expect(Number(record?.validFrom) + Number(row.GDATU)).toBe(99_999_999);
      expect(record?.attributes.rate).toBe(row.UKURS);
    }
    expect(indirect).toBeDefined();
  });

  it("reads by stamps of the day between sweeps, the day of the last run included", async () => {
    const days = rowsOf("PRPS").map((row) => [row.ERDAT ?? "00000000", row.AEDAT ?? "00000000"].toSorted().at(-1) ?? "");
    const since = days.toSorted().at(Math.floor(days.length / 2)) ?? "";
    expect(parseSapDate(since)).toBeDefined();
    const mark = (day: string) => watermarkOf(day, { scope: "wbs-element" });
    const records = await readAllOf(extractOf("E", ["wbs-element"]), { mode: "delta", since: mark(since) });
    const keys = new Set(records.map(({ key }) => key));
    const due = rowsOf("PRPS").filter((row) => (row.ERDAT ?? "") >= since || (row.AEDAT ?? "") >= since);
    expect(due.length).toBeGreaterThan(0);
    expect(due.filter((row) => !keys.has(`wbs-element:${row.PSPNR}`))).toEqual([]);
    expect(keys.size).toBe(records.length);
  });
});

describe("change documents", () => {
  it("name what was touched in a window, both ends included, each once", async () => {
    const all = rowsOf("CDHDR");
    expect(all.length).toBeGreaterThan(0);
    const since = parseSapDate(
      all
        .map((row) => row.UDATE ?? "")
        .toSorted()
        .at(-1) ?? "",
    );
    if (since === undefined) throw new Error("no day");
    for (const objectClass of ["KRED", "EINKBELEG"] as const) {
      const due = new Set(
        all.filter((row) => row.OBJECTCLAS === objectClass && row.UDATE === since).map((row) => row.OBJECTID ?? ""),
      );
      const found = await readChangedObjects(reader, objectClass, { from: since, until: since });
      expect(found).toEqual([...due].sort());
    }
  });

  it("have pointers beside them for master data, where they are written: by their time, a day earlier for other zones", async () => {
    const pointers = rowsOf("BDCP2");
    const days = pointers.map((row) => (row.CRETIME ?? "").slice(0, 8)).toSorted();
    const since = parseSapDate(days.at(-1) ?? "");
    if (since === undefined) throw new Error("no day");
    const asked = { objectClass: "KRED", messageTypes: ["CREMAS"], from: addDays(since, 1) } as const;
    const due = pointers.filter((row) => (row.CRETIME ?? "") >= `${since}000000`).map((row) => row.CDOBJID ?? "");
    expect(due.length).toBeLessThan(pointers.length);
    expect(due.length).toBeGreaterThan(0);
    expect(await readChangePointers(reader, asked)).toEqual([...new Set(due)].sort());
    expect(await readChangePointers(reader, { ...asked, messageTypes: ["MATMAS"] })).toEqual([]);
    expect(await readChangePointers(reader, { ...asked, objectClass: "ADRESSE" })).toEqual([]);
  });

  it("find vendors through their addresses, and the fields that changed", async () => {
    const [from, until] = [parseSapDate("20000101"), parseSapDate(asOf)];
    if (from === undefined || until === undefined) throw new Error("no day");
    const found = await readChangedVendors(reader, { from, until });
    const addressed = rowsOf("CDHDR")
      .filter((row) => row.OBJECTCLAS === "ADRESSE")
      .flatMap((row) => rowsOf("LFA1").filter((vendor) => vendor.ADRNR === (row.OBJECTID ?? "").slice(4).trim()))
      .map((vendor) => vendor.LIFNR ?? "");
    expect(addressed.length).toBeGreaterThan(0);
    expect(addressed.filter((vendor) => !found.includes(vendor))).toEqual([]);
    const changes = rowsOf("CDHDR").filter((row) => row.OBJECTCLAS === "KRED");
    const fields = await readChangedFields(
      reader,
      "KRED",
      changes.map((row) => ({ objectId: row.OBJECTID ?? "", changeNumber: row.CHANGENR ?? "" })),
    );
    expect(fields).toHaveLength(rowsOf("CDPOS").filter((row) => row.OBJECTCLAS === "KRED").length);
  });
});
