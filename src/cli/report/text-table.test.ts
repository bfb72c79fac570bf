import { describe, expect, it } from "vitest";
import { groupDigits, paintWith, renderTable } from "./text-table.ts";

const columns = [
  { title: "flow", align: "left" },
  { title: "SAP", align: "right" },
] as const;

describe("a table", () => {
  it("sets words left and numbers right", () => {
    const rows = [
      ["vendors", "1"],
      ["costs", "1,000.00"],
    ];
    expect(renderTable(columns, rows, paintWith(false))).toEqual([
      "  flow          SAP",
      "  vendors         1",
      "  costs    1,000.00",
    ]);
  });

  it("aligns the same with colours as without", () => {
    const rows = [[{ text: "vendors", style: "good" } as const, { text: "12", style: "bad" } as const]];
    const plain = renderTable(columns, rows, paintWith(false));
    const coloured = renderTable(columns, rows, paintWith(true));
    const bare = (line: string) => line.split("\u001b").map((part) => part.replace(/^\[\d+m/, ""));
    expect(coloured.map((line) => bare(line).join(""))).toEqual(plain);
    expect(coloured[1]).toContain("\u001b[31m12\u001b[0m");
  });
});

describe("digits", () => {
  it.each([
    ["0", "0"],
    ["999", "999"],
    ["1000", "1,000"],
    ["-1234567.80", "-1,234,567.80"],
    ["123.4567", "123.4567"],
    ["-100", "-100"],
  ])("%s stands as %s", (text, grouped) => expect(groupDigits(text)).toBe(grouped));
});
