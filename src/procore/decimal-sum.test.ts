import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sumDecimals } from "./decimal-sum.ts";

const textOf = (units: bigint, digits: number) => {
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, "0");
  const shown = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return units < 0n ? `-${shown}` : shown;
};

describe("decimal texts", () => {
  it.each([
    [[], "0"],
    [["0.1", "0.2"], "0.3"],
    [["-0.05", "0.04"], "-0.01"],
    [["1", "-1.00"], "0.00"],
    [["-0.5", "-0.25"], "-0.75"],
    [["9007199254740993", "0.01"], "9007199254740993.01"],
  ])("%j add up to %s", (texts, total) => {
    expect(sumDecimals(texts)).toBe(total);
  });

  it("add up exactly, whatever their signs and decimals", () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(4));
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 1, maxLength: 8 }), (given) => {
        const units = given.reduce((sum, [value, digits]) => sum + value * 10n ** BigInt(4 - digits), 0n);
        const total = sumDecimals([...given.map(([value, digits]) => textOf(value, digits)), "0.0000"]);
        expect(total).toBe(textOf(units, 4));
      }),
    );
  });
});
