import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellText, initialValue, isNumeric } from "./cell.ts";
import { parseScaled, scaledText } from "./decimals.ts";
import { type Field, fieldsOf, tableNames } from "./dictionary/index.ts";

function field(dataType: Field["dataType"], intType: string, length: number, decimals = 0): Field {
  return { name: "F", dataType, intType, length, decimals, isKey: false, text: "", conversion: "" };
}
const curr13 = field("CURR", "P", 13, 2);

describe("packed numbers in WA", () => {
  // sap-rfc 1.5 [C]: every artefact found in the wild; the lost digits of the originals are made up here.
  it.each([
    [curr13, "4184374221.00", "4184374221.00"],
    [curr13, "55291847608.00", "*291847608.00"],
    [field("DEC", "P", 3, 1), "99.0", "*.0"],
    [field("DEC", "P", 9, 5), "-1.24140", " 1.24140-"],
    [field("DEC", "P", 9, 5), "-1106.38600", "*6.38600-"],
    [curr13, "0.00", "        0.00 "],
    [curr13, "566.10", "      566.10 "],
    [curr13, "0.05", "        0.05 "],
    [field("DEC", "P", 15), "20240131235959", "20240131235959 "],
  ])("%o %s is %s", (type, value, text) => {
    expect(cellText(type, value)).toBe(text);
    expect(text).toHaveLength(type.length);
  });

  it("is safe only as far as sap-rfc 1.5 says", () => {
    expect(cellText(curr13, "9999999999.99")).toBe("9999999999.99");
    expect(cellText(curr13, "10000000000.00")).toContain("*");
    expect(cellText(curr13, "-999999999.99")).toBe("999999999.99-");
    expect(cellText(curr13, "-1000000000.00")).toBe("*00000000.00-");
  });

  it("fits the width always, and reads back exactly unless a star says that it does not", () => {
    const packed = fc
      .tuple(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 0, max: 5 }))
      .filter(([length, decimals]) => decimals <= length);
    fc.assert(
      fc.property(packed, fc.bigInt({ min: 0n, max: 10n ** 23n }), fc.boolean(), ([length, decimals], magnitude, isNegative) => {
        const scaled = (magnitude % 10n ** BigInt(length)) * (isNegative ? -1n : 1n);
        const text = cellText(field("DEC", "P", length, decimals), scaledText(scaled, decimals));
        expect(text).toHaveLength(length);
        if (text.startsWith("*")) return;
        const back = text.trim();
        const signedText = back.endsWith("-") ? `-${back.slice(0, -1)}` : back;
        expect(parseScaled(signedText, decimals)).toBe(scaled);
      }),
    );
  });

  it("gives integers their width of 3, 5 and 10, without a sign place at ten digits", () => {
    expect(cellText(field("INT1", "b", 3), "7")).toBe(" 7 ");
    expect(cellText(field("INT2", "s", 5), "-12")).toBe("  12-");
    expect(cellText(field("INT4", "I", 10), "2147483647")).toBe("2147483647");
    expect(cellText(field("INT4", "I", 10), "-2147483647")).toBe("*47483647-");
  });
});

describe("other types in WA", () => {
  it("pads text, keeps leading zeros and initial dates, and cuts RAW to half of its digits", () => {
    expect(cellText(field("CHAR", "C", 10), "SAP SE")).toBe("SAP SE    ");
    expect(cellText(field("NUMC", "N", 10), "0000001000")).toBe("0000001000");
    expect(cellText(field("DATS", "D", 8), "00000000")).toBe("00000000");
    expect(cellText(field("DATS", "D", 8), "20201364")).toBe("20201364");
    expect(cellText(field("RAW", "X", 16), "CE112233445566778899AABBCCDDEEFF")).toBe("CE11223344556677");
  });

  it("has an initial value of the right width for every field of the dictionary", () => {
    const fields = tableNames().flatMap((name) => fieldsOf(name) ?? []);
    const readable = fields.filter((each) => !["FLTP", "STRG", "RSTR"].includes(each.dataType));
    expect(readable.length).toBeGreaterThan(700);
    for (const each of readable) {
      const text = cellText(each, initialValue(each));
      expect(text).toHaveLength(each.length);
      // ECC's own PEINH or DEC 3 fields show a zero with its sign place; nothing initial may be a star.
      expect(text).not.toContain("*");
      if (isNumeric(each)) expect(text.trim()).toMatch(/^0(\.0+)?$/);
    }
  });
});
