import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Field, fieldsOf } from "../ecc/index.ts";
import { type CellStyle, LossyCell, readCell } from "./cell.ts";
import { CellRefused } from "./refused.ts";

function fieldOf(table: string, name: string): Field {
  const field = fieldsOf(table)?.find((known) => known.name === name);
  if (field === undefined) throw new Error(`no field ${table}-${name}`);
  return field;
}

const frame: CellStyle = { times: "12h", isDataFrame: true };
const plain: CellStyle = { times: "24h", isDataFrame: false };

describe("a cell", () => {
  it.each<[string, string, string, string, CellStyle]>([
    ["BKPF", "BUDAT", "2/24/17", "20170224", plain],
    ["BKPF", "BUDAT", "02/24/2017", "20170224", plain],
    ["BKPF", "BUDAT", "00/00/0000", "", plain],
    ["BKPF", "BUDAT", "2/29/16", "20160229", plain],
    ["BKPF", "CPUTM", "1:50:33 PM", "135033", frame],
    ["BKPF", "CPUTM", "12:00:00 AM", "", frame],
    ["BKPF", "CPUTM", "12:00:01 PM", "120001", frame],
    ["BKPF", "CPUTM", "9:25:11", "092511", plain],
    ["BSEG", "BELNR", "1500000001.0", "1500000001", frame],
    ["BSEG", "LIFNR", "125131.0", "0000125131", frame],
    ["BSEG", "BUZEI", "1", "001", frame],
    ["BSEG", "EBELP", "0", "", frame],
    ["BSEG", "DMBTR", "1,068,550.00", "1068550.00", frame],
    ["BSEG", "DMBTR", "  12.5", "12.50", frame],
    ["BSEG", "DMBTR", "0", "", frame],
    ["BSEG", "DMBTR", "-0.00", "", frame],
    ["BSEG", "MENGE", "10,000", "10000.000", frame],
    ["BSEG", "KOSTL", "NAPC1000", "NAPC1000", frame],
    ["BSEG", "SGTXT", "  two blanks ", "  two blanks", frame],
    ["EKKO", "WKURS", "/46.69000", "-46.69000", plain],
    ["EKKO", "WKURS", "/1,277.00000", "-1277.00000", plain],
    ["EKKO", "WKURS", "0.00077", "0.00077", plain],
    ["BKPF", "KURSF", "-46.69", "-46.69000", frame],
    ["EKKO", "SPRAS", "EN", "E", plain],
    ["EKKO", "SPRAS", "D", "D", plain],
    ["EKKO", "ZTERM", "1", "0001", plain],
    ["EKPO", "MATNR", "4711", "000000000000004711", plain],
    ["EKPO", "MATNR", "CONCRETE", "CONCRETE", plain],
    ["EKPO", "LOEKZ", "False", "", plain],
    ["EKPO", "RETPO", "X", "X", plain],
    ["EKPO", "NAVNW", "", "", plain],
  ])("%s-%s reads %j as %j", (table, name, raw, expected, style) => {
    expect(readCell(fieldOf(table, name), raw, style)).toBe(expected);
  });

  it.each<[string, string, string, string]>([
    ["BKPF", "BUDAT", "24/2/17", "is not a day"],
    ["BKPF", "BUDAT", "2/30/17", "is not a day"],
    ["BKPF", "BUDAT", "1/1/70", "is not a day"],
    ["BKPF", "CPUTM", "1:50:33 PM", "not a time of day in the 24h form"],
    ["BSEG", "BELNR", "15000000012", "longer than the field's 10"],
    ["BSEG", "DMBTR", "12,5", "is not a number"],
    ["BSEG", "DMBTR", "1,00.00", "is not a number"],
    ["BSEG", "DMBTR", "1.005", "more than the field's 2 decimals"],
    ["BSEG", "DMBTR", "123456789012.00", "more than the field's 13 digits"],
    ["BSEG", "DMBTR", "*291847608.00", "is not a number"],
    ["BSEG", "DMBTR", "/12.00", "is not a number"],
    ["BSEG", "EBELP", "1A", "other signs than digits"],
    ["EKKO", "SPRAS", "XX", "is no language"],
    ["EKPO", "RETPO", "True", "longer than the field's one character"],
  ])("%s-%s refuses %j: %s", (table, name, raw, message) => {
    expect(() => readCell(fieldOf(table, name), raw, plain)).toThrow(CellRefused);
    expect(() => readCell(fieldOf(table, name), raw, plain)).toThrow(message);
  });

  it.each(["4.9E+13", "5E+13", "5.1056E+13", "1e5"])("never guesses what %s was", (raw) => {
    for (const name of ["AWKEY", "XBLNR", "KURSF", "GJAHR"])
      expect(() => readCell(fieldOf("BKPF", name), raw, frame)).toThrow(LossyCell);
  });

  it("is refused or fits its field, whatever stands in it", () => {
    const names = ["BUDAT", "CPUTM", "BELNR", "GJAHR", "KURSF", "BKTXT", "BSTAT", "WAERS"];
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(..."0123456789.,/-: APM".split("")), maxLength: 14 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), text, fc.constantFrom(frame, plain), (name, raw, style) => {
        const field = fieldOf("BKPF", name);
        try {
          const value = readCell(field, raw, style);
          const widest = field.intType === "P" ? field.length + 2 : field.length;
          expect(value.length).toBeLessThanOrEqual(widest);
          if (["D", "T", "N"].includes(field.intType)) expect(value).toMatch(new RegExp(`^(\\d{${field.length}})?$`));
          if (field.intType === "P") expect(value).toMatch(/^(-?\d+\.\d{5})?$/);
        } catch (error) {
          expect(error instanceof CellRefused || error instanceof LossyCell).toBe(true);
        }
      }),
    );
  });
});
