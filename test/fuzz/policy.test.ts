// The policy is the last door before SAP: no filter on a field that it does not name may pass, however its lines are broken, padded or
// quoted. What SAP makes of the lines is judged by the simulated system's own reader of clauses. CASES sets how many are tried.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/sandbox/ecc/options/condition.ts";
import { parseWhere } from "../../src/sandbox/ecc/options/parse.ts";
import { createPolicyCheck } from "../../src/sap/rfc/index.ts";
import { cases } from "./dice.ts";

const allowed = ["LIFNR", "NAME", "ST"];
const check = createPolicyCheck({ functions: ["RFC_READ_TABLE"], tables: { LFA1: allowed } });
const passes = (lines: readonly string[]) =>
  check({
    function: "RFC_READ_TABLE",
    parameters: {
      QUERY_TABLE: "LFA1",
      FIELDS: [{ FIELDNAME: "LIFNR" }],
      OPTIONS: lines.map((TEXT) => ({ TEXT })),
    },
    tables: ["DATA"],
    timeoutMs: 1,
  }) === undefined;

/** The lines as SAP takes them, under one opinion of what stands between two (sap-rfc 1.6 rule 4). */
const asRead = (lines: readonly string[], between: string) =>
  lines.map((line) => line.slice(0, 72).replace(/ +$/, "")).join(between);

function fieldsOf(condition: Condition): string[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.terms.flatMap(fieldsOf);
    case "not":
      return fieldsOf(condition.term);
    default:
      return [condition.field];
  }
}

function filteredBy(lines: readonly string[]): string[] {
  return ["", " "].flatMap((between) => {
    try {
      const condition = parseWhere(asRead(lines, between));
      return condition === undefined ? [] : fieldsOf(condition);
    } catch {
      return [];
    }
  });
}

const words =
  "LIFNR NAME NAME1 ST STCD1 CD1 1 LE ESCAPE = <> EQ LE IN LIKE BETWEEN AND OR NOT IS NULL ( ) , 'a' ' '' 'x''y' lifnr stcd1".split(
    " ",
  );
const word = fc.constantFrom(...words, "' OR STCD1 = '", "", " ");
const line = fc
  .tuple(
    fc.array(word, { maxLength: 8 }),
    fc.constantFrom(" ", ""),
    fc.constantFrom(0, 0, 0, 69, 71, 72),
    fc.constantFrom("", "'", " OR STCD1 = 'x'", "  "),
  )
  .map(([words, between, pad, end]) => words.join(between).padEnd(pad) + end);
const clause = fc
  .tuple(
    fc.constantFrom("LIFNR", "NAME", "STCD1", "NAME1", "ST", "LE"),
    fc.constantFrom("=", "EQ", "<"),
    fc.constantFrom("'a'", "''", "'o''x'"),
  )
  .map((words) => words.join(" "));
const good = fc
  .array(
    fc.oneof(
      clause,
      clause.map((each) => `NOT ( ${each} )`),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) => all.join(" AND "));
/** A real clause, broken anywhere, padded anyhow. */
const broken = fc
  .tuple(good, fc.array(fc.nat(120), { maxLength: 3 }), fc.constantFrom("", " ", "   "), fc.constantFrom("", " "))
  .map(([whole, cuts, behind, before]) => {
    const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
    return places.slice(1).map((end, at) => (at === 0 ? "" : before) + whole.slice(places[at], end) + behind);
  });

describe("the policy", () => {
  it("lets no filter on a field pass that it does not name, whatever the lines", () => {
    let passed = 0;
    fc.assert(
      fc.property(fc.oneof(fc.array(line, { maxLength: 4 }), broken), (lines) => {
        if (!passes(lines)) return;
        const fields = filteredBy(lines);
        if (fields.length > 0) passed += 1;
        expect(fields.filter((field) => !allowed.includes(field))).toEqual([]);
      }),
      { numRuns: cases },
    );
    // Clauses that SAP takes and the policy allows must be among those tried.
    expect(passed).toBeGreaterThan(cases / 100);
  });

  it.each([
    [["NAME ", "1 = 'x'"], "a name that grows together when its line's blanks are lost"],
    [[`${"LIFNR = 'x".padEnd(72)}'`, " OR STCD1 = '1"], "a quote that SAP would cut off"],
    [[`LIFNR = 'x' OR${" ".repeat(57)}'`, " STCD1 = '1' OR LIFNR = 'x"], "a literal that is none for SAP"],
    [["LE = 'x'"], "a field that is named as a keyword"],
    [["LIFNR = 'x"], "a literal without an end"],
  ])("refuses %j: %s", (lines) => {
    expect(passes(lines)).toBe(false);
  });
});
