import fc from "fast-check";
import { expect, it } from "vitest";
import { createLineReader } from "./line-reader.ts";

function readAll(chunks: readonly Uint8Array[], lineBytesMax = 1_000_000) {
  const seen: string[] = [];
  const events = {
    line: (text: string) => seen.push(`line ${text}`),
    tooLong: (beginning: string) => seen.push(`long ${beginning.slice(0, 10)}`),
    broken: (detail: string) => seen.push(`broken ${detail}`),
  };
  const reader = createLineReader({ lineBytesMax, events });
  for (const chunk of chunks) reader.push(chunk);
  return seen;
}

it("gives the same lines however the bytes are cut, characters of several bytes too", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", " "))),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const chunks: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const length = cuts[turn % cuts.length] ?? 1;
          chunks.push(bytes.subarray(at, at + length));
          at += length;
        }
        expect(readAll(chunks)).toEqual(lines.map((line) => `line ${line.toWellFormed()}`));
      },
    ),
  );
});

it("holds no more than the limit of a line, tells its beginning, and goes on with the next one", () => {
  const long = Buffer.alloc(50, "x");
  expect(readAll([long, long, Buffer.from("\nshort\n")], 60)).toEqual(["long xxxxxxxxxx", "line short"]);
  expect(readAll([Buffer.from(`${"y".repeat(60)}\n`)], 60)).toEqual([`line ${"y".repeat(60)}`]);
});

it("says so where it is not UTF-8, and keeps a line without its end to itself", () => {
  expect(readAll([Buffer.from([0xff, 0xfe, 10])])).toEqual(["broken wrote a line that is not UTF-8"]);
  expect(readAll([Buffer.from("half")])).toEqual([]);
});
