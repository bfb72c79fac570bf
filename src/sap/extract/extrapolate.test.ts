import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extrapolateCuts } from "./extrapolate.ts";

const keys = (from: number, count: number, step = 3) => Array.from({ length: count }, (_, index) => String(from + index * step));

describe("cuts behind the first rows in key order", () => {
  it("carry the density on, evenly where the end is known and ever more coarsely where it is not", () => {
    const even = extrapolateCuts(keys(4_500_000_000, 1_001), { from: "4500000000", below: "4500030000" });
    expect(even?.[0]).toBe("4500002550");
    expect(even).toHaveLength(11);
    const open = extrapolateCuts(keys(4_500_000_000, 1_001), {}) ?? [];
    const gaps = open.slice(1).map((cut, at) => Number(cut) - Number(open[at]));
    expect(gaps.every((gap, at) => at === 0 || gap > (gaps[at - 1] ?? 0))).toBe(true);
    expect(Number(open.at(-1))).toBeGreaterThan(9_000_000_000);
  });

  it("are none of rows in another order, of letters, of days and times, or of one value", () => {
    expect(extrapolateCuts(keys(1_000, 9).reverse(), {})).toBeUndefined();
    expect(extrapolateCuts(["A000", "A001", "A002"], {})).toBeUndefined();
    expect(extrapolateCuts(["20260130", "20260131", "20260228"], {})).toBeUndefined();
    expect(extrapolateCuts(["17070131", "17070203"], {})).toBeUndefined();
    expect(extrapolateCuts(["120000", "130000", "141500"], {})).toBeUndefined();
    expect(extrapolateCuts(["4711", "4711"], {})).toBeUndefined();
    expect(extrapolateCuts([], {})).toBeUndefined();
  });

  it("ascend strictly, keep the width, and stay below the end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 10_000, max: 99_999 }), { minLength: 2 }),
        fc.option(fc.integer({ min: 10_000, max: 99_999 })),
        (values, below) => {
          const sorted = values.map(String).sort();
          const cuts = extrapolateCuts(sorted, below === null ? {} : { below: String(below) }) ?? [];
          expect(cuts.every((cut, at) => cut.length === 5 && cut > (cuts[at - 1] ?? sorted[0] ?? ""))).toBe(true);
          if (below !== null) expect(cuts.every((cut) => cut < String(below))).toBe(true);
        },
      ),
    );
  });
});
