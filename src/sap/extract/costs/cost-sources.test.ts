import { describe, expect, it } from "vitest";
import { watermarkOf } from "../../../../test/support/watermark.ts";
import { type CostDocumentRecord, type CostValuation, parseSapDate, type SourceRecord } from "../../../core/index.ts";
import type { Clock, RfcClient } from "../../../ports/index.ts";
import type { ReadOutcome, ReadRequest, RejectedRow, TableReader, TableRow, Where } from "../../rfc/index.ts";
import type { ExtractSettings } from "../flow-extract.ts";
import { createCostExtract } from "./index.ts";

type Row = Readonly<Record<string, string>>;
type Tables = Record<string, readonly Row[]>;

const orders = {
  "=": (left: string, right: string) => left === right,
  "<>": (left: string, right: string) => left !== right,
  "<": (left: string, right: string) => left < right,
  "<=": (left: string, right: string) => left <= right,
  ">": (left: string, right: string) => left > right,
  ">=": (left: string, right: string) => left >= right,
};

/** Fields that a test left out are initial: dates are eight zeros then, as in SAP. */
const initial = (field: string) => (/DT$|^(?:BU|BL)DAT$|^AEDAT$/.test(field) ? "00000000" : "");

function matches(row: Row, where: Where | undefined): boolean {
  if (!where) return true;
  if (where.kind === "all") return where.of.every((each) => matches(row, each));
  if (where.kind === "any") return where.of.some((each) => matches(row, each));
  if (where.kind === "in") return where.values.includes(row[where.field] ?? initial(where.field));
  if (where.kind === "compare") return orders[where.operator](row[where.field] ?? initial(where.field), where.value);
  throw new Error(`unexpected ${where.kind}`);
}

type Hooks = { onRead?: (request: ReadRequest) => void; rejected?: Record<string, readonly RejectedRow[]> };

function readerOf(tables: Tables, { onRead, rejected = {} }: Hooks = {}): TableReader {
  return {
    name: "fake",
    read: async (request): Promise<ReadOutcome> => {
      onRead?.(request);
      const rows = (tables[request.table] ?? []).filter((row) => matches(row, request.where));
      const shown = rows.map(
        (row): TableRow => Object.fromEntries(request.fields.map((field) => [field, row[field] ?? initial(field)])),
      );
      return { kind: "complete", rows: shown, rejected: rejected[request.table] ?? [], doubtful: [] };
    },
  };
}

const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
const client: RfcClient = {
  call: async () => ({ kind: "answer", values: {} }),
  serverTime: () => Date.UTC(2026, 10, 24, 12),
  close: async () => undefined,
};
const settings: ExtractSettings = {
  companyCodes: [],
  zone: 0,
  costSources: { "1200": "coep", "1300": "faglflexa", "1400": "coep" },
};

const small: Tables = {
  T001: [
    { BUKRS: "1000", WAERS: "USD" },
    { BUKRS: "1200", WAERS: "USD" },
    { BUKRS: "1300", WAERS: "JPY" },
    { BUKRS: "1400", WAERS: "JPY" },
  ],
  TKA02: ["1000", "1200", "1300", "1400"].map((BUKRS) => ({ BUKRS, KOKRS: "CA01" })),
  TCURX: [{ CURRKEY: "JPY", CURRDEC: "0" }],
  CSKB: [
    { KOKRS: "CA01", KSTAR: "0000400000", DATAB: "20200101", DATBI: "99991231", KATYP: "01" },
    { KOKRS: "CA01", KSTAR: "0000943000", DATAB: "20200101", DATBI: "99991231", KATYP: "43" },
  ],
  PRPS: [
    { PSPNR: "00000007", POSID: "P-7" },
    { PSPNR: "00000008", POSID: "P-8", XSTAT: "X" },
  ],
  AUFK: [{ AUFNR: "000000000100", PSPEL: "00000007" }],
};

const extractOf = (tables: Tables, hooks: Hooks = {}, change: Partial<ExtractSettings> = {}) =>
  createCostExtract({ reader: readerOf({ ...small, ...tables }, hooks), client, clock, settings: { ...settings, ...change } });

const header = {
  KOKRS: "CA01",
  BELNR: "0200000001",
  GJAHR: "2026",
  VRGNG: "COIN",
  BLDAT: "20260314",
  BUDAT: "20260315",
  CPUDT: "20260316",
  KWAER: "USD",
};
const actual = { KOKRS: "CA01", BELNR: "0200000001", LEDNR: "00", WRTTP: "04", VERSN: "000", VRGNG: "COIN", PERIO: "003" };
const line = {
  ...actual,
  BUZEI: "001",
  WOGBTR: "10.00",
  WKGBTR: "11.00",
  OWAER: "USD",
  OBJNR: "PR00000007",
  KSTAR: "0000400000",
  BUKRS: "1200",
};
const ofControlling = { source: "coep", keys: [{ KOKRS: "CA01", BELNR: "0200000001" }] };

const readControlling = async (COBK: Row, COEP: readonly Row[], hooks: Hooks = {}): Promise<SourceRecord[]> =>
  (await extractOf({ COBK: [COBK], COEP }, hooks).read(ofControlling)).records;

function linesOf(record: SourceRecord | undefined): CostDocumentRecord["lines"] {
  if (record?.kind !== "cost-document") throw new Error(JSON.stringify(record));
  return record.lines;
}

describe("documents of controlling", () => {
  it("have signed amounts that no indicator turns again, their object, transaction and purchase order", async () => {
    const [record] = await readControlling(header, [
      { ...line, BUZEI: "002", WOGBTR: "-4.00", BEKNZ: "H", SHKZG: "H", OBJNR: "OR000000000100", KSTAR: "0000943000" },
      { ...line, EBELN: "4500000001", EBELP: "00010", ZEKKN: "02", SGTXT: "gravel" },
      { ...line, BUZEI: "003", OBJNR: "PD00000007" },
    ]);
    expect(record).toMatchObject({
      source: "coep",
      key: "1200.CO:CA01:0200000001.2026",
      companyCode: "1200",
      documentNumber: "CO:CA01:0200000001",
      fiscalYear: 2026,
      period: 3,
      postingDate: "20260315",
      documentDate: "20260314",
      entryDate: "20260316",
      currency: "USD",
    });
    expect(linesOf(record)).toMatchObject([
      { line: "001", amount: "10.00", object: { kind: "wbs", key: "P-7" }, purchaseOrder: "4500000001", assignment: "02" },
      { line: "002", amount: "-4.00", object: { kind: "wbs", key: "P-7" }, costElementCategory: "43", transactionKey: "COIN" },
      { line: "003", costElementCategory: "1" },
    ]);
    expect(linesOf(record)[2]).not.toHaveProperty("object");
  });

  it("are read as actual cost of the operational version, and by value type, whatever master data call statistical", async () => {
    const [record, ...others] = await readControlling(header, [
      { ...line, OBJNR: "PR00000008" },
      { ...line, BUZEI: "002", WRTTP: "11" },
      { ...line, BUZEI: "003", VERSN: "001" },
      { ...line, BUZEI: "004", LEDNR: "01" },
    ]);
    expect(others).toEqual([]);
    expect(linesOf(record)).toMatchObject([{ line: "001", object: { kind: "wbs", key: "P-8" } }]);
  });

  it("have the company code's currency, from whichever column bears it, and are not taken where none does", async () => {
    const foreign = { ...line, BUZEI: "002", OWAER: "EUR", WOGBTR: "9.00", WKGBTR: "10.50" };
    const [mixed] = await readControlling(header, [line, foreign]);
    expect(mixed).toMatchObject({ currency: "USD", lines: [{ amount: "10.00" }, { amount: "10.50" }] });
    expect(mixed).not.toHaveProperty("valuation");
    for (const KWAER of ["CAD", ""])
      expect(await readControlling({ ...header, KWAER }, [line, foreign])).toMatchObject([
        { code: "amount-unreadable", currency: "USD", detail: `line 002 has no amount in USD: OWAER EUR, KWAER ${KWAER}` },
      ]);
    const yen = await readControlling(header, [{ ...line, BUKRS: "1400", OWAER: "JPY", WOGBTR: "12.34" }]);
    expect(yen).toMatchObject([{ companyCode: "1400", currency: "JPY", lines: [{ amount: "1234" }] }]);
  });

  it("have the controlling area's or the objects' currency where the company code was set up so, for all lines alike", async () => {
    const foreign = { ...line, BUZEI: "002", OWAER: "EUR", WOGBTR: "9.00", WKGBTR: "10.50" };
    const read = async (valuation: CostValuation, rows: readonly Row[], KWAER = "CAD") =>
      (
        await extractOf({ COBK: [{ ...header, KWAER }], COEP: rows }, {}, { costValuations: { "1200": valuation } }).read(
          ofControlling,
        )
      ).records;
    expect(await read("controlling-area", [line, foreign])).toMatchObject([
      { valuation: "controlling-area", currency: "CAD", lines: [{ amount: "11.00" }, { amount: "10.50" }] },
    ]);
    expect(await read("controlling-area", [line], "")).toMatchObject([{ detail: "COBK names no currency (KWAER)" }]);
    expect(await read("object", [foreign])).toMatchObject([
      { valuation: "object", currency: "EUR", lines: [{ amount: "9.00" }] },
    ]);
    expect(await read("object", [line, foreign])).toMatchObject([
      { code: "amount-unreadable", detail: "its lines are in several object currencies: USD, EUR" },
    ]);
  });

  it("of several company codes are one record each, without those whose cost another source tells", async () => {
    const lines = ["1200", "1400", "1000", "1300"].map((BUKRS, index) => ({
      ...line,
      BUZEI: `00${index + 1}`,
      BUKRS,
      OWAER: BUKRS === "1400" ? "JPY" : "USD",
    }));
    const records = await readControlling(header, lines);
    expect(records.map(({ key }) => key)).toEqual(["1200.CO:CA01:0200000001.2026", "1400.CO:CA01:0200000001.2026"]);
  });

  it("need not balance, but need one period and readable amounts, and are nothing to us without a line", async () => {
    expect(await readControlling(header, [line])).toMatchObject([{ kind: "cost-document" }]);
    // A plan document, an archived one, another source's company code.
    expect(await readControlling(header, [{ ...line, WRTTP: "01" }])).toEqual([]);
    expect(await readControlling(header, [])).toEqual([]);
    expect(await readControlling(header, [{ ...line, BUKRS: "1000" }])).toEqual([]);
    expect(await readControlling(header, [line, { ...line, BUZEI: "002", PERIO: "004" }])).toMatchObject([
      { code: "amount-unreadable", detail: 'PERIO "003, 004" is no period' },
    ]);
    expect(await readControlling(header, [{ ...line, WOGBTR: "" }])).toMatchObject([
      { code: "amount-unreadable", detail: 'line 001 WOGBTR ""' },
    ]);
    const lost: RejectedRow = {
      rejected: { KOKRS: "CA01", BELNR: "0200000001", BUZEI: "002" },
      code: "amount-overflow",
      field: "WOGBTR",
    };
    expect(await readControlling(header, [line], { rejected: { COEP: [lost] } })).toMatchObject([
      { code: "amount-overflow", detail: "line 002 WOGBTR" },
    ]);
    const only = (REFBK: string) => readControlling({ ...header, REFBK }, [], { rejected: { COEP: [lost] } });
    expect(await only("1400")).toMatchObject([
      { code: "amount-overflow", key: "1400.CO:CA01:0200000001.2026", currency: "JPY", period: "" },
    ]);
    expect(await only("")).toMatchObject([{ key: "1200.CO:CA01:0200000001.2026" }]);
    expect(await only("1000")).toEqual([]);
  });

  it("say whether they are a reversal or were reversed, and are read again where that moves meanwhile", async () => {
    expect(await readControlling({ ...header, STFLG: "X" }, [line])).toMatchObject([{ reversalOf: "STFLG" }]);
    const moving = (times: number) => {
      const tables: Tables = { ...small, COBK: [header], COEP: [line] };
      let moved = 0;
      const onRead = ({ table }: ReadRequest) => {
        if (table !== "COEP" || moved >= times) return;
        moved += 1;
        tables.COBK = [{ ...header, STOKZ: "X", BLTXT: String(moved) }];
      };
      const reader = readerOf(tables, { onRead });
      return createCostExtract({ reader, client, clock, settings }).read(ofControlling);
    };
    expect((await moving(1)).records).toMatchObject([{ kind: "cost-document", reversalOf: "STOKZ" }]);
    expect((await moving(2)).records).toMatchObject([{ code: "object-unstable", key: "1200.CO:CA01:0200000001.2026" }]);
  });
});

const posted = {
  BUKRS: "1300",
  BELNR: "0100000001",
  GJAHR: "2026",
  MONAT: "03",
  BUDAT: "20260315",
  BLDAT: "20260314",
  CPUDT: "20260316",
  BLART: "SA",
  HWAER: "JPY",
};
const ledgerLine = {
  RYEAR: "2026",
  DOCNR: "0100000001",
  RLDNR: "0L",
  RBUKRS: "1300",
  DOCLN: "000001",
  RACCT: "0000400000",
  RCNTR: "0000001000",
  HSL: "-10.00",
  DRCRK: "H",
  POPER: "003",
  GJAHR: "2026",
};
const counter = { ...ledgerLine, DOCLN: "000002", RACCT: "0000160000", RCNTR: "", HSL: "10.00", DRCRK: "S" };
const ofLedger = { source: "faglflexa", keys: [{ BUKRS: "1300", BELNR: "0100000001", GJAHR: "2026" }] };

describe("documents of the ledger", () => {
  const read = async (FAGLFLEXA: readonly Row[], change: Partial<ExtractSettings> = {}, hooks: Hooks = {}) =>
    (await extractOf({ BKPF: [posted], FAGLFLEXA }, hooks, change).read(ofLedger)).records;

  it("are signed as they stand, by cost centre, without vendor and purchase order", async () => {
    const [record] = await read([counter, ledgerLine, { ...ledgerLine, RLDNR: "1A" }]);
    expect(record).toMatchObject({
      source: "faglflexa",
      key: "1300.GL:0L:0100000001.2026",
      documentNumber: "GL:0L:0100000001",
      documentType: "SA",
      period: 3,
      currency: "JPY",
    });
    expect(linesOf(record)).toMatchObject([
      { line: "000001", amount: "-1000", object: { kind: "cost-center", key: "0000001000" }, purchaseOrder: "", vendor: "" },
      { line: "000002", amount: "1000" },
    ]);
  });

  it("have the ledger's own year and period, of the ledger that is set", async () => {
    const other = [ledgerLine, counter].map((row) => ({ ...row, RLDNR: "L1", RYEAR: "2025", POPER: "012" }));
    expect(await read([...other, ledgerLine], { leadingLedger: "L1" })).toMatchObject([
      { key: "1300.GL:L1:0100000001.2025", fiscalYear: 2025, period: 12 },
    ]);
  });

  it("are rejected where they do not balance, lack lines, or lost one", async () => {
    expect(await read([ledgerLine])).toMatchObject([{ code: "document-unbalanced", balance: "-1000" }]);
    expect(await read([])).toMatchObject([{ code: "document-without-lines", key: "1300.GL:0L:0100000001.2026" }]);
    expect(await read([ledgerLine, { ...counter, POPER: "004" }])).toMatchObject([{ code: "amount-unreadable" }]);
    const { RYEAR, DOCNR, RLDNR, RBUKRS, DOCLN } = counter;
    const lost: RejectedRow = { rejected: { RYEAR, DOCNR, RLDNR, RBUKRS, DOCLN }, code: "amount-overflow", field: "HSL" };
    expect(await read([ledgerLine], {}, { rejected: { FAGLFLEXA: [lost] } })).toMatchObject([
      { code: "amount-overflow", detail: "line 000002 HSL" },
    ]);
    // The ledger's own year is in the key of a rejected one too, or it would never be known again.
    const ofNextYear: RejectedRow = { ...lost, rejected: { ...lost.rejected, RYEAR: "2027" } };
    expect(await read([], {}, { rejected: { FAGLFLEXA: [ofNextYear] } })).toMatchObject([
      { code: "amount-overflow", key: "1300.GL:0L:0100000001.2027", period: "" },
    ]);
  });
});

describe("what is opened", () => {
  const labels = async (ask: { mode: "full" | "delta"; since?: string }, change: Partial<ExtractSettings> = {}) =>
    (await extractOf({}, {}, change).open(ask)).slices.map(({ label }) => label);

  it("is every source that a company code has, with two days of overlap", async () => {
    expect(await labels({ mode: "full" })).toEqual([
      "BKPF CPUDT[,20261125)",
      "COBK CPUDT[,20261125)",
      "FAGLFLEXA BKPF CPUDT[,20261125)",
    ]);
    const delta = await labels({
      mode: "delta",
      since: watermarkOf("20261120", { scope: "1200=coep,1300=faglflexa,1400=coep" }),
    });
    expect(delta.slice(0, 1)).toEqual(["BKPF CPUDT[20261118,20261125)"]);
    expect(delta.slice(3, 5)).toEqual(["COBK CPUDT[20261118,20261125)", "FAGLFLEXA BKPF CPUDT[20261118,20261125)"]);
    expect(await labels({ mode: "full" }, { companyCodes: ["1200"] })).toEqual(["COBK CPUDT[,20261125)"]);
    const costsFrom = parseSapDate("20260101");
    if (!costsFrom) throw new Error("no day");
    expect((await labels({ mode: "full" }, { costsFrom }))[1]).toBe("COBK CPUDT[20260101,20261125)");
  });

  it("finds each company code's documents through its own source", async () => {
    const BKPF = ["1000", "1200", "1300", "1400"].map((BUKRS) => ({ ...posted, BUKRS }));
    const extract = extractOf({ BKPF, COBK: [header] });
    const found: string[] = [];
    for (const { label, slice } of (await extract.open({ mode: "full" })).slices)
      for (const offer of (await extract.discover(label, slice)).slices)
        found.push(`${offer.label} ${JSON.stringify(offer.slice)}`);
    expect(found).toEqual([
      'BKPF CPUDT[,20261125) {"keys":[{"BUKRS":"1000","BELNR":"0100000001","GJAHR":"2026"}]}',
      'COBK CPUDT[,20261125) {"source":"coep","keys":[{"KOKRS":"CA01","BELNR":"0200000001"}]}',
      'FAGLFLEXA BKPF CPUDT[,20261125) {"source":"faglflexa","keys":[{"BUKRS":"1300","BELNR":"0100000001","GJAHR":"2026"}]}',
    ]);
  });

  it("refuses a company code without controlling area, and slices of a source that is no more", async () => {
    await expect(extractOf({ TKA02: [] }).open({ mode: "full" })).rejects.toMatchObject({ code: "config.invalid" });
    await expect(extractOf({}, {}, { costSources: {} }).read(ofControlling)).rejects.toMatchObject({
      code: "config.cost-source-changed",
      detail: expect.stringContaining("controlling (coep)"),
    });
    for (const stranger of [null, { source: "coss", keys: [] }, { source: "coep", keys: [], more: "" }])
      await expect(extractOf({}).read(stranger)).rejects.toMatchObject({ code: "sap.protocol" });
  });
});

describe("a reversal in a delta's window", () => {
  const original = {
    ...posted,
    BUKRS: "1000",
    HWAER: "USD",
    CPUDT: "20260301",
    STBLG: "0100000009",
    STJAH: "2026",
    XREVERSAL: "1",
  };
  const reversal = { ...original, BELNR: "0100000009", CPUDT: "20261120", STBLG: "0100000001", XREVERSAL: "2" };
  const BSEG = [original, reversal].flatMap(({ BUKRS, BELNR, GJAHR }) => [
    { BUKRS, BELNR, GJAHR, BUZEI: "001", SHKZG: "S", DMBTR: "5.00", HKONT: "0000400000" },
    { BUKRS, BELNR, GJAHR, BUZEI: "002", SHKZG: "H", DMBTR: "5.00", HKONT: "0000160000" },
  ]);
  const slice = { keys: [{ BUKRS: "1000", BELNR: reversal.BELNR, GJAHR: "2026" }] };
  const read = async (before: Row, given: unknown, change: Partial<ExtractSettings> = {}) =>
    (await extractOf({ BKPF: [before, reversal], BSEG }, {}, change).read(given)).records.map(({ key }) => key);

  it("brings what it reversed, unless the window or a full read holds that anyway, or it is too old to be read", async () => {
    const delta = { since: "20261118", ...slice };
    expect(await read(original, delta)).toEqual(["1000.0100000001.2026", "1000.0100000009.2026"]);
    expect(await read({ ...original, UPDDT: "20261119" }, delta)).toEqual(["1000.0100000009.2026"]);
    expect(await read({ ...original, CPUDT: "20261119" }, delta)).toEqual(["1000.0100000009.2026"]);
    expect(await read(original, slice)).toEqual(["1000.0100000009.2026"]);
    const costsFrom = parseSapDate("20260401");
    if (!costsFrom) throw new Error("no day");
    expect(await read(original, delta, { costsFrom })).toEqual(["1000.0100000009.2026"]);
  });
});
