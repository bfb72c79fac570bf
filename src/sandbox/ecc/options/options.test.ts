import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { worldOf } from "../../../../test/support/ecc-world.ts";
import { ShortDump } from "../abap-errors.ts";
import type { Table } from "../store/table.ts";
import { compileWhere } from "./compile.ts";
import type { Condition } from "./condition.ts";
import { keyRanges } from "./key-ranges.ts";
import { isCalendarDate } from "./literal.ts";
import { parseWhere } from "./parse.ts";
import { joinOptionLines } from "./tokenize.ts";

function tableOf(name: string, rows: readonly Record<string, string>[]): Table {
  const table = worldOf({ [name]: rows }).tables.get(name);
  if (table === undefined) throw new Error(name);
  return table;
}

const documents = tableOf(
  "BKPF",
  Array.from({ length: 40 }, (_, index) => ({
    BUKRS: index % 2 === 0 ? "1000" : "2000",
    BELNR: String(1900000000 + index).padStart(10, "0"),
    GJAHR: index < 20 ? "2025" : "2026",
    BUDAT: `202601${String((index % 28) + 1).padStart(2, "0")}`,
    XBLNR: index % 5 === 0 ? `A%${index}` : `inv ${index}`,
    KURSF: index % 3 === 0 ? `-${index}.50000` : `${index}.00000`,
  })),
);

/** What a database would answer: every row that meets the condition, by number. */
function answer(table: Table, lines: readonly string[]): number[] {
  const condition = parseWhere(joinOptionLines(lines));
  if (condition === undefined) return table.rows();
  const test = compileWhere(condition, table);
  return table
    .rows(keyRanges(condition, table))
    .filter(test)
    .sort((left, right) => left - right);
}
function dumpOf(lines: readonly string[], table = documents): string {
  try {
    answer(table, lines);
  } catch (error) {
    if (error instanceof ShortDump) return error.id;
    throw error;
  }
  return "none";
}

describe("the WHERE clause", () => {
  it.each([
    ["BUKRS = '1000' AND GJAHR EQ '2025'", 10],
    ["bukrs = '1000' and gjahr = '2025'", 10],
    ["NOT ( BUKRS = '1000' OR GJAHR = '2026' )", 10],
    ["BUKRS = '1000' OR BUKRS = '2000' AND GJAHR = '2025'", 30],
    ["BELNR IN ( '1900000001', '1900000002' , '1900000003' )", 3],
    ["BELNR NOT IN ( '1900000001' )", 39],
    ["BELNR BETWEEN '1900000010' AND '1900000019'", 10],
    ["BELNR NOT BETWEEN '1900000010' AND '1900000019'", 30],
    ["BELNR >= '1900000038'", 2],
    ["XBLNR LIKE 'inv 1_'", 8],
    ["XBLNR LIKE 'INV%'", 0],
    ["XBLNR LIKE 'A#%%' ESCAPE '#'", 8],
    ["XBLNR NOT LIKE '%3'", 36],
    ["XBLNR IS NULL", 0],
    ["XBLNR IS NOT NULL", 40],
    ["KURSF < '0'", 14],
    ["KURSF = '1'", 1],
    ["KURSF = '1.0'", 1],
    ["BUDAT = '00000000'", 0],
    ["XBLNR = 'inv 1  '", 1],
    ["MANDT = '100'", 40],
    ["MANDT = '200'", 0],
    ["", 40],
    ["   ", 40],
  ])("%s finds %i rows", (clause, count) => {
    expect(answer(documents, [clause])).toHaveLength(count);
  });

  it("compares NUMC as text at its width: without its zeros a key is not found", () => {
    const items = tableOf("EKPO", [{ EBELN: "4500000001", EBELP: "00010", PACKNO: "0000000007" }]);
    expect(answer(items, ["EBELP = '00010'"])).toHaveLength(1);
    expect(answer(items, ["EBELP = '10'"])).toHaveLength(0);
    expect(answer(items, ["PACKNO = '7'"])).toHaveLength(0);
  });

  it.each([
    ["A = ", "SAPSQL_PARSE_ERROR"],
    ["(BUKRS = '1000')", "SAPSQL_PARSE_ERROR"],
    ["( BUKRS = '1000')", "SAPSQL_PARSE_ERROR"],
    ["BUKRS='1000'", "SAPSQL_PARSE_ERROR"],
    ["BUKRS ='1000'", "SAPSQL_PARSE_ERROR"],
    ["BUKRS = 1000", "SAPSQL_PARSE_ERROR"],
    ['BUKRS = "1000"', "SAPSQL_PARSE_ERROR"],
    ["BUKRS = '1000", "SAPSQL_PARSE_ERROR"],
    ["BELNR IN ( '1','2' )", "SAPSQL_PARSE_ERROR"],
    ["BELNR IN ( '1' '2' )", "SAPSQL_PARSE_ERROR"],
    ["BELNR IN ( )", "SAPSQL_PARSE_ERROR"],
    ["BELNR IN ('1' )", "SAPSQL_PARSE_ERROR"],
    ["BUKRS = GJAHR", "SAPSQL_PARSE_ERROR"],
    ["BUKRS = '1000' ORDER BY BELNR", "SAPSQL_PARSE_ERROR"],
    ["BUKRS = '1000' GJAHR = '2025'", "SAPSQL_PARSE_ERROR"],
    ["BELNR IN ( SELECT BELNR FROM BSEG )", "SAPSQL_PARSE_ERROR"],
    [`${"( ".repeat(5000)}BUKRS = '1'`, "SAPSQL_PARSE_ERROR"],
    ["NOFIELD = '1'", "SAPSQL_INVALID_FIELDNAME"],
    ["BUKRS = '10000'", "SAPSQL_DATA_LOSS"],
    ["BUKRS IN ( '1000', '10000' )", "SAPSQL_DATA_LOSS"],
    ["BUDAT = '20240231'", "SAPSQL_DATA_LOSS"],
    ["BUDAT >= '2024'", "SAPSQL_DATA_LOSS"],
    ["KURSF = '1.000001'", "SAPSQL_DATA_LOSS"],
    ["KURSF = '12345.00000'", "SAPSQL_DATA_LOSS"],
    ["KURSF = 'abc'", "SAPSQL_WHERE_ILLEGAL_VALUE"],
    ["BUKRS = '1000    '", "none"],
    ["BUDAT = '99991231'", "none"],
  ])("%s dumps %s", (clause, id) => {
    expect(dumpOf([clause])).toBe(id);
  });
});

describe("OPTIONS lines", () => {
  it("are joined without a blank, and lose the trailing blanks of a line", () => {
    expect(dumpOf(["BUKRS = '1000'", "AND GJAHR = '2025'"])).toBe("SAPSQL_PARSE_ERROR");
    expect(dumpOf(["BUKRS = '1000' ", "AND GJAHR = '2025'"])).toBe("SAPSQL_PARSE_ERROR");
    expect(answer(documents, ["BUKRS = '1000'", " AND GJAHR = '2025'"])).toHaveLength(10);
  });

  it("are cut at 72 characters, which may leave a valid shorter clause", () => {
    const shorter = `${"BUKRS = '1000'".padEnd(72)} AND GJAHR = '2025'`;
    expect(answer(documents, [shorter])).toHaveLength(20);
    const broken = `${"BUKRS = '1000'".padEnd(70)} AND GJAHR = '2025'`;
    expect(dumpOf([broken])).toBe("SAPSQL_PARSE_ERROR");
  });

  it("have no implicit AND", () => {
    expect(dumpOf(["BUKRS = '1000'", " GJAHR = '2025'"])).toBe("SAPSQL_PARSE_ERROR");
  });
});

describe("the parser, fuzzed", () => {
  const word = fc.constantFrom(
    ..."BUKRS BELNR GJAHR BUDAT KURSF NOT AND OR IN LIKE ESCAPE BETWEEN IS NULL ( ) , = <> < >= EQ '1000' '' ''' '2025' %".split(
      " ",
    ),
  );
  it("never throws anything but a dump", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 200 }),
          fc.array(word, { maxLength: 25 }).map((words) => words.join(" ")),
        ),
        (clause) => {
          expect(dumpOf([clause, clause])).toMatch(/^(none|SAPSQL_[A-Z_]+)$/);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("takes any text between quotes as text: nothing breaks out of a literal", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
        const condition = parseWhere(`XBLNR = '${text.replaceAll("'", "''")}' AND BUKRS = '1000'`);
        expect(condition).toEqual({
          kind: "and",
          terms: [
            { kind: "compare", field: "XBLNR", comparator: "EQ", value: text },
            { kind: "compare", field: "BUKRS", comparator: "EQ", value: "1000" },
          ],
        });
      }),
    );
    expect(dumpOf(["XBLNR = '' OR ''1'' = ''1'"])).toBe("SAPSQL_PARSE_ERROR");
  });

  it("knows the calendar", () => {
    expect(isCalendarDate("20240229")).toBe(true);
    expect(isCalendarDate("20230229")).toBe(false);
    expect(isCalendarDate("19000229")).toBe(false);
    expect(isCalendarDate("20000229")).toBe(true);
    expect(isCalendarDate("20241301")).toBe(false);
    expect(isCalendarDate("2024022")).toBe(false);
  });
});

describe("the primary index", () => {
  const literal = (width: number) => fc.string({ unit: fc.constantFrom("0", "1", "2", "A"), maxLength: width });
  const conditionOn = (field: string, width: number): fc.Arbitrary<Condition> =>
    fc.oneof(
      fc.record({
        kind: fc.constant("compare" as const),
        field: fc.constant(field),
        comparator: fc.constantFrom("EQ", "NE", "LT", "LE", "GT", "GE"),
        value: literal(width),
      }),
      fc.record({
        kind: fc.constant("between" as const),
        field: fc.constant(field),
        low: literal(width),
        high: literal(width),
        isNegated: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("in" as const),
        field: fc.constant(field),
        values: fc.array(literal(width), { minLength: 1, maxLength: 3 }),
        isNegated: fc.boolean(),
      }),
    );
  const leaf = fc.oneof(conditionOn("LIFNR", 3), conditionOn("BUKRS", 2), conditionOn("SPERR", 1));
  const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.record({
        kind: fc.constantFrom("and" as const, "or" as const),
        terms: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant("not" as const), term: tie("node") }),
    ),
  })).node;
  const rows = fc.uniqueArray(fc.record({ LIFNR: literal(3), BUKRS: literal(2), SPERR: literal(1) }), {
    selector: (row) => `${row.LIFNR}|${row.BUKRS}`,
    maxLength: 40,
  });

  it("finds what a full scan finds, each row once", () => {
    fc.assert(
      fc.property(rows, condition, (list, where) => {
        const table = tableOf("LFB1", list);
        const test = compileWhere(where, table);
        const scanned = table.rows().filter(test);
        const found = table.rows(keyRanges(where, table)).filter(test);
        expect(found.sort((left, right) => left - right)).toEqual(scanned.sort((left, right) => left - right));
      }),
      { numRuns: 500 },
    );
  });

  it("narrows a list of documents to their lines, whatever order the fields stand in", () => {
    const clause = "GJAHR = '2025' AND BELNR IN ( '1900000002', '1900000004' ) AND BUKRS = '1000'";
    const where = parseWhere(clause);
    expect(where && documents.rows(keyRanges(where, documents))).toHaveLength(2);
    const pairs = parseWhere(
      "BUKRS = '1000' AND ( BELNR = '1900000002' AND GJAHR = '2025' OR BELNR = '1900000022' AND GJAHR = '2026' )",
    );
    expect(pairs && documents.rows(keyRanges(pairs, documents))).toHaveLength(2);
    const open = parseWhere("BELNR = '1900000002'");
    expect(open && keyRanges(open, documents)).toBeUndefined();
  });
});
