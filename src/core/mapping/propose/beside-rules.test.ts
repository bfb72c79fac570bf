// Against a walk over keys: a proposal that any key shows to tie or to take something must be refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SapDate } from "../../sap-date.ts";
import { compileMapping } from "../compile.ts";
import { readMappingRule } from "../read-rule.ts";
import type { MappingQuery, MappingRule } from "../rule.ts";
import { besideRules } from "./beside-rules.ts";

function ruleOf(name: string, cells: Record<string, string>): MappingRule {
  const rule = readMappingRule(name, { object_type: "wbs", cost_type: "L", cost_code: "01-100", ...cells });
  if (!rule.ok) throw new Error(JSON.stringify(rule.error));
  return rule.value;
}
const clash = (existing: Record<string, string>, own: Record<string, string>) =>
  besideRules([ruleOf("theirs", { project: "A", ...existing })])(ruleOf("ours", { project: "B", ...own }));

describe("a rule beside the rules of today", () => {
  it("ties with one that says equally much of a key", () => {
    expect(clash({ object: "P-1*" }, { object: "P-1*" })).toEqual({ rule: "theirs", why: "ties with" });
    expect(clash({ object: "P-1*", company_code: "1000" }, { object: "P-1*" })).toBeUndefined();
  });

  it("would take from a wider one, also where the account is the narrower of theirs", () => {
    expect(clash({ object: "P-1*", account: "410000" }, { object: "P-1-01", account: "41*" })?.why).toBe("would take from");
    expect(clash({ account: "400000..419999" }, { object: "P-1-01", account: "41*" })?.why).toBe("would take from");
    // A material group is compared after the account: items of purchase orders would move.
    expect(clash({ object: "P-1-01", material_group: "STEEL" }, { object: "P-1-01", account: "410000" })?.why).toBe(
      "would take from",
    );
  });

  it("takes nothing from a narrower one, one for other keys, or one that leads to the same place", () => {
    expect(clash({ object: "P-1-01", account: "410000" }, { object: "P-1*", account: "41*" })).toBeUndefined();
    expect(clash({ account: "420000..429999" }, { object: "P-1-01", account: "41*" })).toBeUndefined();
    expect(clash({ object: "P-1*", project: "B" }, { object: "P-1-01" })).toBeUndefined();
    expect(clash({ object_type: "order", object: "1" }, { object: "P-1-01" })).toBeUndefined();
  });
});

const shown = ["4", "40", "41", "400", "410", "4100", "4101", "500", "A1"];
const objects = ["P-1", "P-1-01", "P-1-02", "P-10", "P-10-01", "Q", "12", "120", "7"];
const objectPattern = fc.oneof(
  fc.constantFrom(...objects, ""),
  fc.constantFrom("P-1*", "P-1-*", "P-10*", "P*", "1*", "12*", "P-1-01..P-1-02", "P-1..P-10-01", "P..Q", "100..130"),
);
const accountPattern = fc.oneof(
  fc.constantFrom(...shown, ""),
  fc.constantFrom("4*", "41*", "410*", "400..410", "40..4100", "4100..4101", "A*", "A0..A9"),
);
const existing = fc.record({
  object: objectPattern,
  account: accountPattern,
  company_code: fc.constantFrom("", "1000", "10*"),
  valid_to: fc.constantFrom("", "2026-03-31"),
  project: fc.constantFrom("A", "B"),
});
const proposed = fc.record({
  object: fc.constantFrom(...objects, "P-1*", "P-1-*", "P-10*", "12*", "P-1..P-10-01"),
  account: fc.constantFrom(...shown, "4*", "41*", "410*", "", "400..410", "40..4100"),
});

const keys = objects.flatMap((object) =>
  shown.flatMap((account) =>
    ["1000", "1100"].flatMap((companyCode) =>
      (["20260101", "20260601"] as SapDate[]).map(
        (date): MappingQuery => ({
          companyCode,
          objectKind: "wbs",
          object,
          account: /^\d+$/.test(account) ? account.padStart(10, "0") : account,
          materialGroup: "",
          date,
        }),
      ),
    ),
  ),
);

describe("whatever the rules", () => {
  it("what it lets stand compiles with them, and moves no key that they place", () => {
    let standing = 0;
    fc.assert(
      fc.property(fc.array(existing, { maxLength: 8 }), fc.array(proposed, { minLength: 1, maxLength: 3 }), (theirs, ours) => {
        const rules = theirs.map((cells, index) => ruleOf(`theirs ${index}`, cells));
        const before = compileMapping(rules);
        fc.pre(before.ok);
        if (!before.ok) return;
        for (const cells of ours) {
          const own = ruleOf("ours", { project: "C", ...cells });
          if (besideRules(rules)(own)) continue;
          standing += 1;
          const after = compileMapping([...rules, own]);
          expect(after.ok).toBe(true);
          if (!after.ok) return;
          for (const key of keys) {
            const was = before.value.resolve(key);
            if (was.kind !== "mapped") continue;
            const is = after.value.resolve(key);
            if (is.kind !== "mapped" || is.rule !== was.rule) expect({ key, is }).toEqual({ key, is: was });
          }
        }
      }),
      { numRuns: 2_000 },
    );
    expect(standing).toBeGreaterThan(300);
  });

  it("what it refuses, some key shows, for patterns without ranges", () => {
    let refused = 0;
    fc.assert(
      fc.property(existing, proposed, (theirs, cells) => {
        fc.pre(![theirs.object, theirs.account, cells.object, cells.account].join().includes(".."));
        const [rule, own] = [ruleOf("theirs", theirs), ruleOf("ours", { project: "C", ...cells })];
        if (!besideRules([rule])(own)) return;
        refused += 1;
        const [alone, together] = [compileMapping([rule]), compileMapping([rule, own])];
        if (!alone.ok || !together.ok) return;
        const moved = keys.some((key) => {
          const [was, is] = [alone.value.resolve(key), together.value.resolve(key)];
          return was.kind === "mapped" && is.kind === "mapped" && is.rule === own;
        });
        expect(moved).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
