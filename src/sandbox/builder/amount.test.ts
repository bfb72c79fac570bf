import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixed, minorOf, shareOf, storedAmount, unitsOf } from "./amount.ts";

describe("decimal text", () => {
  it("keeps its units through writing and reading", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.integer({ min: 0, max: 5 }), (units, decimals) => {
        expect(unitsOf(fixed(units, decimals), decimals)).toBe(units);
      }),
    );
  });

  it("stores yen with two decimals, so that 1,250 yen read 12.50", () => {
    expect(storedAmount(1250n)).toBe("12.50");
    expect(fixed(1250n, 0)).toBe("1250");
    expect(fixed(-5n, 2)).toBe("-0.05");
  });

  it("takes an absent field for zero and refuses what is no decimal", () => {
    expect(minorOf(undefined)).toBe(0n);
    expect(() => minorOf("1.234")).toThrow('"1.234"');
    expect(() => minorOf("1,000.00")).toThrow("not a decimal");
  });
});

describe("a share", () => {
  it.each([
    [100n, 1n, 3n, 33n],
    [5n, 1n, 2n, 3n],
    [-5n, 1n, 2n, -3n],
    [1n, 1n, 3n, 0n],
    [7n, 0n, 0n, 0n],
  ])("of %s x %s / %s is %s, half away from zero", (amount, part, whole, expected) => {
    expect(shareOf(amount, part, whole)).toBe(expected);
  });

  it("is never further than half a unit from the exact quotient", () => {
    const amounts = fc.bigInt(-(10n ** 12n), 10n ** 12n);
    fc.assert(
      fc.property(amounts, fc.bigInt(0n, 1000n), fc.bigInt(1n, 1000n), (amount, part, whole) => {
        const error = 2n * (shareOf(amount, part, whole) * whole - amount * part);
        expect(error >= -whole && error <= whole).toBe(true);
      }),
    );
  });
});
