import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isForLane, isPlainAscii } from "./row-lane.ts";

describe("a piece of an answer", () => {
  it("is plain when each byte is a character of ASCII and none is a control character, wherever it lies in memory", () => {
    const plain = fc.array(fc.integer({ min: 0x20, max: 0x7f }), { minLength: 1, maxLength: 70 });
    const any = fc.record({ at: fc.nat(69), to: fc.integer({ min: 0, max: 0xff }) });
    const met = { plain: 0, not: 0 };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 7 }), plain, any, (before, given, { at: place, to }) => {
        const bytes = given.map((each, at) => (at === place ? to : each));
        const piece = Uint8Array.from([...before, ...bytes]).subarray(before.length);
        const expected = bytes.every((each) => each >= 0x20 && each < 0x80);
        met[expected ? "plain" : "not"] += 1;
        expect(isPlainAscii(piece)).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(met.plain, met.not)).toBeGreaterThan(100);
  });

  it("is not plain for one byte that is not, at each place and whatever stands beside it", () => {
    for (const odd of [0, 9, 10, 13, 0x1f, 0x80, 0xa0, 0xff])
      for (const other of [0x20, 0x21, 0x7f])
        for (let length = 1; length <= 40; length += 1)
          for (let at = 0; at < length; at += 1) {
            const bytes = new Uint8Array(length).fill(other);
            bytes[at] = odd;
            expect(isPlainAscii(bytes), `${odd} at ${at} of ${length}`).toBe(false);
          }
  });

  it("with the end of a CDATA section is for the parser, plain or not", () => {
    expect(isForLane("<item><WA>]]></WA></item>", true)).toBe(false);
    expect(isForLane("<item><WA>]]</WA></item>", true)).toBe(true);
  });
});
