import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reuseLeaves } from "./reuse-leaves.ts";
import { labelOf, type Slice } from "./slice.ts";

const everything: Slice = { ranges: [{ field: "EBELN" }], oneOf: [{ field: "BUKRS", values: ["1000"] }] };
const leafOf = (from?: string, below?: string): Slice => ({
  ...everything,
  ranges: [{ field: "EBELN", ...(from === undefined ? {} : { from }), ...(below === undefined ? {} : { below }) }],
});
const reuse = (slices: readonly unknown[]) =>
  reuseLeaves(
    slices.map((slice) => ({ label: "", slice })),
    "EKKO",
    everything,
  );

describe("last run's leaves", () => {
  it("are taken where they tile everything, in whatever order the hub kept them; without any of them nothing is", () => {
    const cuts = fc.uniqueArray(fc.stringMatching(/^[0-9A-Z]{1,4}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(cuts, fc.nat(), (given, turn) => {
        const sorted = given.toSorted((left, right) => (left < right ? -1 : 1));
        const leaves = [undefined, ...sorted].map((from, index) => leafOf(from, sorted[index]));
        const at = turn % leaves.length;
        const turned = [...leaves.slice(at), ...leaves.slice(0, at)];
        expect(reuse(turned)).toEqual(leaves);
        expect(reuse(leaves.toSpliced(at, 1))).toEqual([everything]);
      }),
    );
  });

  it.each<[string, readonly unknown[]]>([
    ["none", []],
    ["an overlap", [leafOf(undefined, "5"), leafOf("4")]],
    ["another field", [{ ranges: [{ field: "LIFNR" }], oneOf: everything.oneOf }]],
    ["another scope of company codes", [{ ranges: [{ field: "EBELN" }], oneOf: [] }]],
    ["a shape that is not a slice", [leafOf(undefined, "5"), { keys: [] }]],
  ])("start anew with %s", (_, leaves) => {
    expect(reuse(leaves).map((slice) => labelOf("EKKO", slice))).toEqual(["EKKO all"]);
  });
});
