import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isEqual,
  multiply,
  parseDecimal,
  percentOf,
  roundTo,
  showDecimal,
  showFixed,
  showTotal,
  takePercent,
  toTotal,
} from "./decimal.ts";

const read = (text: string) => {
  const value = parseDecimal(text);
  if (value === undefined) throw new Error(`not a decimal: ${text}`);
  return value;
};

describe("decimals", () => {
  it.each([
    ["1000", "1000.0"],
    ["1250.40", "1250.4"],
    ["-0.05", "-0.05"],
    [".5", "0.5"],
    ["1e3", "1000.0"],
    ["12.5e-3", "0.0125"],
    ["-0", "0.0"],
  ])("shows %s as %s", (text, shown) => expect(showDecimal(read(text))).toBe(shown));

  it.each(["", ".", "1,5", "1.2.3", "abc", "0x10", "NaN", "1e999"])("refuses %j", (text) =>
    expect(parseDecimal(text)).toBeUndefined(),
  );

  it("rounds half away from zero", () => {
    expect(showDecimal(roundTo(read("0.125"), 2))).toBe("0.13");
    expect(showDecimal(roundTo(read("-0.125"), 2))).toBe("-0.13");
    expect(showDecimal(roundTo(read("0.1249"), 2))).toBe("0.12");
  });

  it("multiplies where floats go wrong", () => {
    expect(isEqual(multiply(read("1.1"), read("3")), read("3.3"))).toBe(true);
    expect(showDecimal(multiply(read("1.005"), read("1000")))).toBe("1005.0");
  });

  it("sums cents exactly and shows what it read", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(-(10n ** 15n), 10n ** 15n), { maxLength: 50 }), (cents) => {
        const texts = cents.map((digits) => showDecimal({ digits, scale: 2 }));
        const sum = texts.reduce((total, text) => total + toTotal(text), 0n);
        const expected = cents.reduce((total, one) => total + one, 0n);
        expect(showTotal(sum)).toBe(showDecimal({ digits: expected, scale: 2 }));
      }),
    );
  });
});

describe("money of a fixed number of places", () => {
  const cents = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });

  it("shows every place, and is the same amount again", () => {
    fc.assert(
      fc.property(cents, (value) => {
        const shown = showFixed(value * 1_000_000n, 2);
        expect(shown).toMatch(/^-?\d+\.\d{2}$/);
        expect(toTotal(shown)).toBe(value * 1_000_000n);
      }),
    );
    expect(showFixed(toTotal("-0.005"), 2)).toBe("-0.01");
    expect(showFixed(toTotal("3.3333"), 4)).toBe("3.3333");
    expect(showFixed(0n, 2)).toBe("0.00");
  });

  it("takes percentages half away from zero, and finds them again", () => {
    expect(takePercent(toTotal("100.05"), toTotal("10"), 2)).toBe(toTotal("10.01"));
    expect(takePercent(toTotal("-100.05"), toTotal("10"), 2)).toBe(toTotal("-10.01"));
    expect(takePercent(toTotal("333.33"), toTotal("7.5"), 2)).toBe(toTotal("25"));
    expect(percentOf(toTotal("1"), 0n)).toBe(0n);
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: 0, max: 100 }), (units, percent) => {
        const whole = units * 10n ** 8n;
        expect(percentOf((whole / 100n) * BigInt(percent), whole)).toBe(BigInt(percent) * 10n ** 8n);
      }),
    );
  });
});
