import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column } from "../../../test/support/column.ts";
import type { TableDescription } from "./dictionary.ts";
import { buildOptions, clauseLengthMax, literalsMax } from "./options-clause.ts";
import { all, any, between, compare, equal, not, type Operator, oneOf, startsWith, type Where } from "./where.ts";

const fields = [
  column("LIFNR", "C", "CHAR", 10),
  column("NAME1", "C", "CHAR", 35),
  column("OBJECTID", "C", "CHAR", 90),
  column("GJAHR", "N", "NUMC", 4),
  column("AEDAT", "D", "DATS", 8),
  column("CPUTM", "T", "TIMS", 6),
  column("WRBTR", "P", "CURR", 13, 2),
  column("GUID", "X", "RAW", 16),
];
const table: TableDescription = {
  table: "ZT",
  objectType: "TRANSP",
  fields,
  byName: new Map(fields.map((each) => [each.name, each])),
};

function linesOf(where: Where): readonly string[] {
  const clause = buildOptions(where, table);
  if (clause.kind === "refused") throw new Error(`${clause.code}: ${clause.detail}`);
  return clause.lines;
}

/** What SAP sees of the lines: cut at 72, trailing blanks lost, nothing put between (the worse of the two readings of 1.6 rule 4). */
const asSapReads = (lines: readonly string[]) => lines.map((line) => line.slice(0, 72).replace(/ +$/, "")).join("");

/** An independent reader of the clause: blanks separate tokens, a literal runs to its closing quote. */
function tokenize(clause: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < clause.length) {
    if (clause[at] === " ") {
      at += 1;
      continue;
    }
    const from = at;
    if (clause[at] === "'") {
      at += 1;
      while (clause[at] !== "'" || clause[at + 1] === "'") {
        if (at >= clause.length) throw new Error("open literal");
        at += clause[at] === "'" ? 2 : 1;
      }
      at += 1;
    } else while (at < clause.length && clause[at] !== " " && clause[at] !== "'") at += 1;
    if (at < clause.length && clause[at] !== " ") throw new Error(`no blank after ${clause.slice(from, at)}`);
    tokens.push(clause.slice(from, at));
  }
  return tokens;
}

/** The tree's shape with its values, in a second notation of the test's own. */
function wanted(where: Where): string[] {
  const value = (text: string) => `'${text === "" ? " " : text.split("'").join("''")}'`;
  switch (where.kind) {
    case "all":
    case "any":
      return where.of.flatMap((part, index) => {
        const inner = part.kind === "all" || part.kind === "any" ? ["(", ...wanted(part), ")"] : wanted(part);
        return index === 0 ? inner : [where.kind === "all" ? "AND" : "OR", ...inner];
      });
    case "not":
      return ["NOT", "(", ...wanted(where.of), ")"];
    case "compare":
      return [where.field, where.operator, value(where.value)];
    case "between":
      return [where.field, "BETWEEN", value(where.low), "AND", value(where.high)];
    case "in":
      return [
        where.field,
        "IN",
        "(",
        ...where.values.flatMap((each, index) => (index === 0 ? [value(each)] : [",", value(each)])),
        ")",
      ];
    case "starts-with":
      return [where.field, "LIKE", value(`${where.value}%`)];
  }
}

// Texts that try to get out: quotes, clause words, comment marks, blanks in bad places.
const evil = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.string({ unit: fc.constantFrom("'", " ", "A", "=", ")", "(", "%", '"', "*", ","), maxLength: 10 }),
  fc.constantFrom("' OR '1' =", "''", "'", "x' )", "1 OR 1=1", "\\'", "' '", "AND"),
);
const text = evil.filter((value) => !/\p{Cc}/u.test(value));
const leaf: fc.Arbitrary<Where> = fc.oneof(
  fc
    .record({ operator: fc.constantFrom<Operator>("=", "<>", "<", "<=", ">", ">="), value: text })
    .map(({ operator, value }) => compare("LIFNR", operator, value)),
  fc.tuple(text, text).map(([low, high]) => between("NAME1", low, high)),
  fc.array(text, { minLength: 1, maxLength: 12 }).map((values) => oneOf("NAME1", values)),
  text.filter((value) => !/[%_#]/.test(value)).map((value) => startsWith("NAME1", value)),
);
const { tree } = fc.letrec<{ tree: Where }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("tree"), { minLength: 1, maxLength: 4 }).map((of) => all(...of)),
    fc.array(tie("tree"), { minLength: 1, maxLength: 4 }).map((of) => any(...of)),
    tie("tree").map(not),
  ),
}));

describe("the lines of OPTIONS", () => {
  it("say what the tree says, whatever the values hold", () => {
    fc.assert(
      fc.property(tree, (where) => {
        const clause = buildOptions(where, table);
        // The generator stays within field lengths; only size can be refused.
        if (clause.kind === "refused") expect(["clause-too-long", "too-many-literals", "too-deep"]).toContain(clause.code);
        else expect(tokenize(asSapReads(clause.lines))).toEqual(wanted(where));
      }),
      { numRuns: 2_000 },
    );
  });

  it("never run over, and begin with a blank after the first", () => {
    fc.assert(
      fc.property(tree, (where) => {
        const clause = buildOptions(where, table);
        if (clause.kind === "refused") return;
        clause.lines.forEach((line, index) => {
          expect(line.length).toBeLessThanOrEqual(index === 0 ? 71 : 72);
          expect(line).not.toMatch(/ $/);
          expect(line.startsWith(" ")).toBe(index > 0);
        });
      }),
    );
  });

  it("are the same to a system that puts a blank between lines", () => {
    const lines = linesOf(
      oneOf(
        "LIFNR",
        Array.from({ length: 60 }, (_, at) => `00001${String(at).padStart(5, "0")}`),
      ),
    );
    expect(lines.length).toBeGreaterThan(5);
    expect(tokenize(lines.join(" "))).toEqual(tokenize(asSapReads(lines)));
  });

  it("look as reference 1.6 wants them", () => {
    const where = all(
      equal("GJAHR", "2024"),
      any(compare("AEDAT", ">=", "20240229"), equal("AEDAT", "00000000")),
      oneOf("LIFNR", ["1", "O'B"]),
    );
    expect(linesOf(where)).toEqual([
      "GJAHR = '2024' AND ( AEDAT >= '20240229' OR AEDAT = '00000000' ) AND",
      " LIFNR IN ( '1' , 'O''B' )",
    ]);
  });

  it("are none without a filter", () => {
    expect(buildOptions(undefined, table)).toEqual({ kind: "clause", lines: [] });
    expect(buildOptions(all(), table)).toEqual({ kind: "clause", lines: [] });
    expect(linesOf(all(all(), equal("GJAHR", "2024")))).toEqual(["GJAHR = '2024'"]);
  });

  it("write an empty value as one blank", () => {
    expect(linesOf(equal("LIFNR", ""))).toEqual(["LIFNR = ' '"]);
  });

  it("escape what LIKE would take for a wild card", () => {
    expect(linesOf(startsWith("NAME1", "50%_#"))).toEqual(["NAME1 LIKE '50#%#_##%' ESCAPE '#'"]);
    expect(linesOf(startsWith("NAME1", "ab"))).toEqual(["NAME1 LIKE 'ab%'"]);
    expect(linesOf(startsWith("LIFNR", "0000100001"))).toEqual(["LIFNR = '0000100001'"]);
  });
});

describe("a filter is refused", () => {
  const lie = (value: unknown) => value as Where;
  it.each<[string, Where, string]>([
    ["a field the table has not", equal("XBLNR", "1"), "field-unknown"],
    ["a name that is no name", equal("LIFNR = '1' OR LIFNR", "1"), "field-unknown"],
    ["a prototype's name", equal("constructor", "1"), "field-unknown"],
    ["a literal longer than its field", equal("LIFNR", "00000100001"), "literal-too-long"],
    ["a literal longer than a line", equal("OBJECTID", "x".repeat(69)), "literal-too-long"],
    ["a literal longer than a line once doubled", equal("OBJECTID", "'".repeat(35)), "literal-too-long"],
    ["a beginning longer than its field once escaped", startsWith("LIFNR", "%%%%%%"), "literal-too-long"],
    ["a day that does not exist", equal("AEDAT", "20240231"), "literal-not-valid"],
    ["the 29th of February in 2023", equal("AEDAT", "20230229"), "literal-not-valid"],
    ["a date in another form", equal("AEDAT", "2024-01-31"), "literal-not-valid"],
    ["an empty date", equal("AEDAT", ""), "literal-not-valid"],
    ["an hour that does not exist", equal("CPUTM", "250000"), "literal-not-valid"],
    ["NUMC without its zeros", equal("GJAHR", "24"), "literal-not-valid"],
    ["NUMC that is no number", equal("GJAHR", "20A4"), "literal-not-valid"],
    ["an amount with too many decimals", equal("WRBTR", "1.234"), "literal-not-valid"],
    ["an amount too large", equal("WRBTR", "100000000000.00"), "literal-not-valid"],
    ["an exponent", equal("WRBTR", "1e5"), "literal-not-valid"],
    ["a control character", equal("NAME1", "a\nb"), "literal-not-valid"],
    ["half a character", equal("NAME1", "\ud800"), "literal-not-valid"],
    ["a raw field", equal("GUID", "00"), "literal-not-valid"],
    ["the beginning of a date", startsWith("AEDAT", "2024"), "field-not-comparable"],
    ["an empty list", oneOf("LIFNR", []), "empty-list"],
    ["an empty OR", any(), "empty-list"],
    ["an OR with a branch that is always true", any(equal("GJAHR", "2024"), all()), "empty-list"],
    [
      "too many values",
      oneOf(
        "GJAHR",
        Array.from({ length: literalsMax + 1 }, () => "2024"),
      ),
      "too-many-literals",
    ],
    [
      "too long a clause",
      oneOf(
        "NAME1",
        Array.from({ length: 300 }, () => "x".repeat(30)),
      ),
      "clause-too-long",
    ],
    [
      "an operator from outside",
      lie({ kind: "compare", field: "LIFNR", operator: "= '1' OR '1' =", value: "1" }),
      "literal-not-valid",
    ],
    ["too deep a tree", Array.from({ length: 30 }).reduce<Where>((inner) => not(inner), equal("GJAHR", "2024")), "too-deep"],
  ])("for %s", (_, where, code) => {
    const clause = buildOptions(where, table);
    expect(clause).toMatchObject({ kind: "refused", code });
    if (clause.kind === "refused") expect(clause.detail).toContain("ZT");
  });

  it("not at the limit itself", () => {
    const lines = linesOf(
      oneOf(
        "LIFNR",
        Array.from({ length: literalsMax }, (_, at) => String(at).padStart(10, "0")),
      ),
    );
    expect(lines.join("").length).toBeLessThan(clauseLengthMax);
    expect(linesOf(equal("OBJECTID", "x".repeat(68)))).toEqual(["OBJECTID =", ` '${"x".repeat(68)}'`]);
    expect(linesOf(equal("WRBTR", "-99999999999.99"))).toEqual(["WRBTR = '-99999999999.99'"]);
  });
});
