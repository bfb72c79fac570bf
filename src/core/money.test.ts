import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convert, divideRounded, formatMoney, minorDigits, parseMoney, shiftByTcurx, splitByWeights, sum } from "./money.ts";

const currency = fc.constantFrom("USD", "EUR", "JPY", "KWD");
const minor = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });

describe("decimal text and minor units", () => {
  it("are each other's inverse", () => {
    fc.assert(
      fc.property(minor, currency, (value, code) => {
        const text = formatMoney({ minor: value, currency: code });
        expect(parseMoney(text, code)).toEqual({ ok: true, value: { minor: value, currency: code } });
      }),
    );
  });

  it("refuse what is no exact amount of the currency", () => {
    expect(parseMoney("12.50-", "USD")).toMatchObject({ ok: false, error: { code: "money.not-a-number" } });
    expect(parseMoney("*291847608.00", "USD")).toMatchObject({ ok: false });
    expect(parseMoney("", "USD")).toMatchObject({ ok: false });
    expect(parseMoney("12.505", "USD")).toMatchObject({ ok: false, error: { code: "money.too-precise" } });
    expect(parseMoney("12.500", "USD")).toEqual({ ok: true, value: { minor: 1250n, currency: "USD" } });
    expect(parseMoney("0.5", "JPY")).toMatchObject({ ok: false });
  });
});

describe("the TCURX shift", () => {
  it("moves the point and nothing else", () => {
    expect(shiftByTcurx("12.50", { columnDecimals: 2, currencyDecimals: 0 })).toBe("1250");
    expect(shiftByTcurx("-10.00", { columnDecimals: 2, currencyDecimals: 0 })).toBe("-1000");
    expect(shiftByTcurx("1234567.89", { columnDecimals: 2, currencyDecimals: 3 })).toBe("123456.789");
    expect(shiftByTcurx("99.99", { columnDecimals: 2, currencyDecimals: 2 })).toBe("99.99");
    expect(shiftByTcurx("9.9*", { columnDecimals: 2, currencyDecimals: 2 })).toBeUndefined();
  });

  it("keeps every digit", () => {
    fc.assert(
      fc.property(minor, fc.integer({ min: 0, max: 5 }), (value, decimals) => {
        const raw = formatMoney({ minor: value, currency: "USD" });
        const real = shiftByTcurx(raw, { columnDecimals: 2, currencyDecimals: decimals }) ?? "";
        expect(real.replace(".", "").replace(/^(-?)0+(?=\d)/, "$1")).toBe(value.toString());
      }),
    );
  });
});

describe("splitting", () => {
  it("creates and destroys nothing in any currency, for any signs, and the last share is off by half a unit for each of the others at most", () => {
    const ofEach = fc.constantFrom(["JPY", 0], ["USD", 2], ["KWD", 3]);
    const weights = fc.array(fc.bigInt({ min: -100_000n, max: 100_000n }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(minor, ofEach, weights, (value, [code, digits], shares) => {
        expect(minorDigits(String(code))).toBe(digits);
        const parts = splitByWeights({ minor: value, currency: String(code) }, shares);
        expect(parts.length).toBe(shares.length);
        expect(sum(parts, String(code)).minor).toBe(value);
        const total = shares.reduce((a, b) => a + b, 0n);
        if (total === 0n) return;
        // Twice the distance from the exact share, times the total, without a fraction.
        const off = 2n * ((parts.at(-1)?.minor ?? 0n) * total - value * (shares.at(-1) ?? 0n));
        const most = BigInt(shares.length - 1) * (total < 0n ? -total : total);
        expect(off <= most && -off <= most).toBe(true);
      }),
    );
  });

  it("never creates or destroys a minor unit", () => {
    fc.assert(
      fc.property(minor, fc.array(fc.bigInt({ min: 0n, max: 100_000n }), { minLength: 1, maxLength: 12 }), (value, weights) => {
        const parts = splitByWeights({ minor: value, currency: "USD" }, weights);
        expect(sum(parts, "USD").minor).toBe(value);
        const total = weights.reduce((a, b) => a + b, 0n);
        if (total === 0n) return;
        for (const [index, part] of parts.slice(0, -1).entries()) {
          expect(part.minor).toBe(divideRounded(value * (weights[index] ?? 0n), total));
        }
      }),
    );
  });
});

describe("conversion", () => {
  it("knows direct, indirect and the rates of the real extract", () => {
    const sar = { minor: 8_753_665_500n, currency: "SAR" };
    expect(convert(sar, "-3.74340", "USD")).toEqual({ minor: 2_338_426_431n, currency: "USD" });
    expect(convert({ minor: 100_00n, currency: "EUR" }, "0.94", "USD")).toEqual({ minor: 9400n, currency: "USD" });
    expect(convert({ minor: 100_00n, currency: "USD" }, "0.00000", "USD")).toEqual({ minor: 10_000n, currency: "USD" });
    expect(convert({ minor: 100_00n, currency: "EUR" }, "0.00000", "USD")).toBeUndefined();
    expect(convert({ minor: 1250n, currency: "JPY" }, "-100.00000", "USD")).toEqual({ minor: 1250n, currency: "USD" });
  });

  it("rounds half away from zero, alike on both sides of it", () => {
    fc.assert(
      fc.property(minor, fc.bigInt({ min: 1n, max: 10n ** 9n }), (value, divisor) => {
        expect(divideRounded(-value, divisor)).toBe(-divideRounded(value, divisor));
        const twiceError = 2n * (divideRounded(value, divisor) * divisor - value);
        expect((twiceError < 0n ? -twiceError : twiceError) <= divisor).toBe(true);
      }),
    );
    expect(divideRounded(5n, 2n)).toBe(3n);
    expect(divideRounded(-5n, 2n)).toBe(-3n);
  });

  it("keeps minor digits by ISO 4217", () => {
    expect([minorDigits("JPY"), minorDigits("KWD"), minorDigits("USD")]).toEqual([0, 3, 2]);
  });
});
