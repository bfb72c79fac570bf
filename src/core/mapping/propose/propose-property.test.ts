// Whatever the site and its rules: what is proposed compiles beside them, moves nothing that they place on any key, and its shares are those of the money it places.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SapDate } from "../../sap-date.ts";
import { compileMapping } from "../compile.ts";
import { type CoverageLine, coverage, permilleOf } from "../coverage.ts";
import { readMappingRule } from "../read-rule.ts";
import type { Mapping, MappingQuery } from "../rule.ts";
import { account, budget, element, line, ordered, project, propose, reference, sapProject } from "./testing.ts";

const posids = ["P-1-01", "P-1-02", "P-1-03", "P-10-01", "P-10-02", "P-100-01", "P-100-011", "Q-7"];
const accounts = ["410000", "411000", "412000", "420000", "421000", "430000", "499000"];
const accountTexts = ["Wages", "Payroll", "Material", "Concrete", "Travel", "Labor for equipment", ""];
const codeNames = ["Formwork", "Reinforcing", "Site", "Formwork 2"];
const days = ["20260101", "20260331", "20260401"] as const;

const existingRule = fc.record({
  object_type: fc.constant("wbs"),
  object: fc.constantFrom(...posids, "P-1*", "P-10*", "P-100-*", "P*", ""),
  account: fc.constantFrom(...accounts, "41*", "4*", "410000..419999", "411000..420000", ""),
  material_group: fc.constantFrom("", "", "", "STEEL"),
  valid_to: fc.constantFrom("", "", "2026-03-31"),
  project: fc.constantFrom("P-1", "P-10", "26-100"),
  cost_code: fc.constantFrom("01-100", "02-100", "03-100"),
  cost_type: fc.constantFrom("L", "M", "O"),
});
const anyLine = fc
  .record({
    object: fc.constantFrom(...posids),
    account: fc.constantFrom(...accounts),
    size: fc.integer({ min: 0, max: 10_000 }),
    currency: fc.constantFrom("USD", "CAD"),
    date: fc.constantFrom(...days),
    companyCode: fc.constantFrom("1000", "1000", "1100"),
  })
  .map(({ object, account: number, size, companyCode, ...facts }) => {
    const made = line(object, number, size, facts);
    return { ...made, query: { ...made.query, companyCode } };
  });

/** Items of purchase orders on the same objects and accounts, and stock items, which have a plant and no account. */
const anyOrder = fc
  .record({
    isStock: fc.constantFrom(false, false, false, true),
    object: fc.constantFrom(...posids),
    account: fc.constantFrom(...accounts),
    size: fc.integer({ min: 0, max: 10_000 }),
    currency: fc.constantFrom("USD", "EUR"),
    date: fc.constantFrom(...days),
    materialGroup: fc.constantFrom("", "STEEL", "CONCRETE"),
    isKept: fc.constantFrom(false, false, true),
  })
  .map(({ isStock, object, account: number, size, ...facts }) =>
    isStock ? ordered("1000", "", size, { ...facts, kind: "plant" }) : ordered(object, number, size, facts),
  );

const pickText = <Text>(texts: readonly Text[], count: number) =>
  fc.array(fc.constantFrom(...texts), { minLength: count, maxLength: count });
const anySite = fc.record({
  rules: fc.array(existingRule, { maxLength: 4 }),
  lines: fc.array(anyLine, { minLength: 1, maxLength: 40 }),
  orders: fc.oneof(fc.array(anyOrder, { maxLength: 0 }), fc.array(anyOrder, { maxLength: 20 })),
  // Half of the sites are of one piece, or hardly a wide rule would ever be proved.
  elementTexts: fc.oneof(pickText(codeNames, posids.length), fc.constant(posids.map(() => "Formwork"))),
  accountTexts: fc.oneof(pickText(accountTexts, accounts.length), fc.constant(accounts.map(() => "Wages"))),
  codeTexts: fc.shuffledSubarray([...codeNames], { minLength: 3, maxLength: 3 }),
  known: fc.boolean(),
});

const queries = [...posids, "P-1-04", "P-100", "X"].flatMap((object) =>
  [...accounts, "413000"].flatMap((number) =>
    days.flatMap((date) =>
      ["", "STEEL", "CONCRETE"].map(
        (materialGroup): MappingQuery => ({
          companyCode: "1000",
          objectKind: "wbs",
          object,
          account: number.padStart(10, "0"),
          materialGroup,
          date: date as SapDate,
        }),
      ),
    ),
  ),
);

function compile(cells: readonly Record<string, string>[]): Mapping | undefined {
  const read = cells.map((each, index) => readMappingRule(`mapping.csv:${index}`, each));
  const compiled = compileMapping(read.flatMap((rule) => (rule.ok ? [rule.value] : [])));
  return compiled.ok ? compiled.value : undefined;
}

type Drawn = typeof anySite extends fc.Arbitrary<infer Site> ? Site : never;

function proposeFor({ lines, orders, elementTexts, accountTexts: names, codeTexts, known }: Drawn, mapping: Mapping) {
  const projectOf = (posid: string) => (posid.startsWith("P-100-") ? "3" : posid.startsWith("P-10-") ? "2" : "1");
  const structure = [
    sapProject("1", "P-1", "Harbor View"),
    sapProject("2", "P-10", "Cedar Park"),
    sapProject("3", "P-100", "Mill Creek"),
    ...posids.map((posid, index) => element(posid, projectOf(posid), elementTexts[index] ?? "")),
  ];
  // The second company's chart gives the numbers other meanings.
  const chart = [
    reference("company-code", "1000", "", { chartOfAccounts: "CAGR" }),
    reference("company-code", "1100", "", { chartOfAccounts: "CAUS" }),
    ...accounts.map((number, index) => account(number, names[index] ?? "")),
    ...accounts.map((number, index) => reference("gl-account", `CAUS/0000${number}`, names.at(-1 - index) ?? "")),
  ];
  const codes = Object.fromEntries(codeTexts.map((name, index) => [`0${index + 1}-100`, name]));
  return propose({
    mapping,
    lines,
    orders,
    references: known ? [...structure, ...chart] : chart,
    projects: [project(1, "P-1", "Harbor View"), project(2, "P-10", "Cedar Park"), project(3, "26-100", "Mill Creek")],
    budgets: { 1: budget(codes), 2: budget(codes, ["L"]), 3: budget(codes) },
  });
}

const sum = (lines: readonly CoverageLine[]) => lines.reduce((total, { sizeMinor }) => total + sizeMinor, 0n);

describe("whatever the site", () => {
  it("proposals compile beside the rules of today, move nothing, and their shares are of what they place", () => {
    let proposed = 0;
    let wide = 0;
    fc.assert(
      fc.property(anySite, (site) => {
        const mapping = compile(site.rules);
        fc.pre(mapping !== undefined);
        if (!mapping) return;
        const { proposals, currencies, questions, leftOut } = proposeFor(site, mapping);
        proposed += proposals.length;
        wide += proposals.filter(({ rule }) => rule.object.kind !== "exact" || rule.account.kind !== "exact").length;
        const together = compileMapping([...mapping.rules, ...proposals.map(({ rule }) => rule)]);
        expect(together.ok).toBe(true);
        if (!together.ok) return;
        const placeOf = (of: Mapping, query: MappingQuery) => {
          const answer = of.resolve(query);
          return answer.kind === "mapped" ? answer.rule.target : undefined;
        };
        for (const query of [...queries, ...[...site.lines, ...site.orders].map((each) => each.query)]) {
          const [was, is] = [placeOf(mapping, query), placeOf(together.value, query)];
          if (was && JSON.stringify(was) !== JSON.stringify(is)) expect({ query, place: is }).toEqual({ query, place: was });
        }
        // What is in Procore already needs no rule, and moves by none.
        const keptMinor = (currency: string) => sum(site.orders.filter((each) => each.isKept && each.currency === currency));
        const open = site.orders.filter(({ isKept }) => !isKept);
        const both = [
          ...coverage(together.value, site.lines).map((found) => ({ ...found, of: "cost", kept: 0n })),
          ...coverage(together.value, open).map((found) => ({ ...found, of: "order", kept: keptMinor(found.currency) })),
        ];
        for (const found of both) {
          const isOwn = (each: { of: string; currency: string }) => each.of === found.of && each.currency === found.currency;
          const own = currencies.find(isOwn);
          expect(own?.proposedPermille).toBe(permilleOf(found.coveredMinor + found.kept, found.sizeMinor + found.kept));
          const added = proposals.flatMap(({ money }) => money).filter(isOwn);
          const addedMinor = added.reduce((total, { sizeMinor }) => total + sizeMinor, 0n);
          expect(addedMinor + (own?.coveredMinor ?? 0n)).toBe(found.coveredMinor + found.kept);
          // What is not placed now is asked about or left out: nothing falls through.
          const asked = [...questions, ...leftOut].flatMap(({ money }) => money).filter(isOwn);
          const openMinor = asked.reduce((total, { sizeMinor }) => total + sizeMinor, 0n);
          expect(openMinor).toBe(found.sizeMinor - found.coveredMinor);
        }
        expect(currencies.reduce((total, { sizeMinor }) => total + sizeMinor, 0n)).toBe(sum(site.lines) + sum(site.orders));
      }),
      { numRuns: 400 },
    );
    expect(proposed).toBeGreaterThan(300);
    expect(wide).toBeGreaterThan(30);
  });

  it("the order of what was read changes nothing", () => {
    fc.assert(
      fc.property(anySite, (site) => {
        const mapping = compile(site.rules);
        fc.pre(mapping !== undefined);
        if (!mapping) return;
        const turned = { ...site, lines: site.lines.toReversed(), orders: site.orders.toReversed() };
        expect(proposeFor(turned, mapping)).toEqual(proposeFor(site, mapping));
      }),
      { numRuns: 100 },
    );
  });
});
