import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SapDate } from "../sap-date.ts";
import { compileMapping } from "./compile.ts";
import type { MappingQuery, MappingRule, Pattern } from "./rule.ts";

const exact = (value: string): Pattern => (value === "" ? { kind: "any" } : { kind: "exact", value });

function rule(
  name: string,
  fields: { object?: string; account?: string; group?: string; company?: string; from?: string; to?: string },
): MappingRule {
  return {
    name,
    objectKind: "cost-center",
    object: exact(fields.object ?? ""),
    account: exact(fields.account ?? ""),
    materialGroup: exact(fields.group ?? ""),
    companyCode: exact(fields.company ?? ""),
    ...(fields.from ? { validFrom: fields.from as SapDate } : {}),
    ...(fields.to ? { validTo: fields.to as SapDate } : {}),
    target: { project: name, costCode: "01-100", costType: "M" },
  };
}

const query = (fields: Partial<MappingQuery> = {}): MappingQuery => ({
  companyCode: "1000",
  objectKind: "cost-center",
  object: "A",
  account: "X",
  materialGroup: "G",
  date: "20260315" as SapDate,
  ...fields,
});

function winner(rules: readonly MappingRule[], asked: MappingQuery): string {
  const mapping = compileMapping(rules);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
  const answer = mapping.value.resolve(asked);
  return answer.kind === "mapped" ? answer.rule.name : "none";
}

describe("precedence (ruling 29)", () => {
  it("compares object, then account, then material group, then company code", () => {
    const rules = [
      rule("object", { object: "A" }),
      rule("account", { account: "X" }),
      rule("account and group", { account: "X", group: "G" }),
      rule("group", { group: "G", company: "1000" }),
      rule("company", { company: "1000" }),
      rule("fallback", {}),
    ];
    expect(winner(rules, query())).toBe("object");
    expect(winner(rules, query({ object: "B" }))).toBe("account and group");
    expect(winner(rules, query({ object: "B", materialGroup: "H" }))).toBe("account");
    expect(winner(rules, query({ object: "B", account: "Y" }))).toBe("group");
    expect(winner(rules, query({ object: "B", account: "", materialGroup: "" }))).toBe("company");
    expect(winner(rules, query({ object: "B", account: "", materialGroup: "", companyCode: "2000" }))).toBe("fallback");
    expect(winner(rules, query({ objectKind: "wbs" }))).toBe("none");
  });

  it("agrees with a plain comparison of all matching rules", () => {
    const part = fc.constantFrom("", "A", "B");
    const arbitrary = fc.record({ object: part, account: part, group: part, company: part });
    fc.assert(
      fc.property(fc.uniqueArray(arbitrary, { maxLength: 30, selector: (r) => JSON.stringify(r) }), arbitrary, (given, asked) => {
        const rules = given.map((fields, index) => rule(String(index), fields));
        const matches = given
          .map((fields, index) => ({ fields, index }))
          .filter(({ fields }) =>
            (["object", "account", "group", "company"] as const).every(
              (name) => fields[name] === "" || fields[name] === asked[name],
            ),
          );
        const rank = (fields: Record<"object" | "account" | "group" | "company", string>) =>
          (["object", "account", "group", "company"] as const).map((name) => (fields[name] === "" ? "0" : "1")).join("");
        matches.sort((left, right) => (rank(left.fields) < rank(right.fields) ? 1 : -1));
        const best = matches[0];
        const found = winner(
          rules,
          query({ object: asked.object, account: asked.account, materialGroup: asked.group, companyCode: asked.company }),
        );
        expect(found).toBe(best ? String(best.index) : "none");
      }),
    );
  });
});

describe("what is refused", () => {
  it("is a tie, with both names", () => {
    const result = compileMapping([rule("first", { object: "A" }), rule("second", { object: "A", from: "20260101" })]);
    expect(result).toMatchObject({ ok: false, error: [{ code: "mapping.tie", rules: ["first", "second"] }] });
  });

  it("is not two rules whose dates follow each other", () => {
    const rules = [rule("old", { object: "A", to: "20251231" }), rule("new", { object: "A", from: "20260101" })];
    expect(winner(rules, query())).toBe("new");
    expect(winner(rules, query({ date: "20251231" as SapDate }))).toBe("old");
  });

  it("is a tie of two ranges of one width that share keys, and not of a narrower one inside", () => {
    const ranged = (name: string, from: string, to: string): MappingRule => ({
      ...rule(name, {}),
      account: { kind: "range", from, to },
    });
    const [left, right] = [ranged("left", "0000000100", "0000000199"), ranged("right", "0000000150", "0000000249")];
    expect(compileMapping([left, right])).toMatchObject({
      ok: false,
      error: [{ code: "mapping.tie", rules: ["left", "right"], detail: expect.stringContaining("ranges of one width") }],
    });
    expect(winner([left, ranged("inside", "0000000150", "0000000160")], query({ account: "0000000155" }))).toBe("inside");
    // What comes after the account decides, wherever it can.
    const told = { ...right, companyCode: exact("1000") };
    expect(winner([left, told], query({ account: "0000000155" }))).toBe("right");
    expect(winner([told, left], query({ account: "0000000155" }))).toBe("right");
    expect(winner([told, left], query({ account: "0000000155", companyCode: "2000" }))).toBe("left");
  });

  it("is a tie in the middle of a long table once for each rule", () => {
    const same = Array.from({ length: 4 }, (_, index) => rule(String(index), { object: "A" }));
    const result = compileMapping(same);
    expect(result.ok ? [] : result.error.map(({ rules }) => rules[1])).toEqual(["1", "2", "3"]);
  });

  it("is a span of dates that ends before it begins", () => {
    const result = compileMapping([rule("r", { from: "20260201", to: "20260101" })]);
    expect(result).toMatchObject({ ok: false, error: [{ code: "mapping.span-empty", rules: ["r"] }] });
  });

  it("is a table of ranges that cross one another without end", () => {
    const pad = (number: number) => String(number).padStart(10, "0");
    const crossed = Array.from(
      { length: 2_200 },
      (_, index): MappingRule => ({
        ...rule(String(index), {}),
        account: { kind: "range", from: pad(index), to: pad(10_000 + 2 * index) },
      }),
    );
    const result = compileMapping(crossed);
    expect(result).toMatchObject({
      ok: false,
      error: [{ code: "mapping.too-crossed", detail: expect.stringContaining("2200") }],
    });
  });
});

describe("a prefix", () => {
  const prefix = (value: string): MappingRule => ({ ...rule(value, {}), account: { kind: "prefix", value } });

  it("is read as SAP shows the key, and the longest wins", () => {
    const rules = [prefix("4"), prefix("40"), prefix("A")];
    expect(winner(rules, query({ account: "0000400000" }))).toBe("40");
    expect(winner(rules, query({ account: "0000041000" }))).toBe("4");
    expect(winner(rules, query({ account: "4000000000" }))).toBe("40");
    expect(winner(rules, query({ account: "A4" }))).toBe("A");
    expect(winner(rules, query({ account: "0000014000" }))).toBe("none");
    expect(winner(rules, query({ account: "" }))).toBe("none");
  });
});
