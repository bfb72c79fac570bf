import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareNames, editDistance, type Likeness, readCompanyName } from "./company-name.ts";

function likeness(left: string, right: string): Likeness {
  const [a, b] = [readCompanyName(left), readCompanyName(right)];
  if (!a || !b) throw new Error(`no name in "${left}" or "${right}"`);
  return compareNames(a, b);
}

describe("company names", () => {
  it.each<[string, string, Likeness]>([
    ["Twin Peaks Concrete Inc.", "TWIN  peaks concrete, INC", "same"],
    ["Lehmann Stahlbau GmbH & Co. KG", "Lehmann Stahlbau G.m.b.H. und Co KG", "same"],
    ["Smith Plumbing, L.L.C.", "Smith Plumbing LLC", "same"],
    ["The Harbor Company", "Harbor Co.", "same"],
    ["Müller Bau", "Mueller Bau", "same"],
    ["Müller Bau", "Muller Bau", "same"],
    ["Łódź Kræft", "Lodz Kraeft", "same"],
    ["Tri-State Paving", "Tristate Paving", "same"],
    ["O'Brien & Sons", "OBrien and Sons", "same"],
    ["株式会社鈴木建設", "鈴木建設 株式会社", "same"],
    ["株式会社鈴木建設", "鈴木建設", "same-without-form"],
    ["Smith Plumbing Inc.", "Smith Plumbing", "same-without-form"],
    ["Smith Plumbing Inc.", "Smith Plumbing LLC", "same-other-form"],
    ["Concrete Summit Co.", "Summit Concrete Co.", "other-order"],
    ["Lehman Stahlbau", "Lehmann Stahlbau", "almost"],
    ["Hamre Tiefabu", "Hamre Tiefbau", "almost"],
    ["Lehmann Stahlbau", "Lehmann Stahlbau Berlin", "begins"],
    ["Hall 2 Builders", "Hall 3 Builders", "unlike"],
    ["Vendor 0000100001", "Vendor 0000100003", "unlike"],
    ["Summit Paving", "Summit Roofing", "unlike"],
    ["Mesa Paving", "Maple Paving", "unlike"],
    ["ガス工業", "カス工業", "unlike"],
  ])("%s and %s are %s", (left, right, expected) => {
    expect(likeness(left, right)).toBe(expected);
    expect(likeness(right, left)).toBe(expected);
  });

  it("keeps a name of nothing but legal forms, and says when nothing is left", () => {
    expect(readCompanyName("Co. Ltd.")?.words).toEqual(["co"]);
    expect(readCompanyName("株式会社")?.words).toEqual(["株式会社"]);
    expect(readCompanyName(" -- ")).toBeUndefined();
    expect(readCompanyName("")).toBeUndefined();
  });

  it("is one name with itself, however blanks, case and stops are written", () => {
    const name = fc.stringMatching(/^[A-Za-zÄÖÜäöüß][A-Za-zÄÖÜäöüß ]{0,30}$/);
    fc.assert(
      fc.property(name, (text) => {
        expect(likeness(text, `  ${text.toUpperCase().replaceAll(" ", "  ")} `)).toBe("same");
      }),
    );
  });

  it("throws at no text", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => void readCompanyName(text)));
  });
});

describe("the distance", () => {
  it("counts a swap of neighbours once, and never more than one above its limit", () => {
    expect(editDistance("abu", "aub", 2)).toBe(1);
    expect(editDistance("lehman", "lehmann", 2)).toBe(1);
    expect(editDistance("kitten", "sitting", 5)).toBe(3);
    expect(editDistance("aaaa", "bbbb", 2)).toBe(3);
    expect(editDistance("a", "abcdef", 2)).toBe(3);
  });

  it("is the same both ways", () => {
    const word = fc.stringMatching(/^[a-d]{0,7}$/);
    fc.assert(
      fc.property(word, word, (left, right) => {
        expect(editDistance(left, right, 7)).toBe(editDistance(right, left, 7));
      }),
    );
  });
});
