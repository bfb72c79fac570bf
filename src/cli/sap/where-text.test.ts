import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { all, any, between, compare, equal, not, oneOf, startsWith } from "../../sap/index.ts";
import { UsageError } from "../exit-codes.ts";
import { parseWhere } from "./where-text.ts";

const fields = new Set(["BUKRS", "BUDAT", "BELNR"]);
const valueFor = (field: string, value: string) => (fields.has(field) ? value : undefined);
const parse = (text: string) => parseWhere(text, valueFor);

describe("a filter as a person writes it", () => {
  it("becomes the tree that is meant", () => {
    expect(parse("BUKRS = '1200' and BUDAT >= 20240101")).toEqual(
      all(equal("BUKRS", "1200"), compare("BUDAT", ">=", "20240101")),
    );
    expect(parse("bukrs eq 1200 or bukrs=1300 and belnr<>'x y'")).toEqual(
      any(equal("BUKRS", "1200"), all(equal("BUKRS", "1300"), compare("BELNR", "<>", "x y"))),
    );
    expect(parse("not (BUKRS in ('a', b) or BELNR between 1 and 2)")).toEqual(
      not(any(oneOf("BUKRS", ["a", "b"]), between("BELNR", "1", "2"))),
    );
    expect(parse("BELNR like '19%' and BUKRS not in (1)")).toEqual(all(startsWith("BELNR", "19"), not(oneOf("BUKRS", ["1"]))));
    expect(parse("BELNR = 'it''s'")).toEqual(equal("BELNR", "it's"));
  });

  it.each([
    ["BUKRS", 6, "a comparison was expected"],
    ["NOPE = 1", 1, '"NOPE" is no field'],
    ["BUKRS = 1 BELNR = 2", 11, '"and" may be missing'],
    ["BUKRS = 'a", 9, "a quote is not closed"],
    ["(BUKRS = 1", 11, '")" was expected'],
    ["BUKRS like '%a'", 12, "the beginning of a text"],
    ["BUKRS in 1", 10, '"(" was expected'],
    ["BUKRS ~ 1", 7, "is no comparison"],
  ])("is refused with its column: %s", (text, column, why) => {
    expect(() => parse(text)).toThrow(UsageError);
    expect(() => parse(text)).toThrow(`at column ${column}: `);
    expect(() => parse(text)).toThrow(why);
  });

  it("never fails in another way", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            "BUKRS",
            "and",
            "or",
            "not",
            "(",
            ")",
            "'",
            "''",
            "=",
            "<>",
            "in",
            ",",
            "like",
            "a%",
            " ",
            "\u0000",
            "ü",
          ),
          { maxLength: 14 },
        ),
        (parts) => {
          try {
            parse(parts.join(" "));
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
