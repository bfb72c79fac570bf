import { describe, expect, it } from "vitest";
import { classesOf, classOfType } from "./account-class.ts";

const found = (text: string) => classesOf(text).map(({ of, isSure }) => `${of}${isSure ? "" : "?"}`);

describe("the kind of cost of an account", () => {
  it.each([
    ["Wages, field", ["labor"]],
    ["Löhne Baustelle", ["labor"]],
    ["LOEHNE", ["labor"]],
    ["Construction materials", ["material"]],
    ["Baustoffe", ["material"]],
    ["Ready-mix concrete", ["material?"]],
    ["Gerätemiete", ["equipment"]],
    ["Mietgeraete", ["equipment"]],
    ["Fuel & lubricants", ["equipment?"]],
    ["Nachunternehmerleistungen", ["subcontract"]],
    ["Subcontractors", ["subcontract"]],
    ["Reisekosten", ["other?"]],
    ["Permits and fees", ["other?"]],
    ["Labor for equipment", ["labor", "equipment"]],
    ["Contract revenue", []],
    ["Suspense, closed", []],
    ["", []],
  ])("is read from %j", (text, kinds) => {
    expect(found(text)).toEqual(kinds);
  });

  it("is a cost type's by its name, and by its base type where the name says nothing", () => {
    expect(classOfType({ name: "Labor", baseType: "other" })).toBe("labor");
    expect(classOfType({ name: "Commitment", baseType: "commitment" })).toBe("subcontract");
    expect(classOfType({ name: "Type 7", baseType: "materials" })).toBe("material");
    // Procore answers `other` for labor too.
    expect(classOfType({ name: "Type 8", baseType: "other" })).toBeUndefined();
    expect(classOfType({ name: "Labor and equipment", baseType: "labor" })).toBeUndefined();
    expect(classOfType({ name: "Type 9", baseType: "constructor" })).toBeUndefined();
  });
});
