import { describe, expect, it } from "vitest";
import { budgetCodeText } from "../mapping/index.ts";
import { type BudgetSegment, combineBudgetCode, isPartOf, type SegmentItem } from "./budget-code.ts";

const item = (id: number, code: string, change: Partial<SegmentItem> = {}): SegmentItem => ({
  id,
  code,
  pathCode: code,
  isActive: true,
  ...change,
});
const segment = (id: number, type: string, items: readonly SegmentItem[], isRequired = true): BudgetSegment => ({
  id,
  type,
  name: type.toUpperCase(),
  isRequired,
  items,
});
const costCodes = segment(11, "cost_code", [item(1, "03"), item(2, "100", { pathCode: "03-100" })]);
const types = segment(12, "line_item_type", [item(1, "M"), item(2, "E", { isActive: false })]);
const key = { costCode: "03-100", costType: "M" };
const said = (...ask: Parameters<typeof combineBudgetCode>) => {
  const combined = combineBudgetCode(...ask);
  return combined.ok ? combined.value.map((choice) => `${choice.segment_id}:${choice.segment_item_id}`) : combined.error;
};

describe("a budget code's combination", () => {
  it("is of the cost code with its parents, and the cost type", () => {
    expect(said(key, [costCodes, types])).toEqual(["11:2", "12:1"]);
    expect(budgetCodeText(key)).toBe("03-100.M");
    expect(budgetCodeText({ ...key, subJob: "A" })).toBe("A.03-100.M");
  });

  it("has no part by a code that stands under another parent", () => {
    expect(said({ costCode: "100", costType: "M" }, [costCodes, types])).toBe("cost code 100");
    const withoutPaths = segment(11, "cost_code", [item(2, "100", { pathCode: null })]);
    expect(said({ costCode: "100", costType: "M" }, [withoutPaths, types])).toEqual(["11:2", "12:1"]);
  });

  it("names what is missing, out of use, or there twice", () => {
    expect(said({ costCode: "09", costType: "M" }, [costCodes, types])).toBe("cost code 09");
    expect(said({ costCode: "03", costType: "X" }, [costCodes, types])).toBe("cost type X");
    expect(said({ costCode: "09", costType: "X" }, [costCodes, types])).toBe("cost code 09 and cost type X");
    expect(said({ costCode: "03", costType: "E" }, [costCodes, types])).toBe("an active cost type E");
    const twice = segment(11, "cost_code", [item(1, "03"), item(2, "03")]);
    expect(said({ costCode: "03", costType: "M" }, [twice, types])).toBe("only one cost code 03");
    const oneActive = segment(11, "cost_code", [item(1, "03", { isActive: false }), item(2, "03")]);
    expect(said({ costCode: "03", costType: "M" }, [oneActive, types])).toEqual(["11:2", "12:1"]);
    expect(said(key, [costCodes])).toBe("cost type M");
  });

  it("is people's where the project demands a segment that no rule names", () => {
    const region = segment(20, "custom", []);
    expect(said(key, [costCodes, types, region])).toBe("a budget code that people make, since the segment CUSTOM is required");
    expect(said(key, [costCodes, types, { ...region, isRequired: false }])).toEqual(["11:2", "12:1"]);
    const jobs = segment(10, "sub_job", [item(7, "A")]);
    expect(said(key, [jobs, costCodes, types])).toBe("a budget code that people make, since the sub job is required");
    expect(said({ ...key, subJob: "A" }, [jobs, costCodes, types])).toEqual(["10:7", "11:2", "12:1"]);
    expect(said({ ...key, subJob: "B" }, [jobs, costCodes, types])).toBe("sub job B");
    expect(said({ ...key, subJob: "A", costCode: "09" }, [jobs, costCodes, types])).toBe("cost code 09 of sub job A");
  });

  it("reads only the segments that it has a part in", () => {
    expect(["sub_job", "cost_code", "line_item_type", "custom"].filter((type) => isPartOf(key, { type }))).toEqual([
      "cost_code",
      "line_item_type",
    ]);
  });
});
