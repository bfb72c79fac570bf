import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalNumber, ExactNumber, parseExactJson, toDecimalText, writeJson } from "./exact-json.ts";

describe("numbers without floats", () => {
  it("writes decimal text digit by digit, also where a double would bend it", () => {
    expect(writeJson({ amount: decimalNumber("1250.40") })).toBe('{"amount":1250.40}');
    expect(writeJson([decimalNumber("90071992547409931.01"), decimalNumber("-0.10")])).toBe("[90071992547409931.01,-0.10]");
  });

  it.each(["1e3", "01", ".5", "5.", "+1", "", "1,5", "NaN", "0x10", "1;DROP"])("refuses %j as a number to write", (text) => {
    expect(() => decimalNumber(text)).toThrow(/no plain decimal/);
  });

  it("reads what it wrote, to the digit", () => {
    const decimal = fc
      .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.stringMatching(/^[0-9]{0,8}$/))
      .map(([isNegative, whole, fraction]) => `${isNegative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`);
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 5 }), fc.string(), (decimals, noise) => {
        const json = writeJson({ noise, list: decimals.map(decimalNumber), nested: { last: decimals.map(decimalNumber) } });
        const read = parseExactJson(json) as { noise: string; list: unknown[]; nested: { last: unknown[] } };
        expect(read.noise).toBe(noise);
        const same = (value: unknown, index: number) =>
          (toDecimalText(value) ?? "").replace(/^-0$/, "0") === decimals[index]?.replace(/^-0$/, "0");
        expect(read.list.every(same)).toBe(true);
        expect(read.nested.last.every(same)).toBe(true);
      }),
    );
  });

  it("agrees with JSON.parse on everything else", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const json = JSON.stringify(value);
        const plain = JSON.parse(json) as unknown;
        const softened = JSON.parse(
          JSON.stringify(parseExactJson(json), (_, entry) => (entry instanceof ExactNumber ? Number(entry.text) : entry)),
        );
        expect(softened).toEqual(plain);
      }),
    );
  });

  it("keeps ids as numbers and unsafe integers as text", () => {
    expect(parseExactJson('{"id":562949953421312,"big":9007199254740993}')).toEqual({
      id: 562_949_953_421_312,
      big: new ExactNumber("9007199254740993"),
    });
    expect(parseExactJson("4503599627370496.4")).toEqual(new ExactNumber("4503599627370496.4"));
    expect(parseExactJson("12.50")).toEqual(new ExactNumber("12.50"));
    expect(parseExactJson(" [ -7.1 , 3 ]")).toEqual([new ExactNumber("-7.1"), 3]);
  });
});

describe("decimal text of an answer", () => {
  it.each([
    ["1000.0", "1000.0"],
    [1000, "1000"],
    [0, "0"],
    [-0, "0"],
    [new ExactNumber("1250.40"), "1250.40"],
    [new ExactNumber("1.5e3"), "1500"],
    [new ExactNumber("-2.5E-3"), "-0.0025"],
    ["0.1e4", "1000"],
    [new ExactNumber("12e0"), "12"],
  ])("reads %j as %s", (value, expected) => {
    expect(toDecimalText(value)).toBe(expected);
  });

  it.each(["", "12,5", "abc", "1e999", null, undefined, true, 1.5, {}, [], "--1", "1.2.3"])("reads %j as no decimal", (value) => {
    expect(toDecimalText(value)).toBeUndefined();
  });

  it("shifts exponents without losing a digit", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.integer({ min: -30, max: 30 }), (digits, exponent) => {
        const text = toDecimalText(`${digits}e${exponent}`) ?? "";
        const [whole = "", fraction = ""] = text.split(".");
        const scaled = BigInt(whole + fraction) * 10n ** BigInt(30 - fraction.length);
        expect(scaled).toBe(digits * 10n ** BigInt(30 + exponent));
      }),
    );
  });
});
