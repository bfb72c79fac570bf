import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { abapDate, abapTime, BadValue, dateText, fromLibrary, plainNumber, timeText, toLibrary } from "./values.ts";

describe("values of the library", () => {
  it("are dates and times as SOAP writes them, both ways, initial ones too", () => {
    for (const [abap, text] of [
      ["20260131", "2026-01-31"],
      ["00000000", "0000-00-00"],
      ["99991231", "9999-12-31"],
    ] as const) {
      expect(dateText(abap)).toBe(text);
      expect(abapDate(text)).toBe(abap);
      expect(abapDate(abap)).toBe(abap);
    }
    expect([dateText("        "), abapDate(""), timeText("235959"), abapTime("23:59:59"), abapTime("")]).toEqual([
      "0000-00-00",
      "00000000",
      "23:59:59",
      "235959",
      "000000",
    ]);
    expect(() => abapDate("31.01.2026")).toThrow(BadValue);
    expect(() => abapTime("noon")).toThrow(BadValue);
  });

  it("are numbers for INT and FLOAT, bytes for RAW, and text for the rest", () => {
    expect(toLibrary("I", "N", " 12 ")).toBe(12);
    expect(toLibrary("I", "N", "")).toBe(0);
    expect(toLibrary("P", "N", "-12.50")).toBe("-12.50");
    expect(toLibrary("P", "N", "")).toBe("0");
    expect(toLibrary("F", "N", "0.5")).toBe(0.5);
    expect(toLibrary("X", "N", "/wA=")).toEqual(Buffer.from([255, 0]));
    expect(toLibrary("C", "N", " 007 ")).toBe(" 007 ");
    for (const [type, text] of [
      ["I", "1.5"],
      ["I", "twelve"],
      ["P", "12.50-"],
      ["F", "1e5"],
    ] as const)
      expect(() => toLibrary(type, "FIELD", text)).toThrow(/FIELD/);
  });

  it("never have an exponent, and say the same number", () => {
    expect([plainNumber(1e21), plainNumber(1.5e-7), plainNumber(-2.5e22), plainNumber(100)]).toEqual([
      "1000000000000000000000",
      "0.00000015",
      "-25000000000000000000000",
      "100",
    ]);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = plainNumber(value);
        expect(text).toMatch(/^-?\d+(?:\.\d+)?$/);
        expect(Number(text)).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });

  it("come as text, rows and tables; what has no place there does not come", () => {
    expect(fromLibrary({ A: 1, B: Buffer.from([255, 0]), C: null })).toEqual({ A: "1", B: "/wA=", C: "" });
    expect(fromLibrary([{ A: "x " }, { A: "" }])).toEqual([{ A: "x " }, { A: "" }]);
    expect(fromLibrary(["one", ""])).toEqual([{ "": "one" }, {}]);
    expect(fromLibrary([{ A: [{ B: 1 }] }])).toBeUndefined();
    expect(fromLibrary({ A: { B: 1 } })).toBeUndefined();
  });
});
