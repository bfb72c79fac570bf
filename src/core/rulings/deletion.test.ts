import { describe, expect, it } from "vitest";
import { atOnceLimit, isInBand } from "./deletion.ts";

describe("the band of a sweep (ruling 33)", () => {
  const band = { objects: 20, percent: 10 };

  it.each([
    [1_000n, 900n, true],
    [1_000n, 899n, false],
    [1_000n, 1_100n, true],
    [1_000n, 1_101n, false],
    [50n, 30n, true],
    [50n, 29n, false],
    [50n, 70n, true],
    [50n, 71n, false],
    [0n, 20n, true],
    [0n, 21n, false],
    [20n, 0n, true],
    [21n, 0n, false],
  ])("of %s before and %s now: %s", (before, now, isIn) => {
    expect(isInBand(before, now, band)).toBe(isIn);
  });

  it("of nothing lets no difference pass", () => {
    expect(isInBand(5n, 5n, { objects: 0, percent: 0 })).toBe(true);
    expect(isInBand(5n, 4n, { objects: 0, percent: 0 })).toBe(false);
  });
});

describe("how many go without asking", () => {
  it("is the larger of a count and a share", () => {
    expect(atOnceLimit(1_000, { count: 20, percent: 1 })).toBe(20);
    expect(atOnceLimit(2_199, { count: 20, percent: 1 })).toBe(21);
    expect(atOnceLimit(2_199, { count: 0, percent: 0 })).toBe(0);
  });
});
