import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentedQuota, leastDurationMs, leastWrites } from "./budget.ts";

describe("calls of a load", () => {
  it("counts headers per project, lines per contract, and both states of a part", () => {
    expect(
      leastWrites({
        vendors: 2_001,
        projectVendors: 7,
        budgetCodes: 4,
        contractsByProject: [
          { contracts: 1_000, approved: 900 },
          { contracts: 3, approved: 0 },
        ],
        contractsInCurrency: 2,
        linesByContract: [1, 1_000, 1_001, 0],
        changeOrderWrites: 5,
        requisitions: 9,
        directCostsByProject: [{ directCosts: 40, lines: 1_200 }],
      }),
    ).toEqual({
      vendors: 3,
      projectVendors: 7,
      budgetCodes: 4,
      contracts: 5,
      contractLines: 4,
      changeOrders: 5,
      directCosts: 2,
      directCostLines: 3,
      requisitions: 9,
      total: 42,
    });
    expect(leastWrites({}).total).toBe(0);
  });
});

describe("their time at a quota", () => {
  it.each([
    [0, 0],
    [25, 0],
    [26, 10_000],
    [600, 230_000],
    [601, 3_600_000],
    [1_201, 7_200_000],
  ])("%i calls take at least %i ms at the documented quota", (calls, durationMs) => {
    expect(leastDurationMs(calls)).toBe(durationMs);
  });

  it("never falls as calls grow, nor rises with the quota", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 500 }), (calls, more) => {
        expect(leastDurationMs(calls + more)).toBeGreaterThanOrEqual(leastDurationMs(calls));
        const larger = { hourly: documentedQuota.hourly * 2, spike: documentedQuota.spike * 2 };
        expect(leastDurationMs(calls, larger)).toBeLessThanOrEqual(leastDurationMs(calls));
      }),
    );
  });
});
