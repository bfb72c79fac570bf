import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCountry, isStateOf } from "./countries.ts";
import { Refusal } from "./refusal.ts";
import { dateOf, integerOf, parseBody } from "./values.ts";

describe("a body", () => {
  it("keeps money as the client wrote it, and other numbers as numbers", () => {
    const body = parseBody(
      '{"updates":[{"id":5,"amount":12.340,"quantity":9007199254740993,"unit_cost":"7.10","manual_amount":-0.0}]}',
    );
    expect(body).toEqual({
      updates: [{ id: 5, amount: "12.340", quantity: "9007199254740993", unit_cost: "7.10", manual_amount: "-0.0" }],
    });
  });

  it("keeps any two-decimal amount exactly", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 18n), (cents) => {
        const text = `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
        expect(parseBody(`{"amount":${text}}`)).toEqual({ amount: text });
      }),
    );
  });

  it.each(["{", "[]", "null", "7", '"x"'])("that is %s is refused with 400", (text) => {
    try {
      parseBody(text);
      expect.unreachable();
    } catch (error) {
      expect(error instanceof Refusal && error.status).toBe(400);
    }
  });

  it("may be absent", () => expect(parseBody("")).toEqual({}));
});

describe("a date", () => {
  it.each([
    ["2026-02-28", "2026-02-28"],
    ["2024-02-29", "2024-02-29"],
    ["2026-02-29", null],
    ["2026-10-01T00:00:00Z", "2026-10-01"],
    ["20261001", null],
    ["01.10.2026", null],
    ["2026-1-1", null],
    ["0000-00-00", null],
    [20261001, null],
    [null, null],
  ])("%j is kept as %j", (given, kept) => expect(dateOf(given)).toBe(kept));
});

describe("an id", () => {
  it.each([
    [5, 5],
    ["562949953421315", 562_949_953_421_315],
    [5.5, undefined],
    ["5x", undefined],
    [-1, -1],
    [null, undefined],
  ])("%j reads as %j", (given, read) => expect(integerOf(given)).toBe(read));
});

describe("countries and states", () => {
  it("belong together", () => {
    expect(isCountry("DE") && isCountry("JP") && isCountry("NL")).toBe(true);
    expect(isCountry("UK") || isCountry("de") || isCountry("EU")).toBe(false);
    expect(isStateOf("US", "TX") && isStateOf("CA", "QC") && isStateOf("AU", "NSW") && isStateOf("JP", "13")).toBe(true);
    expect(isStateOf("US", "QC") || isStateOf("DE", "11") || isStateOf(null, "TX")).toBe(false);
    expect(isStateOf("NL", "NH")).toBe(true);
    expect(isStateOf("NL", "NOORD")).toBe(false);
  });
});
