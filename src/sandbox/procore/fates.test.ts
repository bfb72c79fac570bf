import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dealFates, distort, readBulk } from "./fates.ts";

const counts = { refused: fc.nat(5), lost: fc.nat(5), hidden: fc.nat(5), duplicated: fc.nat(5), foreign: fc.nat(5) };

describe("fates", () => {
  it("are dealt as ordered, one to a row, as far as the rows go, and the same for the same seed", () => {
    fc.assert(
      fc.property(fc.record({ seed: fc.nat(), ...counts }), fc.nat(40), (weather, count) => {
        const fates = dealFates(weather, count);
        expect(fates).toHaveLength(count);
        expect(dealFates(weather, count)).toEqual(fates);
        let left = count;
        for (const fate of ["refused", "lost", "hidden", "duplicated", "foreign"] as const) {
          const expected = Math.min(weather[fate], left);
          expect(fates.filter((one) => one === fate)).toHaveLength(expected);
          left -= expected;
        }
        expect(fates.filter((one) => one === "done")).toHaveLength(left);
      }),
    );
  });

  it("do not favour the first rows", () => {
    const hits = new Set<number>();
    for (let seed = 0; seed < 200; seed += 1) {
      const fates = dealFates({ seed, refused: 1, lost: 0, hidden: 0, duplicated: 0, foreign: 0 }, 10);
      hits.add(fates.indexOf("refused"));
    }
    expect(hits.size).toBe(10);
  });

  it("in calm weather are all well", () => {
    expect(dealFates(undefined, 2)).toEqual(["done", "done"]);
    expect(readBulk({})).toEqual({ seed: 0, refused: 0, lost: 0, hidden: 0, duplicated: 0, foreign: 0 });
    expect(readBulk({ hidden: -1 })).toContain('"hidden"');
  });

  it("show an entity not at all, once, twice, or with another's key", () => {
    const entity = { id: 1, origin_id: "A" };
    expect(distort(entity, "hidden")).toEqual([]);
    expect(distort(entity, "done")).toEqual([entity]);
    expect(distort(entity, "duplicated")).toEqual([entity, entity]);
    expect(distort(entity, "foreign")).toEqual([{ id: 1, origin_id: "foreign-A" }]);
  });
});
