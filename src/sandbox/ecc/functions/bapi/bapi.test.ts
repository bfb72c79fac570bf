import { describe, expect, it } from "vitest";
import { system, worldOf } from "../../../../../test/support/ecc-world.ts";
import type { EccWorld } from "../../world-state.ts";
import { functionModule } from "../index.ts";
import type { CallOutput, Row } from "../interface.ts";

const nowMs = Date.UTC(2026, 10, 24, 8);

function call(world: EccWorld, name: string, imports: Record<string, string> = {}, language = "E"): CallOutput {
  const module = functionModule(name, world.switches);
  const [user] = system.users;
  if (module === undefined || user === undefined) throw new Error(name);
  const given = new Map(module.parameters.flatMap((each) => (each.default === undefined ? [] : [[each.name, each.default]])));
  for (const [key, value] of Object.entries(imports)) given.set(key, value);
  return module.run({ imports: given, tables: new Map() }, { world, user, language, nowMs });
}

const orders = () =>
  worldOf({
    TCURX: [
      { CURRKEY: "JPY", CURRDEC: "0" },
      { CURRKEY: "USDN", CURRDEC: "5" },
    ],
    PRPS: [{ PSPNR: "00100103", POSID: "P-1001-01-100" }],
    AFVC: [{ AUFPL: "0000000007", APLZL: "00000001", VORNR: "0010" }],
    EKKO: [
      { EBELN: "4500000001", BUKRS: "1200", BSTYP: "F", BSART: "NB", LIFNR: "0000100001", WAERS: "JPY", WKURS: "-1234.56789" },
      { EBELN: "4500000002", BUKRS: "1000", BSTYP: "F", WAERS: "USDN" },
      { EBELN: "4600000001", BUKRS: "1000", BSTYP: "K", WAERS: "USD" },
    ],
    EKPO: [
      { EBELN: "4500000001", EBELP: "00020", NETPR: "12.50", MENGE: "3.000", PEINH: "1" },
      { EBELN: "4500000001", EBELP: "00010", NETPR: "0.01", MENGE: "3.000", VRTKZ: "2" },
      { EBELN: "4500000002", EBELP: "00010" },
    ],
    EKKN: [
      { EBELN: "4500000001", EBELP: "00010", ZEKKN: "01", VPROZ: "99.9", NETWR: "10.00", PS_PSP_PNR: "00100103", SAKTO: "0000420000" },
      { EBELN: "4500000001", EBELP: "00010", ZEKKN: "02", VPROZ: "0.1", NETWR: "-2.50", NPLNR: "000004000001", AUFPL: "0000000007", APLZL: "00000001" },
    ],
    EKET: [{ EBELN: "4500000001", EBELP: "00010", ETENR: "0001", EINDT: "20261201", MENGE: "3.000" }],
    EKBE: [
      { EBELN: "4500000001", EBELP: "00010", VGABE: "1", GJAHR: "2026", BELNR: "5000000001", BUZEI: "0001", SHKZG: "S", MENGE: "3.000", WRBTR: "9.00", DMBTR: "9.00", WAERS: "JPY", HSWAE: "JPY", CPUDT: "20261120", CPUTM: "120001" },
      { EBELN: "4500000001", EBELP: "00010", VGABE: "1", GJAHR: "2026", BELNR: "5000000002", BUZEI: "0001", SHKZG: "H", MENGE: "1.000", WRBTR: "3.00", DMBTR: "3.00", WAERS: "JPY", HSWAE: "JPY", CPUDT: "20261121" },
      { EBELN: "4500000001", EBELP: "00010", VGABE: "3", GJAHR: "2026", BELNR: "5100000001", BUZEI: "0001", SHKZG: "S", MENGE: "7.000", WRBTR: "0.50", DMBTR: "0.50", WAERS: "JPY", HSWAE: "JPY", CPUDT: "20261121" },
      { EBELN: "4500000002", EBELP: "00010", VGABE: "1", GJAHR: "2026", BELNR: "5000000003", BUZEI: "0001", SHKZG: "S", WRBTR: "123456.00", DMBTR: "1.00", WAERS: "USDN", HSWAE: "USD" },
    ],
  }); // biome-ignore format: rows of tables
const detail = (ebeln: string, imports: Record<string, string> = { ACCOUNT_ASSIGNMENT: "X" }) =>
  call(orders(), "BAPI_PO_GETDETAIL1", { PURCHASEORDER: ebeln, ...imports });

describe("BAPI_PO_GETDETAIL1", () => {
  it("tells rate and percentages with all digits, amounts in the currency's own decimals, the WBS element as people write it", () => {
    const { exports, tables } = detail("4500000001");
    expect(exports.POHEADER).toMatchObject({
      PO_NUMBER: "4500000001",
      COMP_CODE: "1200",
      DOC_TYPE: "NB",
      VENDOR: "0000100001",
      EXCH_RATE: "-1234.56789",
      DOC_DATE: "0000-00-00",
    });
    expect(tables.POITEM?.map((row) => [row.PO_ITEM, row.NET_PRICE])).toEqual([
      ["00010", "1.000000000"],
      ["00020", "1250.000000000"],
    ]);
    expect(tables.POACCOUNT).toMatchObject([
      { SERIAL_NO: "01", DISTR_PERC: "99.9", NET_VALUE: "1000.000000000", WBS_ELEMENT: "P-1001-01-100", NETWORK: "" },
      {
        SERIAL_NO: "02",
        DISTR_PERC: "0.1",
        NET_VALUE: "-250.000000000",
        WBS_ELEMENT: "",
        NETWORK: "000004000001",
        ACTIVITY: "0010",
      },
    ]);
    expect(tables.POSCHEDULE).toMatchObject([{ SCHED_LINE: "0001", DELIVERY_DATE: "01.12.2026" }]);
    expect(tables.RETURN).toEqual([]);
  });

  it("sums the history with its signs, subsequent debits by value only", () => {
    const { POHISTORY, POHISTORY_TOTALS } = detail("4500000001").tables;
    expect(POHISTORY).toHaveLength(3);
    expect(POHISTORY?.[0]).toMatchObject({ ENTRY_DATE: "2026-11-20", ENTRY_TIME: "12:00:01", VAL_FORCUR: "900.0000" });
    expect(POHISTORY_TOTALS).toMatchObject([
      { PO_ITEM: "00010", DELIV_QTY: "2.000", VAL_GR_FOR: "600.0000", IV_QTY: "0.000", VAL_IV_FOR: "50.0000" },
    ]);
    expect(detail("4500000002").tables.POHISTORY?.[0]).toMatchObject({ VAL_FORCUR: "123.4560", VAL_LOCCUR: "1.0000" });
  });

  it("gives account assignments only when asked", () => {
    expect(detail("4500000001", {}).tables.POACCOUNT).toEqual([]);
  });

  it.each(["4500000009", "4600000001", "450000000", ""])("says in RETURN that purchase order %j is not there", (ebeln) => {
    const { exports, tables } = detail(ebeln);
    expect(tables.RETURN).toMatchObject([{ TYPE: "E", ID: "06", NUMBER: "019", MESSAGE_V1: ebeln, ROW: "0" }]);
    expect(tables.POITEM).toEqual([]);
    expect(exports.POHEADER).toMatchObject({ PO_NUMBER: "", EXCH_RATE: "0.00000" });
  });
});

describe("BAPI_VENDOR_GETDETAIL", () => {
  const world = () =>
    worldOf({
      LFA1: [{ LIFNR: "0000100001", NAME1: "Ä & B", LAND1: "US", SPRAS: "E", STRAS: "1 Main", TELF1: "555" }],
      LFB1: [{ LIFNR: "0000100001", BUKRS: "1000", ZTERM: "ZB30" }],
    });
  const vendor = (lifnr: string, bukrs: string) =>
    call(world(), "BAPI_VENDOR_GETDETAIL", { VENDORNO: lifnr, COMPANYCODE: bukrs }).exports;

  it("joins the general and the company code's part", () => {
    const { GENERALDETAIL, COMPANYDETAIL, RETURN } = vendor("0000100001", "1000");
    expect(GENERALDETAIL).toMatchObject({ NAME: "Ä & B", STREET: "1 Main", COUNTRYISO: "US", LANGU_ISO: "EN", TELEPHONE: "555" });
    expect(COMPANYDETAIL).toMatchObject({ COMP_CODE: "1000", PMNTTRMS: "ZB30" });
    expect(RETURN).toMatchObject({ TYPE: "", NUMBER: "000" });
  });

  it.each([
    ["0000100002", "1000", "163"],
    ["100001", "1000", "163"],
    ["0000100001", "1100", "164"],
  ])("refuses vendor %s in %s with F2 %s and tells nothing about it", (lifnr, bukrs, number) => {
    const { GENERALDETAIL, RETURN } = vendor(lifnr, bukrs);
    expect(RETURN).toMatchObject({ TYPE: "E", ID: "F2", NUMBER: number });
    expect(GENERALDETAIL).toMatchObject({ VENDOR: "", NAME: "" });
  });
});

describe("lists", () => {
  const world = () =>
    worldOf({
      T001: [
        { BUKRS: "1100", BUTXT: "Canada", KTOPL: "CAGR" },
        { BUKRS: "1000", BUTXT: "Ridgeline", KTOPL: "CAGR" },
      ],
      CSKS: [
        { KOKRS: "1000", KOSTL: "0000100100", DATAB: "20100101", DATBI: "20251231", BUKRS: "1000" },
        { KOKRS: "1000", KOSTL: "0000100100", DATAB: "20260101", DATBI: "99991231", BUKRS: "1000" },
        { KOKRS: "1000", KOSTL: "0000100200", DATAB: "20100101", DATBI: "99991231", BUKRS: "1100" },
        { KOKRS: "2000", KOSTL: "0000200100", DATAB: "20100101", DATBI: "99991231", BUKRS: "2000" },
      ],
      CSKT: [
        { SPRAS: "E", KOKRS: "1000", KOSTL: "0000100100", DATBI: "99991231", KTEXT: "Yard" },
        { SPRAS: "D", KOKRS: "1000", KOSTL: "0000100100", DATBI: "99991231", KTEXT: "Bauhof" },
      ],
      SKB1: [{ BUKRS: "1000", SAKNR: "0000113100" }],
      SKAT: [{ SPRAS: "D", KTOPL: "CAGR", SAKNR: "0000113100", TXT20: "Bank", TXT50: "Hausbank" }],
    });
  const rows = (output: CallOutput, table: string): readonly Row[] => output.tables[table] ?? [];

  it("names company codes in key order", () => {
    const output = call(world(), "BAPI_COMPANYCODE_GETLIST");
    expect(rows(output, "COMPANYCODE_LIST")).toEqual([
      { COMP_CODE: "1000", COMP_NAME: "Ridgeline" },
      { COMP_CODE: "1100", COMP_NAME: "Canada" },
    ]);
    expect(output.exports.RETURN).toMatchObject({ TYPE: "", CODE: "" });
  });

  it.each([
    ["today", { CONTROLLINGAREA: "1000" }, ["0000100100 Yard", "0000100200 "]],
    ["2025", { CONTROLLINGAREA: "1000", DATE_FROM: "20250601" }, ["0000100100 ", "0000100200 "]],
    ["both", { DATE_FROM: "20250601", DATE_TO: "20260601", COMPANYCODE_FROM: "1000" }, ["0000100100 ", "0000100100 Yard"]],
    ["no area", { COMPANYCODE_FROM: "1100", COMPANYCODE_TO: "2000" }, ["0000100200 ", "0000200100 "]],
  ])("lists the cost centres valid on the days asked for: %s", (_name, imports, expected) => {
    const list = rows(call(world(), "BAPI_COSTCENTER_GETLIST1", imports), "COSTCENTERLIST");
    expect(list.map((row) => `${row.COSTCENTER} ${row.COCNTR_TXT}`)).toEqual(expected);
  });

  it.each([{ CONTROLLINGAREA: "3000" }, { CONTROLLINGAREA: "1000", COSTCENTERGROUP: "ALL" }])(
    "has an E row where nothing is found: %j",
    (imports) => {
      const output = call(world(), "BAPI_COSTCENTER_GETLIST1", imports);
      expect(rows(output, "COSTCENTERLIST")).toEqual([]);
      expect(rows(output, "RETURN")).toMatchObject([{ TYPE: "E" }]);
    },
  );

  it("lists G/L accounts with texts of the language asked for, however it is asked", () => {
    const texts = (imports: Record<string, string>, language?: string) =>
      rows(call(world(), "BAPI_GL_ACC_GETLIST", { COMPANYCODE: "1000", ...imports }, language), "ACCOUNT_LIST").map(
        (row) => row.LONG_TEXT,
      );
    expect(texts({ LANGUAGE: "D" })).toEqual(["Hausbank"]);
    expect(texts({ LANGUAGE_ISO: "de" })).toEqual(["Hausbank"]);
    expect(texts({}, "D")).toEqual(["Hausbank"]);
    expect(texts({})).toEqual([""]);
  });

  it("refuses an unknown company code in CODE of BAPIRETURN", () => {
    const output = call(world(), "BAPI_GL_ACC_GETLIST", { COMPANYCODE: "9999" });
    expect(output.exports.RETURN).toMatchObject({ TYPE: "E", CODE: "FN020" });
    expect(rows(output, "ACCOUNT_LIST")).toEqual([]);
  });
});
