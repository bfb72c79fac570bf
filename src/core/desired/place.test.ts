import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPlace } from "./place.ts";

const none = { countries: {}, regions: {} };

describe("a place", () => {
  it.each([
    ["US", "MA", { country: "US", state: "MA" }],
    ["AU", "NSW", { country: "AU", state: "NSW" }],
    ["CA", "QC", { country: "CA", state: "QC" }],
    ["DE", "09", { country: "DE", state: "BY" }],
    ["JP", "13", { country: "JP", state: "13" }],
    ["GB", "", { country: "GB" }],
    ["", "", {}],
  ])("%s %s is told", (country, region, expected) => {
    expect(readPlace({ country, region }, none)).toEqual({ ...expected, leftOut: [] });
  });

  it.each([
    ["US", "ZZ", { country: "US" }, ['region "ZZ" of US']],
    ["DE", "BY", { country: "DE" }, ['region "BY" of DE']],
    ["GB", "KE", { country: "GB" }, ['region "KE" of GB']],
    ["US", "constructor", { country: "US" }, ['region "constructor" of US']],
    ["UK", "KE", {}, ['country "UK", which is no ISO code', 'region "KE" of UK']],
    ["USA", "", {}, ['country "USA", which is no ISO code']],
    ["", "MA", {}, ['region "MA" without a country']],
  ])("%s %s is not guessed, and what is left out is said", (country, region, expected, leftOut) => {
    expect(readPlace({ country, region }, none)).toEqual({ ...expected, leftOut });
  });

  it("follows the customer's own keys first", () => {
    const settings = { countries: { UK: "GB" }, regions: { GB: { KE: "KEN" }, US: { MA: "NH" } } };
    expect(readPlace({ country: "UK", region: "KE" }, settings)).toEqual({ country: "GB", state: "KEN", leftOut: [] });
    expect(readPlace({ country: "US", region: "MA" }, settings).state).toBe("NH");
  });

  it("never has a state without a country, nor one of several words", () => {
    const key = fc.stringMatching(/^[A-Z0-9]{0,3}$/);
    fc.assert(
      fc.property(key, key, (country, region) => {
        const place = readPlace({ country, region }, none);
        if (place.state !== undefined) expect(place.country).toMatch(/^[A-Z]{2}$/);
        const isTold = (region === "" || place.state !== undefined) && (country === "" || place.country !== undefined);
        expect(place.leftOut.length === 0).toBe(isTold);
      }),
    );
  });
});
