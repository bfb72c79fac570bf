import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toAlpha } from "../keys.ts";
import { type MappingCells, readMappingRule } from "./read-rule.ts";

const target = { project: "TOWER", cost_code: "03-100", cost_type: "M" };
const read = (cells: MappingCells) => readMappingRule("mapping.csv:2", { object_type: "wbs", ...target, ...cells });
const ruleOf = (cells: MappingCells) => {
  const rule = read(cells);
  if (!rule.ok) throw new Error(JSON.stringify(rule.error));
  return rule.value;
};
const problemsOf = (cells: MappingCells) => {
  const rule = read(cells);
  return rule.ok ? [] : rule.error;
};

describe("a line of the mapping", () => {
  it("reads keys into SAP's inner form, each by its kind", () => {
    expect(ruleOf({ object_type: "cost-center", object: "4711", account: "400000" })).toMatchObject({
      object: { kind: "exact", value: "0000004711" },
      account: { kind: "exact", value: "0000400000" },
    });
    expect(ruleOf({ object_type: "order", object: "800123" }).object).toEqual({ kind: "exact", value: "000000800123" });
    expect(ruleOf({ object_type: "network", object: "4000001" }).object).toEqual({ kind: "exact", value: "000004000001" });
    expect(ruleOf({ object_type: "cost-center", object: "site-1" }).object).toEqual({ kind: "exact", value: "SITE-1" });
    expect(ruleOf({ object: "p-100.01.10" }).object).toEqual({ kind: "exact", value: "P-100.01.10" });
    expect(ruleOf({ object_type: "plant", object: "dl00" }).object).toEqual({ kind: "exact", value: "DL00" });
    expect(ruleOf({ object: "100" }).object).toEqual({ kind: "exact", value: "100" });
  });

  it("pads as ALPHA does, whatever the digits", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Z]{1,10}$/), (key) => {
        const expected = toAlpha(key, 10);
        expect(ruleOf({ object_type: "cost-center", object: ` ${key} ` }).object).toEqual({
          kind: "exact",
          value: expected.ok ? expected.value : "",
        });
      }),
    );
  });

  it("takes an empty or missing cell for any, and keeps dates and target", () => {
    const rule = ruleOf({ valid_from: "2026-01-01", valid_to: "", object: "" });
    expect(rule).toEqual({
      name: "mapping.csv:2",
      companyCode: { kind: "any" },
      objectKind: "wbs",
      object: { kind: "any" },
      account: { kind: "any" },
      materialGroup: { kind: "any" },
      validFrom: "20260101",
      target: { project: "TOWER", costCode: "03-100", costType: "M" },
    });
  });

  it("knows ranges and prefixes", () => {
    expect(ruleOf({ account: "400000..499999" }).account).toEqual({ kind: "range", from: "0000400000", to: "0000499999" });
    expect(ruleOf({ object: "p-100*" }).object).toEqual({ kind: "prefix", value: "P-100" });
    expect(ruleOf({ object_type: "cost-center", object: "0047*" }).object).toEqual({ kind: "prefix", value: "0047" });
  });
});

describe("a bad line is refused with column, value and remedy", () => {
  it.each([
    [{ object_type: "costcentre" }, "object_type", "costcentre", "wbs, network, order, cost-center, plant"],
    [{ object_type: "cost-center", object: "12345678901" }, "object", "12345678901", "10 characters"],
    [{ company_code: "10000" }, "company_code", "10000", "4 characters"],
    [{ account: "4..3" }, "account", "4..3", "ends before it begins"],
    [{ account: "4..A" }, "account", "4..A", "from a number to a text"],
    [{ object_type: "plant", object: "1..10" }, "object", "1..10", "different length"],
    [{ account: "4*..5" }, "account", "4*..5", "either a range or a prefix"],
    [{ account: "12345678901*" }, "account", "12345678901*", "10 characters"],
    [{ account: "4..5..6" }, "account", "4..5..6", "1000..1999"],
    [{ account: "..6" }, "account", "..6", "1000..1999"],
    [{ object: "*" }, "object", "*", "leave the cell empty"],
    [{ object: "P*1" }, "object", "P*1", "not at the end"],
    [{ object: "P**" }, "object", "P**", "not at the end"],
    [{ valid_from: "01.02.2026" }, "valid_from", "01.02.2026", "2026-01-31"],
    [{ valid_to: "2026-02-30" }, "valid_to", "2026-02-30", "no date"],
    [{ project: " " }, "project", "", "is empty"],
  ] as const)("%j", (cells, column, value, detail) => {
    expect(problemsOf(cells)).toEqual([{ column, value, detail: expect.stringContaining(detail) }]);
  });

  it("all bad cells at once", () => {
    expect(problemsOf({ object_type: "", cost_code: "", valid_to: "x" }).map(({ column }) => column)).toEqual([
      "object_type",
      "valid_to",
      "cost_code",
    ]);
  });
});
