import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Canonical, canonicalText, desiredHash, fingerprint, groupId, referenceNumber, sourceHash } from "./fingerprint.ts";

const client = { systemId: "S01", client: "100" };

const value: fc.Arbitrary<Canonical> = fc.letrec<{ any: Canonical }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("any"), { maxKeys: 5 }),
  ),
})).any;

function shuffled(given: Canonical): Canonical {
  if (given === null || typeof given !== "object") return given;
  if (Array.isArray(given)) return given.map(shuffled);
  return Object.fromEntries(
    Object.entries(given)
      .reverse()
      .map(([name, field]) => [name, field === undefined ? undefined : shuffled(field)]),
  );
}

describe("fingerprints", () => {
  it("do not depend on key order", () => {
    fc.assert(
      fc.property(value, (content) => {
        expect(sourceHash(shuffled(content))).toBe(sourceHash(content));
      }),
    );
  });

  it("tell different content apart: the canonical text is JSON that leads back", () => {
    fc.assert(
      fc.property(value, (content) => {
        expect(JSON.parse(canonicalText(content))).toEqual(JSON.parse(JSON.stringify(content)));
      }),
    );
  });

  it("carry a version", () => {
    expect(fingerprint({ a: "1" }, 1)).not.toBe(fingerprint({ a: "1" }, 2));
    expect(desiredHash({ a: "1", b: undefined })).toBe(desiredHash({ a: "1" }));
  });

  it("refuse a float", () => {
    expect(() => sourceHash({ amount: 1.5 })).toThrow("no safe integer");
  });
});

describe("reference numbers", () => {
  it("are 16 characters of upper-case base32, repeatable, and change with the posting version", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 99 }), (key, version) => {
        const number = referenceNumber(client, key, version);
        expect(number).toMatch(/^[A-Z2-7]{16}$/);
        expect(referenceNumber(client, key, version)).toBe(number);
        expect(referenceNumber(client, key, version + 1)).not.toBe(number);
        expect(referenceNumber({ ...client, systemId: "S02" }, key, version)).not.toBe(number);
        expect(referenceNumber({ ...client, client: "200" }, key, version)).not.toBe(number);
      }),
    );
  });

  it("do not collide over a million keys' worth of birthdays in a sample", () => {
    const seen = new Set(Array.from({ length: 50_000 }, (_, index) => referenceNumber(client, `1000.2026.${index}`, 1)));
    expect(seen.size).toBe(50_000);
  });

  it("name groups by content", () => {
    expect(groupId({ companyCode: "1000", period: 3 })).toBe(groupId({ period: 3, companyCode: "1000" }));
    expect(groupId({ companyCode: "1000", period: 3 })).not.toBe(groupId({ companyCode: "1000", period: 4 }));
  });
});
