import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column } from "../../../test/support/column.ts";
import { cellReaderOf, isCalendarDate, readNumber, trimRight, whyUnreadable } from "./abap-values.ts";

const field = (abapType: string, length: number, decimals = 0) => column("F", abapType, "", length, decimals);
const read = (abapType: string, cell: string, decimals = 0) => cellReaderOf(field(abapType, cell.length, decimals))(cell);
const text = (value: string) => ({ kind: "text", text: value });

describe("numbers in fixed-width rows", () => {
  // Cells of real systems, sap-rfc 1.5 [C] and 1.4 [L].
  it.each<[string, number, string]>([
    ["4184374221.00", 2, "4184374221.00"],
    [" 1.24140-", 5, "-1.24140"],
    ["      566.10 ", 2, "566.10"],
    ["   0.0000 ", 4, "0.0000"],
    ["-12.50", 2, "-12.50"],
    ["12.50-", 2, "-12.50"],
    ["- 12.50", 2, "-12.50"],
    [".50", 2, "0.50"],
    ["000012.50", 2, "12.50"],
    ["0.00-", 2, "0.00"],
    ["       42 ", 0, "42"],
    ["42-", 0, "-42"],
    ["0", 0, "0"],
    ["000", 0, "0"],
    ["20240131235959", 0, "20240131235959"],
    ["999999999999999999999999999.99", 2, "999999999999999999999999999.99"],
  ])("%j with %i decimals is %s", (cell, decimals, wanted) => {
    expect(readNumber(cell, decimals)).toEqual(text(wanted));
  });

  it.each(["*291847608.00", "*.0", "*6.38600-", "*"])("%j has lost digits", (cell) => {
    expect(readNumber(cell, 2)).toEqual({ kind: "broken", code: "amount-overflow" });
  });

  it("an empty cell is null and not zero", () => {
    expect(readNumber("", 2)).toEqual({ kind: "null" });
    expect(readNumber("        ", 2)).toEqual({ kind: "null" });
  });

  it.each<[string, number]>([
    ["12.5", 2],
    ["12.500", 2],
    ["1.250,00", 2],
    ["1 250.00", 2],
    ["1e5", 0],
    ["--1", 0],
    ["-1-", 0],
    ["-", 0],
    [".", 0],
    ["1.2.3", 3],
    ["NaN", 0],
    ["0x10", 0],
    ["١٢", 0],
  ])("%j with %i decimals is no number", (cell, decimals) => {
    expect(readNumber(cell, decimals)).toEqual({ kind: "broken", code: "number-unreadable" });
  });

  it("brings every number back that SAP's rule of 1.5 writes, or says that digits were lost", () => {
    const decimalsAndDigits = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }));
    fc.assert(
      fc.property(decimalsAndDigits, fc.integer({ min: 2, max: 20 }), ([decimals, minor], width) => {
        const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, "0");
        const at = digits.length - decimals;
        const shown = decimals === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
        const value = minor < 0n ? `-${shown}` : shown;
        const signed = minor < 0n ? `${shown}-` : `${shown} `;
        const fits = signed.length <= width || (minor >= 0n && shown.length === width);
        const whole = signed.length <= width ? signed.padStart(width) : shown;
        const cell = fits ? whole : `*${signed.trim().slice(-(width - 1))}`;
        expect(readNumber(cell, decimals)).toEqual(fits ? text(value) : { kind: "broken", code: "amount-overflow" });
      }),
    );
  });

  it("answers any text with a cell and never throws", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.integer({ min: 0, max: 5 }), (cell, decimals) => {
        const value = readNumber(cell, decimals);
        if (value.kind === "text") expect(value.text).toMatch(decimals === 0 ? /^-?(0|[1-9]\d*)$/ : /^-?(0|[1-9]\d*)\.\d+$/);
      }),
    );
  });
});

describe("other cells", () => {
  it("characters lose blanks at the end only, and nothing else", () => {
    expect(read("C", "  SAP  \t\n  ")).toEqual(text("  SAP  \t\n"));
    expect(read("C", "0000100001")).toEqual(text("0000100001"));
    expect(read("C", "     ")).toEqual(text(""));
    expect(trimRight("a\u00a0")).toBe("a\u00a0");
  });

  it("NUMC keeps its zeros", () => {
    expect(read("N", "0000001000")).toEqual(text("0000001000"));
  });

  it("dates stay eight characters, initial ones too, and say when they are none", () => {
    expect(read("D", "20240229")).toEqual(text("20240229"));
    expect(read("D", "00000000")).toEqual(text("00000000"));
    expect(read("D", "        ")).toEqual(text("00000000"));
    expect(read("D", "99991231")).toEqual(text("99991231"));
    // Really found in a table (sap-rfc 1.5).
    expect(read("D", "20201364")).toEqual({ kind: "doubtful", text: "20201364", code: "date-invalid" });
  });

  it("knows the calendar", () => {
    for (const date of ["20000229", "20240229", "00010101"]) expect(isCalendarDate(date)).toBe(true);
    for (const date of ["19000229", "20230229", "20240431", "20241301", "20240100", "00000000", "2024013", "2024-1-3"])
      expect(isCalendarDate(date)).toBe(false);
  });

  it("times allow the end of the day", () => {
    expect(read("T", "240000")).toEqual(text("240000"));
    expect(read("T", "235959")).toEqual(text("235959"));
    expect(read("T", "      ")).toEqual(text("000000"));
    expect(read("T", "240001")).toMatchObject({ kind: "doubtful", code: "time-invalid" });
  });

  it("raw, floating and string columns are refused, and types nobody knows", () => {
    for (const type of ["X", "F", "g", "y", "?"]) expect(whyUnreadable(field(type, 10))).toBeTypeOf("string");
    for (const type of ["C", "N", "D", "T", "P", "b", "s", "I"]) expect(whyUnreadable(field(type, 10))).toBeUndefined();
  });
});
