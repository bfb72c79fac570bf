import { describe, expect, it } from "vitest";
import { becameOf, budgetCodeEffect } from "./budget-codes.ts";

const wanted = { project: { id: 810, number: "TOWER", currency: "USD" }, key: { costCode: "03-100", costType: "M" } };
const choices = [{ segment_id: 11, segment_item_id: 2 }];

describe("the effect that creates a budget code", () => {
  it("has the code for its key, and a hash that does not change with Procore's ids", () => {
    const effect = budgetCodeEffect(wanted, choices);
    expect(effect).toMatchObject({ originId: "BC.810.03-100.M", recordOriginId: "BC.810.03-100.M", projectId: 810 });
    expect(effect.body).toEqual({ flat_code: "03-100.M", segment_items: choices });
    expect(budgetCodeEffect(wanted, [{ segment_id: 11, segment_item_id: 99 }]).hash).toBe(effect.hash);
    const elsewhere = { ...wanted, key: { costCode: "03-200", costType: "M" } };
    expect(budgetCodeEffect(elsewhere, choices).hash).not.toBe(effect.hash);
  });

  const code = "budget code 03-100.M in project TOWER";
  it.each([
    ["confirmed", null, 33n, { kind: "there", procoreId: 33 }],
    [
      "held",
      "POST /rest/v1.0/x: may not",
      null,
      { missing: { hold: "budget-code-refused", waitsFor: `${code}, not created: may not` } },
    ],
    ["planned", null, null, { missing: { waitsFor: `${code}, whose creation awaits approval` } }],
    ["approved", null, null, { missing: { waitsFor: `${code}, which is created before` } }],
    ["unknown", null, null, { missing: { hold: "budget-code-missing", waitsFor: `${code}, whose creation is in doubt` } }],
    ["sending", null, null, { missing: { waitsFor: `${code}, whose creation is in doubt` } }],
  ])("%s means it for the lines", (state, detail, id, became) => {
    expect(becameOf(wanted, { state, detail, procore_id: id })).toMatchObject(became);
  });
});
