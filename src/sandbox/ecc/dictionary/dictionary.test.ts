import { describe, expect, it } from "vitest";
import { defineTables } from "./define.ts";
import { definitionOf, fieldsOf, isKnownField, tableNames } from "./index.ts";

const required = `T000 T001 TKA01 TKA02 T001W T001K T003T T023T T024 T024E T052 T052U TCURX TCURC TCURR TCURF T009 T009B T001B T006 T006A
  LFA1 LFB1 LFM1 ADRC ADR6 EKKO EKPO EKKN EKET ESLH ESLL EKBE EKBE_MA RBKP RSEG BKPF BSEG BSIK BSAK BSIS BSAS
  COBK COEP FAGLFLEXA FAGLFLEXT GLT0 COSP COSS CSKS CSKT CSKA CSKB CSKU SKA1 SKAT SKB1 PROJ PRPS PRHI AUFK AFKO AFVC
  MARA MAKT PA0001 CDHDR CDPOS BDCP2 JEST JCDS`;

describe("the dictionary", () => {
  it("has every table that the flows read", () => {
    expect(required.split(/\s+/).filter((name) => !tableNames().includes(name))).toEqual([]);
  });

  it("stands keys first, the client before all, and has keys that can be compared", () => {
    for (const name of tableNames()) {
      const fields = fieldsOf(name) ?? [];
      const lastKey = fields.findLastIndex((field) => field.isKey);
      expect(fields.slice(0, lastKey + 1).every((field) => field.isKey)).toBe(true);
      expect(fields.filter((field) => field.isKey).every((field) => "CNDTI".includes(field.intType))).toBe(true);
      const client = fields.findIndex((field) => field.dataType === "CLNT");
      expect(client <= 0, name).toBe(true);
      expect(fields.every((field) => field.text.length <= 60)).toBe(true);
    }
  });

  it("knows the widths of reference sap-data section 2", () => {
    const shape = (table: string, name: string) => {
      const field = fieldsOf(table)?.find((each) => each.name === name);
      return `${field?.dataType} ${field?.length}.${field?.decimals} ${field?.intType}`;
    };
    expect(shape("EKKO", "WKURS")).toBe("DEC 9.5 P");
    expect(shape("EKPO", "NETWR")).toBe("CURR 13.2 P");
    expect(shape("BSEG", "PROJK")).toBe("NUMC 8.0 N");
    expect(shape("COEP", "WKGBTR")).toBe("CURR 15.2 P");
    expect(shape("LFA1", "STCD2")).toBe("CHAR 11.0 C");
    expect(shape("TCURX", "CURRDEC")).toBe("INT1 3.0 b");
    expect(definitionOf("BSEG")?.kind).toBe("CLUSTER");
  });

  it("says where the currency of an amount and the unit of a quantity stand", () => {
    const target = (table: string, name: string) => fieldsOf(table)?.find((field) => field.name === name)?.reference;
    expect(target("BSEG", "DMBTR")).toEqual({ table: "T001", field: "WAERS" });
    expect(target("COSP", "WTG007")).toEqual({ table: "COSP", field: "TWAER" });
    const fields = tableNames().flatMap((table) => (fieldsOf(table) ?? []).map((field) => ({ table, field })));
    const lost = fields.filter(({ field }) => ["CURR", "QUAN"].includes(field.dataType) && field.reference === undefined);
    expect(lost.map(({ table, field }) => `${table}-${field.name}`)).toEqual([]);
    for (const { table, field } of fields) {
      const { reference } = field;
      if (reference === undefined || definitionOf(reference.table) === undefined) continue;
      const found = fieldsOf(reference.table)?.find(({ name }) => name === reference.field);
      // T000-MWAER is CHAR in the one listing of it that we hold.
      expect(["CUKY", "UNIT", "CHAR"], `${table}-${field.name}`).toContain(found?.dataType);
    }
  });

  it("numbers the sixteen period columns as the totals tables do", () => {
    const columns = (table: string, stem: RegExp) => (fieldsOf(table) ?? []).filter(({ name }) => stem.test(name));
    expect(columns("COSP", /^WKG\d{3}$/)).toHaveLength(16);
    expect(columns("GLT0", /^HSL\d\d$/).at(-1)?.name).toBe("HSL16");
  });

  it("leaves the client column to the server, where there is one", () => {
    expect(isKnownField("LFA1", "LIFNR")).toBe(true);
    expect(isKnownField("LFA1", "MANDT")).toBe(false);
    expect(isKnownField("ADRC", "CLIENT")).toBe(false);
    expect(isKnownField("T000", "MANDT")).toBe(true);
    expect(isKnownField("LFA1", "NOFIELD")).toBe(false);
    expect(isKnownField("NOTABLE", "LIFNR")).toBe(false);
  });

  it("refuses a line it cannot read", () => {
    expect(() => defineTables("TABLE X TRANSP A table\n* A C4")).toThrow(/A C4/);
    expect(() => defineTables("TABLE X TRANSP A table\nA Q4 text")).toThrow(/unknown type/);
    expect(() => defineTables("TABLE X TRANSP A table\nREF x")).toThrow(/reference line/);
    expect(() => defineTables("TABLE X TRANSP A table\nA C4 text\nA C5 text")).toThrow(/twice/);
  });
});
