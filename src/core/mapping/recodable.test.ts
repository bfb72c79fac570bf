import { describe, expect, it } from "vitest";
import type { SapDate } from "../sap-date.ts";
import { compileMapping } from "./compile.ts";
import { readMappingRule } from "./read-rule.ts";
import { recodable, type StandingLine } from "./recodable.ts";

const mapping = (() => {
  const rules = [
    ["1000", "NEW"],
    ["2000", "OLD"],
  ].map(([object = "", project = ""]) => {
    const rule = readMappingRule(`to ${project}`, {
      object_type: "cost-center",
      object,
      project,
      cost_code: "1",
      cost_type: "M",
    });
    if (!rule.ok) throw new Error(JSON.stringify(rule.error));
    return rule.value;
  });
  const compiled = compileMapping(rules);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
})();

const line = (key: number, object: string, change: Partial<StandingLine<number>> = {}): StandingLine<number> => ({
  key,
  query: {
    companyCode: "1000",
    objectKind: "cost-center",
    object: object.padStart(10, "0"),
    account: "0000400000",
    materialGroup: "",
    date: "20260315" as SapDate,
  },
  period: "2026.003",
  currency: "USD",
  minor: 100n,
  place: { project: "OLD", budgetCode: "1.M" },
  ...change,
});

const standing = [
  line(1, "1000"),
  line(2, "1000", { minor: -30n, period: "2026.004" }),
  // Where it stands is where the rules put it.
  line(3, "2000"),
  line(4, "1000", { obstacle: "edited-in-procore" }),
  line(5, "9999", { minor: 7n }),
];

describe("recodable", () => {
  it("moves what is posted elsewhere than a rule of today puts it, and says of the rest why it stays", () => {
    const found = recodable(mapping, standing);
    expect(found.lines.map(({ key, to }) => [key, to.project])).toEqual([
      [1, "NEW"],
      [2, "NEW"],
    ]);
    expect(found.moves.map(({ period, minor, isPosted, rules }) => [period, minor, isPosted, rules])).toEqual([
      ["2026.003", 100n, true, ["to NEW"]],
      ["2026.004", -30n, true, ["to NEW"]],
    ]);
    expect(found.left).toEqual([
      { why: "edited-in-procore", currency: "USD", lines: 1, minor: 100n },
      { why: "no rule places it any more", currency: "USD", lines: 1, minor: 7n },
    ]);
  });

  it.each([
    ["a period and later ones", { fromPeriod: "2026.004" }, [2]],
    ["a project, on either side", { project: "NEW" }, [1, 2]],
    ["the project that is left", { project: "OLD" }, [1, 2]],
    ["another project", { project: "ELSEWHERE" }, []],
    ["a rule", { rule: "to NEW" }, [1, 2]],
    ["another rule", { rule: "to OLD" }, []],
  ])("takes only %s where that is chosen", (_name, choice, keys) => {
    expect(recodable(mapping, standing, choice).lines.map(({ key }) => key)).toEqual(keys);
  });
});
