import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SapDate } from "../sap-date.ts";
import { compileMapping } from "./compile.ts";
import { type CoverageLine, coverage } from "./coverage.ts";
import { readMappingRule } from "./read-rule.ts";

const target = { project: "T", cost_code: "1", cost_type: "M" };
const mapping = (() => {
  const rules = [
    { object_type: "cost-center", object: "1", ...target },
    { object_type: "cost-center", object: "2..3", ...target },
    { object_type: "cost-center", object: "9", ...target },
  ].map((cells, index) => {
    const rule = readMappingRule(`r${index}`, cells);
    if (!rule.ok) throw new Error(JSON.stringify(rule.error));
    return rule.value;
  });
  const compiled = compileMapping(rules);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
})();

const line = (object: number, sizeMinor: bigint, currency = "USD", account = "400000"): CoverageLine => ({
  query: {
    companyCode: "1000",
    objectKind: "cost-center",
    object: String(object).padStart(10, "0"),
    account: account.padStart(10, "0"),
    materialGroup: "",
    date: "20260315" as SapDate,
  },
  currency,
  lines: 1,
  sizeMinor,
});

describe("coverage", () => {
  it("is told in money, by rule and by what lacks one, the largest first, currencies apart", () => {
    const found = coverage(mapping, [
      line(1, 100n),
      line(2, 500n),
      line(3, 363n),
      line(4, 7n),
      line(5, 11n),
      line(5, 19n),
      line(7, 1n, "CAD"),
    ]);
    expect(found.map(({ currency, coveredPermille }) => [currency, coveredPermille])).toEqual([
      ["CAD", 0],
      ["USD", 963],
    ]);
    expect(found[1]).toMatchObject({ lines: 6, sizeMinor: 1_000n, coveredMinor: 963n });
    expect(found[1]?.rules.map(({ name, permille }) => [name, permille])).toEqual([
      ["r1", 863],
      ["r0", 100],
    ]);
    expect(found[1]?.gaps).toEqual([
      { name: "cost-center 0000000005", lines: 2, sizeMinor: 30n, permille: 30 },
      { name: "cost-center 0000000004", lines: 1, sizeMinor: 7n, permille: 7 },
    ]);
  });

  it("never rounds up to the whole", () => {
    expect(coverage(mapping, [line(1, 1_000_000n), line(4, 1n)])[0]?.coveredPermille).toBe(999);
    expect(coverage(mapping, [line(1, 0n)])[0]?.coveredPermille).toBe(0);
    expect(coverage(mapping, [])).toEqual([]);
  });

  it("loses nothing: rules and gaps sum to what was read", () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.bigInt({ min: 0n, max: 10n ** 15n })), { minLength: 1 });
    fc.assert(
      fc.property(some, (given) => {
        const [found] = coverage(
          mapping,
          given.map(([object, size]) => line(object, size)),
        );
        const sum = [...(found?.rules ?? []), ...(found?.gaps ?? [])].reduce((total, { sizeMinor }) => total + sizeMinor, 0n);
        expect(sum).toBe(given.reduce((total, [, size]) => total + size, 0n));
      }),
    );
  });
});
