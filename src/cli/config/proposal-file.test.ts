import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileMapping, type MappingCells, type Proposals, readMappingRule } from "../../core/index.ts";
import { readMapping } from "./read-mapping.ts";
import { readProposalFile } from "./read-proposals.ts";
import { delimiters } from "./sheet-bytes.ts";
import { fromSheetCell, toSheetCell } from "./sheet-cell.ts";
import { proposalsCsv } from "./write-proposals.ts";

function rule(cells: MappingCells) {
  const read = readMappingRule("proposal 1", {
    object_type: "wbs",
    project: "26-1001",
    cost_code: "03-10",
    cost_type: "L",
    ...cells,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}
const proposal = (cells: MappingCells, reasons: readonly string[] = ["project: +80 same"]): Proposals["proposals"][number] => ({
  rule: rule(cells),
  points: 80,
  isSure: true,
  reasons,
  money: [{ of: "cost", currency: "USD", lines: 3, sizeMinor: 123_456n, permille: 29 }],
  cumulated: [{ of: "cost", currency: "USD", permille: 963 }],
});
const question: Proposals["questions"][number] = {
  objectKind: "cost-center",
  object: "0000100200",
  accounts: ["0000410000"],
  materialGroups: [],
  part: "project",
  why: "nothing speaks for any",
  candidates: [],
  money: [{ of: "cost", currency: "USD", lines: 1, sizeMinor: 5n }],
};
const bytes = (text: string) => new TextEncoder().encode(text);
const mark = (csv: string, word: string) =>
  csv
    .split("\r\n")
    .map((line, index) => (index > 0 && line !== "" ? `${word}${line}` : line))
    .join("\r\n");
const read = (text: string | Uint8Array) => readProposalFile("/site/marked.csv", typeof text === "string" ? bytes(text) : text);
const file = (proposals: Proposals["proposals"], delimiter = ",") => proposalsCsv({ proposals, questions: [] }, delimiter);

describe("a cell for a spreadsheet", () => {
  it.each([
    "03-10",
    "26-1001",
    "1.2",
    "0815",
    "800001000012",
    "1E5",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "MAR-10",
    "'03",
    "Mrz 03",
    "SEPT1",
    "1/2",
  ])("keeps %j as a text", (text) => {
    expect(toSheetCell(text)).toBe(`'${text}`);
  });

  it.each(["wbs", "cost-center", "L", "410000", "0", "41*", "P-1001-03*", ""])("leaves %j as it is", (text) => {
    expect(toSheetCell(text)).toBe(text);
  });

  it("comes back whatever it is, and as a person typed it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => fromSheetCell(toSheetCell(text)) === text || text !== text.trim()),
    );
    expect(fromSheetCell(" 03-10 ")).toBe("03-10");
  });
});

describe("a file of proposals", () => {
  const cells: MappingCells = { object: "P-1001-03*", account: "41*" };

  it("is refused as a mapping, whatever is marked in it", () => {
    for (const word of ["", "yes"])
      expect(() => readMapping("proposals.csv", mark(file([proposal(cells)]), word))).toThrow(
        expect.objectContaining({ code: "mapping.invalid" }),
      );
  });

  it.each(Object.values(delimiters))("comes back as the rules that were marked, with %j between cells", (delimiter) => {
    const csv = file([proposal(cells), proposal({ object: "A;B", account: "0000410000" })], delimiter);
    expect(read(csv)).toEqual({ rules: [], changed: 0, rows: 2 });
    const { rules } = read(mark(csv, "yes"));
    expect(rules).toEqual([
      { ...rule(cells), name: "marked.csv:2" },
      { ...rule({ object: "A;B", account: "410000" }), name: "marked.csv:3" },
    ]);
  });

  it("tells what was ordered from cost, and a question's material groups; the group comes back with its rule", () => {
    const order = { of: "order", currency: "USD", lines: 1, sizeMinor: 35_000n, permille: 14 } as const;
    const made = proposal({ ...cells, material_group: "0801" });
    const both = {
      ...made,
      money: [...made.money, order],
      cumulated: [...made.cumulated, { of: "order", currency: "USD", permille: 994 } as const],
    };
    const csv = proposalsCsv({ proposals: [both], questions: [{ ...question, materialGroups: ["0801", "0802"] }] }, ";");
    expect(csv).toContain(";USD 1234.56 (2.9 %), USD 350.00 ordered (1.4 %);USD 96.3 %, USD ordered 99.4 %;");
    expect(csv).toContain("Which project? nothing speaks for any; accounts 410000, material groups 0801, 0802");
    expect(read(mark(file([both]), "yes")).rules).toMatchObject([{ materialGroup: { kind: "exact", value: "0801" } }]);
  });

  it("comes back from other encodings that spreadsheets write", () => {
    const marked = mark(file([proposal({ object: "BÜRO-1" })]), "x");
    const expected = { rules: [{ object: { value: "BÜRO-1" } }] };
    expect(read(marked)).toMatchObject(expected);
    expect(read(Buffer.from(marked.replace("\uFEFF", ""), "latin1"))).toMatchObject(expected);
    expect(read(Buffer.from(marked, "utf16le"))).toMatchObject(expected);
    expect(read(Buffer.from(marked, "utf16le").swap16())).toMatchObject(expected);
  });

  it("refuses a row that is not as it was proposed, unless it is said to be changed, and names both", () => {
    const mangled = mark(file([proposal(cells)]), "yes").replace(",'03-10,", ",10-Mar,");
    expect(() => read(mangled)).toThrow(
      expect.objectContaining({
        code: "mapping.invalid",
        place: "/site/marked.csv:2",
        detail: expect.stringMatching(/is not as it was proposed \(.*cost_code=03-10.*\) but .*cost_code=10-Mar/),
      }),
    );
    const meant = mark(file([proposal(cells)]), "changed").replace(",'03-10,", ",03-20,");
    expect(read(meant)).toMatchObject({ changed: 1, rules: [{ target: { costCode: "03-20" } }] });
  });

  it("gives questions a row without a target, which counts once a person wrote one", () => {
    const csv = proposalsCsv({ proposals: [], questions: [question] }, ",");
    expect(csv).toContain("cost-center,100200,410000");
    expect(() => read(mark(csv, "yes"))).toThrow(
      expect.objectContaining({ detail: expect.stringContaining('project "" is empty') }),
    );
    const answered = mark(csv, "changed").replace("410000,,,,,,,", "410000,,,,26-1001,,03-10,L");
    expect(read(answered)).toMatchObject({ changed: 1, rules: [{ objectKind: "cost-center", target: { project: "26-1001" } }] });
  });

  it("names all bad rows, and takes nothing of such a file", () => {
    const csv = mark(file([proposal(cells), proposal(cells), proposal(cells)]), "maybe");
    expect(() => read(csv)).toThrow(
      expect.objectContaining({
        place: "/site/marked.csv:2",
        detail: 'accept is "maybe"; write yes, changed, or nothing (2 more bad lines: 3, 4)',
      }),
    );
    expect(() => read("object_type,object\n")).toThrow(
      expect.objectContaining({ detail: expect.stringContaining("no file of proposals") }),
    );
  });

  it("lets no text from SAP or Procore begin a cell as a formula, and parts no cell", () => {
    const evil = '=HYPERLINK("http://x","y")';
    const csv = file([
      proposal({ object: "P-1", cost_code: evil, project: "@x" }, [`cost code: +80 "${evil}\r\n=2" is its name`]),
    ]);
    expect(csv.trimEnd().split("\r\n")).toHaveLength(2);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    expect(csv).not.toMatch(/(^|,|\n)"?[=+@\t-]/m);
    expect(read(mark(csv, "yes")).rules).toMatchObject([{ target: { costCode: evil, project: "@x" } }]);
  });

  it("comes back for any rule", () => {
    const text = fc.stringMatching(/^[!-~][ -~]{0,10}[!-~]$/);
    fc.assert(
      fc.property(text, text, text, fc.constantFrom(...Object.values(delimiters)), (project, costCode, costType, delimiter) => {
        const given = proposal({ object: "P-1", project, cost_code: costCode, cost_type: costType });
        const { rules } = read(mark(file([given], delimiter), "yes"));
        expect(rules).toEqual([{ ...given.rule, name: "marked.csv:2" }]);
        expect(compileMapping(rules).ok).toBe(true);
      }),
    );
  });
});
