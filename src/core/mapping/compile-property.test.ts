// The compiled look-up against a reading of ruling 29 that walks all rules and knows nothing of trees, stretches or chains.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SapDate } from "../sap-date.ts";
import { compileMapping } from "./compile.ts";
import type { MappingQuery, MappingRule, Pattern } from "./rule.ts";

type Name = "object" | "account" | "materialGroup" | "companyCode";
const names: readonly Name[] = ["object", "account", "materialGroup", "companyCode"];

const numbers = [...Array(24).keys(), 100, 101, 110, 111, 119, 120, 999, 1000, 1100].map(String);
const texts = ["A", "A1", "A12", "A2", "B", "B-1", "1A", "47-A", "10-2", "00-A"];
const isPadded = (kind: string, name: Name) => name === "account" || (name === "object" && kind === "cost-center");
const widthOf = { object: 10, account: 10, materialGroup: 9, companyCode: 4 } as const;
const keyIn = (text: string, kind: string, name: Name) =>
  /^\d+$/.test(text) && isPadded(kind, name) ? text.padStart(widthOf[name], "0") : text;

const isNumber = (text: string) => /^\d+$/.test(text);
const stripped = (key: string) => (isNumber(key) ? String(BigInt(key)) : key);

function holds(pattern: Pattern, key: string, padded: boolean): boolean {
  if (pattern.kind === "any") return true;
  if (key === "") return false;
  if (pattern.kind === "exact") return pattern.value === key;
  if (pattern.kind === "prefix") return (padded ? stripped(key) : key).startsWith(pattern.value);
  if (isNumber(pattern.from))
    return (
      isNumber(key) &&
      key.length === pattern.from.length &&
      BigInt(pattern.from) <= BigInt(key) &&
      BigInt(key) <= BigInt(pattern.to)
    );
  return !isNumber(key) && pattern.from <= key && key <= pattern.to;
}

/** Ascending: says less. Ranges of text that share keys are compared by their ends alone, which containment decides. */
function reach(pattern: Pattern): [number, bigint] {
  if (pattern.kind === "exact") return [0, 0n];
  if (pattern.kind === "prefix") return [1, BigInt(-pattern.value.length)];
  if (pattern.kind === "any") return [3, 0n];
  if (isNumber(pattern.from)) return [2, BigInt(pattern.to) - BigInt(pattern.from)];
  const place = (text: string) => BigInt(`0x${Buffer.from(text.padEnd(10, "\0"), "latin1").toString("hex")}`);
  return [2, place(pattern.to) - place(pattern.from)];
}

function compare(left: Pattern, right: Pattern): number {
  const [a, b] = [reach(left), reach(right)];
  return a[0] !== b[0] ? a[0] - b[0] : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
}

function compareRules(left: MappingRule, right: MappingRule): number {
  for (const name of names) {
    const order = compare(left[name], right[name]);
    if (order !== 0) return order;
  }
  return 0;
}

const meets = (rule: MappingRule, query: MappingQuery) =>
  rule.objectKind === query.objectKind &&
  (rule.validFrom ?? "0") <= query.date &&
  query.date <= (rule.validTo ?? "9") &&
  names.every((name) => holds(rule[name], query[name], isPadded(rule.objectKind, name)));

const universe = [...numbers, ...texts];

function isTie(left: MappingRule, right: MappingRule): boolean {
  const kind = left.objectKind;
  return (
    kind === right.objectKind &&
    compareRules(left, right) === 0 &&
    (left.validFrom ?? "0") <= (right.validTo ?? "9") &&
    (right.validFrom ?? "0") <= (left.validTo ?? "9") &&
    names.every((name) =>
      universe.some((text) => [left, right].every((rule) => holds(rule[name], keyIn(text, kind, name), isPadded(kind, name)))),
    )
  );
}

const dates = ["20250101", "20251231", "20260101", "20260630", "20270101"] as SapDate[];
const kinds = fc.constantFrom<"cost-center" | "wbs">("cost-center", "wbs");

function patternFor(kind: string, name: Name): fc.Arbitrary<Pattern> {
  const key = (from: readonly string[]) => fc.constantFrom(...from).map((text) => keyIn(text, kind, name));
  const range = (from: readonly string[]) =>
    fc
      .tuple(key(from), key(from))
      .filter(([low, high]) => !isNumber(low) || low.length === high.length)
      .map((ends) => {
        const [from = "", to = ""] = ends.toSorted();
        return { kind: "range" as const, from, to };
      });
  return fc.oneof(
    fc.constant<Pattern>({ kind: "any" }),
    key(universe).map((value) => ({ kind: "exact" as const, value })),
    fc.constantFrom("0", "1", "10", "11", "2", "A", "A1", "00", "B-").map((value) => ({ kind: "prefix" as const, value })),
    range(numbers),
    range(texts),
  );
}

const ruleOf = kinds.chain((kind) =>
  fc
    .record({
      object: patternFor(kind, "object"),
      account: patternFor(kind, "account"),
      materialGroup: fc.oneof({ weight: 3, arbitrary: fc.constant<Pattern>({ kind: "any" }) }, patternFor(kind, "materialGroup")),
      companyCode: fc.oneof({ weight: 3, arbitrary: fc.constant<Pattern>({ kind: "any" }) }, patternFor(kind, "companyCode")),
      span: fc.constantFrom([undefined, undefined], [dates[0], dates[1]], [dates[2], undefined], [undefined, dates[3]]),
    })
    .map(({ span: [validFrom, validTo], ...patterns }) => ({
      objectKind: kind,
      ...patterns,
      ...(validFrom ? { validFrom } : {}),
      ...(validTo ? { validTo } : {}),
    })),
);
const tables = (maxLength: number) =>
  fc
    .array(ruleOf, { maxLength, size: "max" })
    .map((rules) =>
      rules.map(
        (rule, index): MappingRule => ({ ...rule, name: String(index), target: { project: "P", costCode: "C", costType: "M" } }),
      ),
    );
const queryOf = kinds.chain((kind) => {
  const key = (name: Name) => fc.constantFrom("", ...universe).map((text) => (text === "" ? "" : keyIn(text, kind, name)));
  return fc.record({
    objectKind: fc.constant(kind),
    object: key("object"),
    account: key("account"),
    materialGroup: key("materialGroup"),
    companyCode: key("companyCode"),
    date: fc.constantFrom(...dates),
  });
});

describe("the compiled mapping", () => {
  it("answers what a walk over all rules answers", () => {
    let mapped = 0;
    fc.assert(
      fc.property(tables(40), fc.array(queryOf, { minLength: 20, maxLength: 60 }), (given, queries) => {
        const rules = given.filter((rule, index) => !given.slice(0, index).some((other) => isTie(other, rule)));
        const mapping = compileMapping(rules);
        if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
        for (const query of queries) {
          const [best] = rules.filter((rule) => meets(rule, query)).sort(compareRules);
          const answer = mapping.value.resolve(query);
          expect(answer.kind === "mapped" ? answer.rule.name : undefined).toBe(best?.name);
          if (best) mapped += 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(mapped).toBeGreaterThan(1_000);
  });

  it("refuses exactly the tables with a tie, and names each rule that meets an earlier one", () => {
    let refused = 0;
    fc.assert(
      fc.property(tables(25), fc.boolean(), (given, isTwice) => {
        const [first] = given;
        const rules = first && isTwice ? [...given, { ...first, name: String(given.length) }] : given;
        const tied = rules.some((rule, index) => rules.slice(0, index).some((other) => isTie(other, rule)));
        const mapping = compileMapping(rules);
        expect(mapping.ok).toBe(!tied);
        if (mapping.ok) return;
        refused += 1;
        for (const { code, rules: pair } of mapping.error) {
          const [first, second] = pair.map((name) => rules[Number(name)]);
          expect(code).toBe("mapping.tie");
          expect(first && second && first !== second && isTie(first, second)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(20);
  });

  it("does not mind the order of lines, and its version neither", () => {
    fc.assert(
      fc.property(tables(15), (given) => {
        const rules = given.filter((rule, index) => !given.slice(0, index).some((other) => isTie(other, rule)));
        const [mapping, turned] = [compileMapping(rules), compileMapping(rules.toReversed())];
        expect(mapping.ok && turned.ok && mapping.value.version === turned.value.version).toBe(true);
      }),
    );
  });
});
