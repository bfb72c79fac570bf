// Issue 3, "Must hold": table, field, value and range text from outside can never alter an OPTIONS clause. Whatever comes, the clause is
// refused or reads back, by a reader that shares nothing with its writer, as exactly the tree it was made from. CASES sets how many.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSlice, whereOf } from "../../src/sap/extract/slice.ts";
import { buildOptions, type TableDescription, type Where } from "../../src/sap/rfc/index.ts";
import { column } from "../support/column.ts";
import { type Clause, readClause } from "./clause-reader.ts";
import { cases } from "./dice.ts";

const fields = [
  column("LIFNR", "C", "CHAR", 10),
  column("NAME1", "C", "CHAR", 35),
  column("LONG", "C", "CHAR", 200),
  column("EBELP", "N", "NUMC", 5),
  column("AEDAT", "D", "DATS", 8),
  column("UZEIT", "T", "TIMS", 6),
  column("NETWR", "P", "CURR", 13, 2),
  column("GUID", "X", "RAW", 16),
];
const description: TableDescription = {
  table: "LFA1",
  objectType: "TRANSP",
  fields,
  byName: new Map(fields.map((each) => [each.name, each])),
};

const pieces = [
  "'",
  "''",
  "' OR '1' = '1",
  ") OR ( ",
  " AND ",
  "%",
  "_",
  "#",
  "\\",
  "\n",
  "\r",
  "\u2028",
  "\u0085",
  "\u0000",
  "\ud83d",
  "\ude00",
];
const hostileText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.constantFrom("A", " ", "ß", "€", "😀", "0")), { maxLength: 30 })
    .map((parts) => parts.join("")),
  fc.constantFrom(
    "",
    " ",
    "20240131",
    "20240231",
    "00000000",
    "00010",
    "1.50",
    "-1",
    "240000",
    "x".repeat(68),
    "'".repeat(40),
    "y".repeat(5_000),
  ),
);
const fieldName = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...fields.map(({ name }) => name)) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      hostileText,
      fc.constantFrom("lifnr", "LIFNR ", "LIFNR = '1' OR LIFNR", "__proto__", "constructor", "STCD1"),
    ),
  },
);
const operator = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom("=", "<>", "<", "<=", ">", ">=") },
  { weight: 1, arbitrary: hostileText },
);

const leaf = fc.oneof(
  fc.record({ kind: fc.constant("compare"), field: fieldName, operator, value: hostileText }),
  fc.record({ kind: fc.constant("between"), field: fieldName, low: hostileText, high: hostileText }),
  fc.record({ kind: fc.constant("in"), field: fieldName, values: fc.array(hostileText, { maxLength: 6 }) }),
  fc.record({ kind: fc.constant("starts-with"), field: fieldName, value: hostileText }),
);
// Mostly harmless leaves, so that whole trees get through and not only the refusals are tried.
const legalText = fc.oneof(
  fc.stringMatching(/^[A-Z0-9'%_# ]{0,9}$/),
  fc
    .array(fc.constantFrom("'", "%", "#", "_", "ß", "😀", " ", "OR", "(", ")", ",", "="), { maxLength: 5 })
    .map((parts) => parts.join("")),
);
const legalLeaf = fc.oneof(
  fc.record({
    kind: fc.constant("compare"),
    field: fc.constantFrom("LIFNR", "NAME1", "LONG"),
    operator: fc.constantFrom("=", "<", ">="),
    value: legalText,
  }),
  fc.record({
    kind: fc.constant("in"),
    field: fc.constantFrom("LIFNR", "NAME1"),
    values: fc.array(legalText, { minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant("starts-with"), field: fc.constantFrom("NAME1", "LONG"), value: legalText }),
);
const treeOf = (leaves: fc.Arbitrary<unknown>) =>
  fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaves,
      fc.record({ kind: fc.constantFrom("all", "any"), of: fc.array(tie("tree"), { maxLength: 4 }) }),
      fc.record({ kind: fc.constant("not"), of: tie("tree") }),
    ),
  })).tree;

/** What the clause must say, worked out from the tree; undefined where there is nothing to say. */
function meant(where: Where): Clause | undefined {
  const bare = (value: string) => value.replace(/ +$/, "");
  switch (where.kind) {
    case "all":
    case "any": {
      const of = where.of.map(meant).filter((part) => part !== undefined);
      return of.length < 2 ? of[0] : { is: where.kind === "all" ? "and" : "or", of };
    }
    case "not":
      return { is: "not", of: meant(where.of) as Clause };
    case "compare":
      return { is: "compare", field: where.field, operator: where.operator, value: bare(where.value) };
    case "between":
      return { is: "between", field: where.field, low: bare(where.low), high: bare(where.high) };
    case "in":
      return { is: "in", field: where.field, values: where.values.map(bare) };
    case "starts-with": {
      const isWhole = where.value.length >= (description.byName.get(where.field)?.length ?? 0);
      const { field, value } = where;
      return isWhole ? { is: "compare", field, operator: "=", value: bare(value) } : { is: "begins", field, value };
    }
  }
}

function check(where: Where): "refused" | "written" {
  const clause = buildOptions(where, description);
  if (clause.kind === "refused") return "refused";
  if (clause.lines.length === 0) expect(meant(where)).toBeUndefined();
  else expect(readClause(clause.lines)).toEqual(meant(where));
  return "written";
}

describe("an OPTIONS clause", () => {
  it.each([
    ["hostile", leaf, 0.02],
    ["legal but awkward", legalLeaf, 0.4],
  ] as const)("says exactly what its tree says, or is refused: %s text", (_, leaves, writtenShare) => {
    let written = 0;
    const tree = treeOf(leaves as fc.Arbitrary<unknown>);
    fc.assert(
      fc.property(tree, (where) => {
        if (check(where as Where) === "written") written += 1;
      }),
      { numRuns: cases },
    );
    // A builder that refuses everything would pass otherwise.
    expect(written).toBeGreaterThan(cases * writtenShare);
  });

  it("is refused for a tree of the wrong shape, whatever JSON brought", () => {
    const anyTree = fc.oneof(
      fc.record({
        kind: fc.constantFrom("compare", "in", "all", "sql"),
        field: fc.anything(),
        operator: fc.constant("="),
        value: fc.anything(),
      }),
      fc.record({ kind: fc.constant("compare"), field: fc.constant("LIFNR"), operator: fc.anything(), value: fc.anything() }),
    );
    fc.assert(
      fc.property(anyTree, (where) => {
        let clause: ReturnType<typeof buildOptions>;
        try {
          clause = buildOptions(where as Where, description);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        if (clause.kind === "clause") expect(readClause(clause.lines)).toEqual(meant(where as Where));
      }),
      { numRuns: cases },
    );
  });

  it("is no more than the slice that the hub sent back, or the slice is refused", () => {
    const range = fc.record({ field: fieldName, from: hostileText, below: hostileText }, { requiredKeys: ["field"] });
    const slice = fc.oneof(
      fc.record({
        ranges: fc.array(range, { maxLength: 7 }),
        oneOf: fc.array(fc.record({ field: fieldName, values: fc.array(hostileText, { maxLength: 4 }) }), { maxLength: 3 }),
      }),
      fc.anything({ withNullPrototype: true }),
    );
    fc.assert(
      fc.property(slice, (sent) => {
        let where: Where | undefined;
        try {
          where = whereOf(parseSlice(sent, "LFA1"));
        } catch (error) {
          expect(String(error)).toContain("slice of LFA1");
          return;
        }
        if (where !== undefined) check(where);
      }),
      { numRuns: cases },
    );
  });
});
