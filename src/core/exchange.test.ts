import { describe, expect, it } from "vitest";
import { leftOutText, redactBody, redactText, secretValuesOf } from "./exchange.ts";

describe("what is kept of a request", () => {
  it("leaves out what is named like a secret or a tax id, at any depth", () => {
    const body = { name: "Quay Ltd", federal_tax_id: "12-3456789", business_register: { type: "EIN", identifier: "98-7654321" } };
    expect(redactBody(body)).toEqual({
      name: "Quay Ltd",
      federal_tax_id: leftOutText,
      business_register: { type: "EIN", identifier: leftOutText },
    });
    expect(secretValuesOf(body)).toEqual(["12-3456789", "98-7654321"]);
  });

  it("leaves it out of Procore's words too", () => {
    expect(redactText("identifier 98-7654321 is taken", ["98-7654321"])).toBe(`identifier ${leftOutText} is taken`);
  });

  it("keeps amounts, dates and names as they were sent", () => {
    const body = { amount: "-10.50", contract_date: "2026-10-01", wbs_code_id: 33001, executed: true, title: null };
    expect(redactBody(body)).toEqual(body);
  });

  it("cuts long texts, long lists, deep nests and the whole", () => {
    expect(String((redactBody({ text: "x".repeat(1_000) }) as { text: string }).text)).toMatch(/^x{300}… \(1000 characters\)$/);
    expect(redactBody(Array.from({ length: 100 }, (_, index) => index))).toHaveLength(40);
    const deep = { a: { b: { c: { d: { e: { f: "far" } } } } } };
    expect(JSON.stringify(redactBody(deep))).not.toContain("far");
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`field_${index}`, "y".repeat(250)]));
    expect(String(redactBody(many)).length).toBeLessThan(4_100);
  });

  it("takes anything", () => {
    expect(redactBody(undefined)).toBeUndefined();
    expect(redactBody("text")).toBe("text");
    expect(secretValuesOf(undefined)).toEqual([]);
    expect(secretValuesOf({ token: null, password: "abc" })).toEqual([]);
  });
});
