import { describe, expect, it } from "vitest";
import { watermarkOf } from "../../../test/support/watermark.ts";
import { parseSapDate, type SourceRecord } from "../../core/index.ts";
import type { Clock, RfcClient } from "../../ports/index.ts";
import type { ReadOutcome, ReadRequest, TableReader, TableRow, Where } from "../rfc/index.ts";
import { fieldsRead } from "./fields-read.ts";
import { createExtracts } from "./index.ts";
import { lookUpAgeMaxMs } from "./look-ups.ts";

type Tables = Record<string, readonly Record<string, string>[]>;

function matches(row: Record<string, string>, where: Where | undefined): boolean {
  if (!where) return true;
  if (where.kind === "all") return where.of.every((each) => matches(row, each));
  if (where.kind === "in") return where.values.includes(row[where.field] ?? "");
  if (where.kind === "compare") return (row[where.field] ?? "") === where.value;
  throw new Error(`unexpected ${where.kind}`);
}

/** A reader over rows as the real one hands them out; `onRead` may change the table in between. */
function readerOf(tables: Tables, onRead: (request: ReadRequest, turn: number) => void = () => undefined): TableReader {
  let turn = 0;
  return {
    name: "fake",
    read: async (request): Promise<ReadOutcome> => {
      onRead(request, ++turn);
      const known: readonly string[] = (fieldsRead as Record<string, readonly string[]>)[request.table] ?? [];
      expect(
        request.fields.filter((field) => !known.includes(field)),
        request.table,
      ).toEqual([]);
      const rows = (tables[request.table] ?? []).filter((row) => matches(row, request.where));
      const shown = rows.map((row): TableRow => Object.fromEntries(request.fields.map((field) => [field, row[field] ?? ""])));
      return { kind: "complete", rows: shown, rejected: [], doubtful: [] };
    },
  };
}

const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
const client: RfcClient = {
  call: async () => ({ kind: "answer", values: {} }),
  serverTime: () => Date.UTC(2026, 10, 24, 23, 30),
  close: async () => undefined,
};

const settings = { companyCodes: [], zone: 60 };

function extractsOf(tables: Tables, onRead?: (request: ReadRequest, turn: number) => void) {
  return createExtracts({ reader: readerOf(withSmall(tables), onRead), client, clock, settings });
}

function withSmall(tables: Tables): Tables {
  return {
    T001: [
      { BUKRS: "1000", WAERS: "USD" },
      { BUKRS: "1200", WAERS: "JPY" },
    ],
    TKA02: [{ BUKRS: "1000", KOKRS: "1000" }],
    TCURX: [{ CURRKEY: "JPY", CURRDEC: "0" }],
    CSKB: [{ KOKRS: "1000", KSTAR: "0000400000", DATAB: "20200101", DATBI: "99991231", KATYP: "01" }],
    PRPS: [
      { PSPNR: "00000007", POSID: "P-7" },
      { PSPNR: "00000008", POSID: "P-8", XSTAT: "X" },
      { PSPNR: "00000009", POSID: "" },
    ],
    AUFK: [
      { AUFNR: "000000000100", PSPEL: "00000007" },
      { AUFNR: "000000000200", PSPEL: "00000000" },
      { AUFNR: "000000000300", ASTKZ: "X" },
    ],
    AFVC: [{ AUFPL: "0000000001", APLZL: "00000001", PROJN: "00000007" }],
    ...tables,
  };
}

async function only(read: Promise<{ records: SourceRecord[] }>): Promise<SourceRecord> {
  const { records } = await read;
  const [record] = records;
  if (!record || records.length !== 1) throw new Error(`${records.length} records`);
  return record;
}

const header = {
  EBELN: "4500000001",
  BUKRS: "1000",
  BSTYP: "F",
  BSART: "NB",
  LIFNR: "0000100001",
  WAERS: "USD",
  WKURS: "1.00000",
  BEDAT: "20260101",
};
const item = { EBELN: "4500000001", EBELP: "00010", NETWR: "10.00", NAVNW: "0.00", WERKS: "P1", KNTTP: "P" };
const orders = { keys: [{ EBELN: "4500000001" }] };

describe("purchase orders", () => {
  it("find the object of each assignment: WBS, network, order, cost centre (ruling 11)", async () => {
    const EKKN = [
      { ZEKKN: "01", PS_PSP_PNR: "00000007", KOSTL: "0000001000" },
      { ZEKKN: "02", NPLNR: "000000000900", AUFPL: "0000000001", APLZL: "00000001" },
      { ZEKKN: "03", NPLNR: "000000000900", AUFPL: "0000000009", APLZL: "00000001" },
      { ZEKKN: "04", AUFNR: "000000000100" },
      { ZEKKN: "05", AUFNR: "000000000200" },
      { ZEKKN: "06", KOSTL: "0000001000" },
      { ZEKKN: "07", PS_PSP_PNR: "00000099" },
      { ZEKKN: "08", LOEKZ: "L", KOSTL: "0000002000" },
      { ZEKKN: "09", PS_PSP_PNR: "00000009" },
    ].map((row) => ({ EBELN: "4500000001", EBELP: "00010", PS_PSP_PNR: "00000000", MENGE: "1.000", ...row }));
    const record = await only(extractsOf({ EKKO: [header], EKPO: [item], EKKN })["purchase-orders"].read(orders));
    if (record.kind !== "purchase-order") throw new Error(record.kind);
    expect(record.items[0]?.assignments.map(({ object }) => `${object?.kind} ${object?.key}`)).toEqual([
      "wbs P-7",
      "wbs P-7",
      "network 000000000900",
      "wbs P-7",
      "order 000000000200",
      "cost-center 0000001000",
      "wbs PSPNR-00000099",
      "wbs PSPNR-00000009",
    ]);
  });

  it("shift amounts by TCURX once", async () => {
    const yen = { ...header, BUKRS: "1200", WAERS: "JPY" };
    const record = await only(
      extractsOf({ EKKO: [yen], EKPO: [{ ...item, NETWR: "12.50", NETPR: "1.25" }] })["purchase-orders"].read(orders),
    );
    expect(record).toMatchObject({ currency: "JPY", companyCurrency: "JPY", items: [{ netValue: "1250", netPrice: "125" }] });
  });

  it("are rejected without items, unless nothing else is to be expected", async () => {
    expect(await only(extractsOf({ EKKO: [header] })["purchase-orders"].read(orders))).toMatchObject({
      kind: "rejected",
      code: "object-without-items",
    });
    expect(await only(extractsOf({ EKKO: [{ ...header, MEMORY: "X" }] })["purchase-orders"].read(orders))).toMatchObject({
      kind: "purchase-order",
      items: [],
    });
  });

  it("whose header moves while its items are read are read once more, then rejected by name", async () => {
    const build = (times: number) => {
      const tables: Tables = { EKKO: [header], EKPO: [item] };
      let moved = 0;
      const reader = readerOf(tables, ({ table }) => {
        if (table !== "EKPO" || moved >= times) return;
        moved += 1;
        (tables as Record<string, unknown>).EKKO = [{ ...header, ZTERM: `000${moved}` }];
      });
      return createExtracts({ reader, client, clock, settings: { companyCodes: [], zone: 0 } });
    };
    expect(await only(build(1)["purchase-orders"].read(orders))).toMatchObject({ kind: "purchase-order", paymentTerms: "0001" });
    expect(await only(build(2)["purchase-orders"].read(orders))).toMatchObject({ kind: "rejected", code: "object-unstable" });
  });

  it("answer `same` where the digest still holds, in whatever order the rows come", async () => {
    const first = await extractsOf({ EKKO: [header], EKPO: [item, { ...item, EBELP: "00020" }] })["purchase-orders"].read(orders);
    const again = await extractsOf({ EKKO: [header], EKPO: [{ ...item, EBELP: "00020" }, item] })["purchase-orders"].read(
      orders,
      first.digest,
    );
    expect(again).toEqual({ same: true, digest: first.digest, records: [] });
    const changed = await extractsOf({ EKKO: [header], EKPO: [{ ...item, ELIKZ: "X" }] })["purchase-orders"].read(
      orders,
      first.digest,
    );
    expect(changed.same).toBe(false);
  });
});

const document = {
  BUKRS: "1000",
  BELNR: "0100000001",
  GJAHR: "2026",
  BUDAT: "20260315",
  MONAT: "03",
  CPUDT: "20260316",
  HWAER: "USD",
};
const debit = {
  BUKRS: "1000",
  BELNR: "0100000001",
  GJAHR: "2026",
  BUZEI: "001",
  KOART: "S",
  SHKZG: "S",
  DMBTR: "10.00",
  HKONT: "0000400000",
  KOSTL: "0000001000",
};
const credit = { ...debit, BUZEI: "002", SHKZG: "H", KOART: "K", LIFNR: "0000100001", HKONT: "0000160000", KOSTL: "" };
const documents = { keys: [{ BUKRS: "1000", BELNR: "0100000001", GJAHR: "2026" }] };

describe("FI documents", () => {
  it("become signed lines with their cost element and vendor", async () => {
    const record = await only(extractsOf({ BKPF: [document], BSEG: [credit, debit] }).costs.read(documents));
    expect(record).toMatchObject({
      kind: "cost-document",
      period: 3,
      lines: [
        {
          line: "001",
          amount: "10.00",
          costElementCategory: "1",
          object: { kind: "cost-center", key: "0000001000" },
          vendor: "",
        },
        { line: "002", amount: "-10.00", costElementCategory: "", vendor: "0000100001" },
      ],
    });
  });

  it("take the real object before the statistical one (ruling 20)", async () => {
    const objectOf = async (change: Record<string, string>) => {
      const record = await only(extractsOf({ BKPF: [document], BSEG: [{ ...debit, ...change }, credit] }).costs.read(documents));
      return record.kind === "cost-document" ? record.lines[0]?.object : undefined;
    };
    expect(await objectOf({ PROJK: "00000007" })).toEqual({ kind: "wbs", key: "P-7" });
    expect(await objectOf({ PROJK: "00000008" })).toEqual({ kind: "cost-center", key: "0000001000" });
    expect(await objectOf({ AUFNR: "000000000300" })).toEqual({ kind: "cost-center", key: "0000001000" });
    expect(await objectOf({ PROJK: "00000008", KOSTL: "" })).toBeUndefined();
  });

  it("are rejected where they are not whole, and not judged where they are not posted", async () => {
    const read = (BKPF: Record<string, string>, BSEG: readonly Record<string, string>[]) =>
      only(extractsOf({ BKPF: [BKPF], BSEG }).costs.read(documents));
    expect(await read(document, [])).toMatchObject({ code: "document-without-lines", period: "2026.003", currency: "USD" });
    expect(await read(document, [debit])).toMatchObject({ code: "document-unbalanced", balance: "10.00" });
    expect(await read({ ...document, MONAT: "00" }, [debit, credit])).toMatchObject({ code: "amount-unreadable" });
    expect(await read({ ...document, BSTAT: "V" }, [])).toMatchObject({ kind: "cost-document", status: "V", lines: [] });
  });

  it("whose header moves while their lines are read are read once more, then rejected by name", async () => {
    const read = (times: number) => {
      const tables: Tables = { ...withSmall({}), BKPF: [document], BSEG: [debit, credit] };
      let moved = 0;
      const reader = readerOf(tables, ({ table }) => {
        if (table !== "BSEG" || moved >= times) return;
        moved += 1;
        (tables as Record<string, unknown>).BKPF = [{ ...document, STBLG: `010000009${moved}`, STJAH: "2026" }];
      });
      return only(createExtracts({ reader, client, clock, settings }).costs.read(documents));
    };
    expect(await read(1)).toMatchObject({ kind: "cost-document", reversalOf: "0100000091.2026" });
    expect(await read(2)).toMatchObject({ code: "object-unstable", period: "2026.003", currency: "USD" });
  });

  it("are found by the day of entry, two days of overlap before SAP's own date, and by later changes", async () => {
    const opened = await extractsOf({}).costs.open({ mode: "delta", since: watermarkOf("20261120") });
    // 23:30 UTC is the next day in a zone one hour east.
    expect(opened.watermark).toBe(watermarkOf("20261125", { swept: "20261120", rechecked: "20261120" }));
    expect(opened.slices.map(({ label }) => label)).toEqual([
      "BKPF CPUDT[20261118,20261126)",
      "BKPF AEDAT[20261118,20261126) CPUDT[,20261118)",
      "BKPF UPDDT[20261118,20261126) AEDAT[,20261118) CPUDT[,20261118)",
    ]);
    expect(
      (await extractsOf({}).costs.open({ mode: "full", since: watermarkOf("20261120") })).slices.map(({ label }) => label),
    ).toEqual(["BKPF CPUDT[,20261126)"]);
  });

  it("entered before the first day wanted are never read, changed later or not", async () => {
    const labelsOf = async (costsFrom: string) => {
      const from = parseSapDate(costsFrom);
      if (!from) throw new Error(costsFrom);
      const extracts = createExtracts({ reader: readerOf({}), client, clock, settings: { ...settings, costsFrom: from } });
      const opened = await extracts.costs.open({ mode: "delta", since: watermarkOf("20261120", { scope: `from=${costsFrom}` }) });
      return opened.slices.map(({ label }) => label);
    };
    expect(await labelsOf("20260101")).toEqual([
      "BKPF CPUDT[20261118,20261126)",
      "BKPF AEDAT[20261118,20261126) CPUDT[20260101,20261118)",
      "BKPF UPDDT[20261118,20261126) AEDAT[,20261118) CPUDT[20260101,20261118)",
    ]);
    expect(await labelsOf("20261119")).toEqual(["BKPF CPUDT[20261119,20261126)"]);
  });
});

describe("vendors", () => {
  it("carry their company codes and default e-mail, and never STCD1", async () => {
    expect(fieldsRead.LFA1).not.toContain("STCD1");
    const vendor = { LIFNR: "0000100001", KTOKK: "KRED", NAME1: "Lehmann", ADRNR: "77", SPERR: "X" };
    const record = await only(
      extractsOf({
        LFA1: [vendor],
        LFB1: [
          { LIFNR: "0000100001", BUKRS: "2000" },
          { LIFNR: "0000100001", BUKRS: "1000", LOEVM: "X" },
        ],
        ADR6: [
          { ADDRNUMBER: "77", CONSNUMBER: "001", SMTP_ADDR: "old@x" },
          { ADDRNUMBER: "77", PERSNUMBER: "5", CONSNUMBER: "001", FLGDEFAULT: "X", SMTP_ADDR: "person@x" },
          { ADDRNUMBER: "77", CONSNUMBER: "002", FLGDEFAULT: "X", SMTP_ADDR: "a@x" },
        ],
      }).vendors.read({ keys: [{ LIFNR: "0000100001" }] }),
    );
    expect(record).toMatchObject({
      email: "a@x",
      isBlocked: true,
      companies: [{ companyCode: "1000", isDeleted: true }, { companyCode: "2000" }],
    });
  });
});

describe("look-ups", () => {
  const both = { ...debit, BELNR: "0100000002", PROJK: "00000008", KOSTL: "0000001000" };
  const tables: Tables = {
    BKPF: [document, { ...document, BELNR: "0100000002" }],
    BSEG: [{ ...debit, PROJK: "00000007", KOSTL: "" }, credit, both, { ...credit, BELNR: "0100000002" }],
  };
  const keysOf = (belnr: string) => ({ keys: [{ BUKRS: "1000", BELNR: belnr, GJAHR: "2026" }] });

  it("that grow too old while a slice is read are still that slice's own", async () => {
    let nowMs = 0;
    const moving: Clock = { ...clock, monotonic: () => nowMs };
    // Every read takes longer than the look-ups live, so that each slice sees the other's cache thrown away.
    const reader = readerOf(withSmall(tables), () => {
      nowMs += lookUpAgeMaxMs + 1;
    });
    const { costs } = createExtracts({ reader, client, clock: moving, settings });
    const records = await Promise.all([only(costs.read(keysOf("0100000001"))), only(costs.read(keysOf("0100000002")))]);
    const objects = records.map((record) => (record.kind === "cost-document" ? record.lines[0]?.object : undefined));
    expect(objects).toEqual([
      { kind: "wbs", key: "P-7" },
      { kind: "cost-center", key: "0000001000" },
    ]);
  });

  it("are read again after their time, and not before", async () => {
    let nowMs = 0;
    const asked: string[] = [];
    const reader = readerOf(withSmall(tables), ({ table }) => asked.push(table));
    const { costs } = createExtracts({ reader, client, clock: { ...clock, monotonic: () => nowMs }, settings });
    const times = async () => {
      await costs.read(keysOf("0100000001"));
      return ["CSKB", "PRPS"].map((table) => asked.filter((each) => each === table).length);
    };
    expect(await times()).toEqual([1, 1]);
    nowMs = lookUpAgeMaxMs;
    expect(await times()).toEqual([1, 1]);
    nowMs += 1;
    expect(await times()).toEqual([2, 2]);
  });

  it("with a row that cannot be read fail the slice: a lost TCURX row would move every amount", async () => {
    const whole = readerOf(withSmall(tables));
    const reader: TableReader = {
      ...whole,
      read: async (request) => {
        const outcome = await whole.read(request);
        const lost = { rejected: { CURRKEY: "JPY" }, code: "number-unreadable", field: "CURRDEC" } as const;
        return outcome.kind === "complete" && request.table === "TCURX" ? { ...outcome, rejected: [lost] } : outcome;
      },
    };
    const { costs } = createExtracts({ reader, client, clock, settings });
    await expect(costs.read(keysOf("0100000001"))).rejects.toMatchObject({ code: "sap.protocol", place: "TCURX JPY" });
  });
});

describe("reads that are too large for SAP", () => {
  const many = Array.from({ length: 900 }, (_, index) => ({ LIFNR: String(index).padStart(10, "0"), KTOKK: "KRED" }));
  const sizes: number[] = [];
  const readerUpTo = (valuesMax: number, key: string): TableReader => {
    const whole = readerOf({ LFA1: many });
    const failure = { kind: "failure", class: "dump", key, detail: "" } as const;
    return {
      ...whole,
      read: async (request) => {
        const count = request.where?.kind === "in" ? request.where.values.length : 0;
        if (request.table === "LFA1") sizes.push(count);
        return count > valuesMax ? { kind: "failure", cause: "rfc", failure } : whole.read(request);
      },
    };
  };
  const read = (reader: TableReader) => {
    sizes.length = 0;
    return createExtracts({ reader, client, clock, settings }).vendors.read({ keys: many.map(({ LIFNR }) => ({ LIFNR })) });
  };

  it("are halved until they fit, and nothing is lost or doubled", async () => {
    const { records } = await read(readerUpTo(120, "TIME_OUT"));
    expect(records.map(({ key }) => key)).toEqual(many.map(({ LIFNR }) => LIFNR));
    expect(Math.max(...sizes)).toBe(400);
    expect(sizes.filter((size) => size <= 120).length).toBe(9);
  });

  it("fail by name where halving does not help, or the dump says something else", async () => {
    await expect(read(readerUpTo(0, "TIME_OUT"))).rejects.toMatchObject({ code: "sap.dump", place: "LFA1" });
    expect(sizes).toEqual([400, 200, 100, 50, 25]);
    await expect(read(readerUpTo(0, "SAPSQL_DATA_LOSS"))).rejects.toMatchObject({ code: "sap.dump" });
    expect(sizes).toEqual([400]);
  });
});
