import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowTextsOf } from "./row-texts.ts";
import { areKeysUnique } from "./unique-keys.ts";

const lines = fc.array(fc.stringMatching(/^[ab ]{0,7}$/), { maxLength: 12 });

describe("keys of lines", () => {
  it("are unique when no two are the same, whatever stands around them and whichever blanks were lost", () => {
    let unique = 0;
    fc.assert(
      fc.property(lines, fc.nat(2), fc.integer({ min: 1, max: 4 }), (texts, from, length) => {
        const keys = texts.map((text) => text.padEnd(from + length).slice(from, from + length));
        const expected = new Set(keys).size === keys.length;
        if (expected && keys.length > 2) unique += 1;
        expect(areKeysUnique(rowTextsOf(texts), { from, to: from + length })).toBe(expected);
        // The same lines as one piece of an answer: what stands behind a line is the next one's.
        const ends = texts.map((_, at) => texts.slice(0, at + 1).join("").length);
        const spans = ends.flatMap((end, at) => [ends[at - 1] ?? 0, end]);
        const whole = { blocks: [{ text: texts.join(""), spans }], count: texts.length, isTextMissing: false };
        expect(areKeysUnique(whole, { from, to: from + length })).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
    expect(unique).toBeGreaterThan(20);
  });

  it("are told apart though their hashes are the same", () => {
    // Known to be the same in 32 bits of FNV-1a.
    const same = ["declinate", "macallums"];
    expect(areKeysUnique(rowTextsOf(same), { from: 0, to: 9 })).toBe(true);
    expect(areKeysUnique(rowTextsOf([...same, "declinate"]), { from: 0, to: 9 })).toBe(false);
  });

  it("are looked at in all rows, and not at all where there are none", () => {
    const many = Array.from({ length: 20_000 }, (_, at) => String(at).padStart(10, "0"));
    expect(areKeysUnique(rowTextsOf(many), { from: 0, to: 10 })).toBe(true);
    expect(areKeysUnique(rowTextsOf([...many, "0000000000"]), { from: 0, to: 10 })).toBe(false);
    expect(areKeysUnique(rowTextsOf([]), { from: 0, to: 10 })).toBe(true);
  });
});
