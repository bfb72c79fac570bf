import { describe, expect, it } from "vitest";
import { defineTables } from "./define.ts";
import { definitionOf, fieldsOf, isKnownField, tableNames } from "./index.ts";

const required =
  "T001 TKA02 T001W T003T T023T TCURX T052 T000 LFA1 LFB1 LFM1 ADRC ADR6 EKKO EKPO EKKN EKET EKBE BKPF BSEG SKA1 SKAT SKB1 CSKS CSKT CSKB CSKU PROJ PRPS AUFK AFVC COEP COBK CDHDR CDPOS MARA MAKT PA0001";

describe("the dictionary", () => {
  it("has every table that the flows read", () => {
    expect(required.split(" ").filter((name) => !tableNames().includes(name))).toEqual([]);
  });

  it("stands keys first, the client before all, and has text-like keys only", () => {
    for (const name of tableNames()) {
      const fields = fieldsOf(name) ?? [];
      const lastKey = fields.findLastIndex((field) => field.isKey);
      expect(fields.slice(0, lastKey + 1).every((field) => field.isKey)).toBe(true);
      expect(fields.filter((field) => field.isKey).every((field) => "CNDT".includes(field.intType))).toBe(true);
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
    expect(() => defineTables("TABLE X TRANSP A table\nA C4 text\nA C5 text")).toThrow(/twice/);
  });
});
