import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMappingRule } from "./read-rule.ts";
import { mappingCells } from "./write-rules.ts";

const number = fc.integer({ min: 0, max: 9_999 }).map(String);
const pattern = fc.oneof(fc.constant(""), number, fc.constantFrom("A1", "B-2", "40*", "0047*", "A*", "100..200", "A..B"));

describe("a rule written out", () => {
  it("reads back as the same rule", () => {
    let read = 0;
    const kinds = fc.constantFrom("wbs", "network", "order", "cost-center", "plant");
    fc.assert(
      fc.property(
        kinds,
        pattern,
        pattern,
        pattern,
        fc.constantFrom("", "2026-01-31"),
        (object_type, object, account, group, valid_from) => {
          const cells = {
            object_type,
            object,
            account,
            material_group: group,
            valid_from,
            project: "T, 1",
            cost_code: "03",
            cost_type: "M",
          };
          const rule = readMappingRule("m", cells);
          if (!rule.ok) return;
          read += 1;
          expect(readMappingRule("m", mappingCells(rule.value))).toEqual(rule);
        },
      ),
    );
    expect(read).toBeGreaterThan(50);
  });
});
