import { describe, expect, it } from "vitest";
import { createMapping, type MappingQuery, type MappingRule, mappingCsv } from "./mapping.ts";

const rule = (facts: Partial<MappingRule>): MappingRule => ({
  objectType: "cost-center",
  object: "4711",
  project: "P1",
  costCode: "01-100",
  costType: "O",
  ...facts,
});
const query: MappingQuery = {
  companyCode: "1000",
  objectType: "cost-center",
  object: "0000004711",
  account: "0000400000",
  materialGroup: "STEEL",
  day: "20260315",
};

describe("the mapping", () => {
  it("knows a key in both of its spellings", () => {
    expect(createMapping([rule({})])(query)?.project).toBe("P1");
    expect(createMapping([rule({ object: "0000004711", account: "400000" })])(query)?.project).toBe("P1");
    expect(createMapping([rule({ object: "4712" })])(query)).toBeUndefined();
  });

  it("prefers account over material group over company code, and object over all", () => {
    const inOrder = [
      rule({ project: "object and account", account: "400000" }),
      rule({ project: "object and group", materialGroup: "STEEL", companyCode: "1000" }),
      rule({ project: "object and company", companyCode: "1000" }),
      rule({ project: "object" }),
      rule({ project: "account alone", object: "", account: "400000", materialGroup: "STEEL", companyCode: "1000" }),
    ];
    for (let from = 0; from < inOrder.length; from += 1) {
      const left = inOrder.slice(from);
      expect(createMapping(left)(query)?.project).toBe(left[0]?.project);
      expect(createMapping(left.toReversed())(query)?.project).toBe(left[0]?.project);
    }
  });

  it("holds from the first to the last day, both included", () => {
    const mapping = createMapping([
      rule({ project: "old", validTo: "2026-03-14" }),
      rule({ project: "new", validFrom: "2026-03-15", validTo: "2026-03-15" }),
    ]);
    const on = (day: string) => mapping({ ...query, day })?.project;
    expect([on("20260314"), on("20260315"), on("20260316")]).toEqual(["old", "new", undefined]);
  });

  it("names a tie instead of settling it", () => {
    expect(() => createMapping([rule({}), rule({ project: "P2" })])(query)).toThrow("tie for cost-center 0000004711");
  });

  it("is written with one line a rule and quotes where they are needed", () => {
    const [head, first] = mappingCsv([rule({ object: 'A,"B"' })]).split("\n");
    expect(head).toBe("company_code,object_type,object,account,material_group,valid_from,valid_to,project,cost_code,cost_type");
    expect(first).toBe(',cost-center,"A,""B""",,,,,P1,01-100,O');
  });
});
