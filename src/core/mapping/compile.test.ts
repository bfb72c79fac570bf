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

  it("is a range or a prefix, by name", () => {
    const ranged: MappingRule = { ...rule("r", {}), account: { kind: "range", from: "1", to: "2" } };
    expect(compileMapping([ranged])).toMatchObject({
      ok: false,
      error: [{ code: "mapping.pattern-not-supported", rules: ["r"] }],
    });
  });
});
