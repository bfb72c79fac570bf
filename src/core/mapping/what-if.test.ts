import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SapDate } from "../sap-date.ts";
import { compileMapping } from "./compile.ts";
import { readMappingRule } from "./read-rule.ts";
import { type WhatIfLine, whatIf } from "./what-if.ts";

const mappingOf = (...rules: readonly (readonly [object: string, project: string, type?: string])[]) => {
  const read = rules.map(([object, project, type = "M"]) => {
    const rule = readMappingRule(`${object} to ${project}`, {
      object_type: "cost-center",
      object,
      project,
      cost_code: "1",
      cost_type: type,
    });
    if (!rule.ok) throw new Error(JSON.stringify(rule.error));
    return rule.value;
  });
  const compiled = compileMapping(read);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
};

const line = (object: number, minor: bigint, change: Partial<WhatIfLine> = {}): WhatIfLine => ({
  query: {
    companyCode: "1000",
    objectKind: "cost-center",
    object: String(object).padStart(10, "0"),
    account: "0000400000",
    materialGroup: "",
    date: "20260315" as SapDate,
  },
  period: "2026.003",
  currency: "USD",
  lines: 1,
  minor,
  ...change,
});

const before = mappingOf(["1", "A"], ["2", "A"]);
const after = mappingOf(["1", "A"], ["2", "B"], ["3", "B"]);
const told = (lines: readonly WhatIfLine[]) =>
  whatIf(before, after, lines).moves.map(
    ({ from, to, minor, isPosted, period }) =>
      `${from.project || "-"} > ${to.project || "-"} ${minor} ${period}${isPosted ? " posted" : ""}`,
  );

describe("what other rules would move", () => {
  it("is each line from where it is to where they lead, by period, the largest first", () => {
    const lines = [line(1, 5n), line(2, 7n), line(2, -2n), line(2, 9n, { period: "2026.004" }), line(3, 1n), line(4, 3n)];
    expect(told(lines)).toEqual(["A > B 9 2026.004", "A > B 5 2026.003", "- > B 1 2026.003"]);
    expect(whatIf(before, after, lines)).toMatchObject({
      staying: 2,
      moves: [{ rules: ["2 to B"], lines: 1 }, { lines: 2 }, { lines: 1 }],
    });
  });

  it("takes what is posted from where it was posted, whatever the rules of today say", () => {
    const posted = { project: "B", budgetCode: "1.M" };
    expect(told([line(2, 7n, { posted }), line(1, 4n, { posted })])).toEqual(["B > A 4 2026.003 posted"]);
    expect(told([line(4, 4n, { posted })])).toEqual(["B > - 4 2026.003 posted"]);
  });

  it("moves nothing where nothing changes, and never makes or loses a cent", () => {
    const anyLine = fc
      .record({
        object: fc.integer({ min: 1, max: 5 }),
        minor: fc.bigInt({ min: -999n, max: 999n }),
        currency: fc.constantFrom("USD", "JPY"),
      })
      .map(({ object, minor, currency }) => line(object, minor, { currency }));
    fc.assert(
      fc.property(fc.array(anyLine), (lines) => {
        expect(whatIf(before, before, lines)).toEqual({ moves: [], staying: lines.length });
        const there = whatIf(before, after, lines);
        const back = whatIf(after, before, lines);
        expect(there.staying + there.moves.reduce((sum, each) => sum + each.lines, 0)).toBe(lines.length);
        const sum = ({ moves }: typeof there) =>
          moves.map(({ from, to, minor, currency }) => [from, to, minor, currency] as const);
        const turned = sum(back).map(([from, to, minor, currency]) => [to, from, minor, currency] as const);
        const text = (rows: readonly unknown[]) =>
          rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value))).sort();
        expect(text(turned)).toEqual(text(sum(there)));
      }),
    );
  });
});
