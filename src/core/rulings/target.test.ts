import { describe, expect, it } from "vitest";
import { compileMapping, type MappingQuery, readMappingRule } from "../mapping/index.ts";
import type { SapDate } from "../sap-date.ts";
import { findTarget, type ProcoreView } from "./target.ts";

const project = { id: 810, number: "TOWER", currency: "USD" };

function mappingOf(subJob: string) {
  const cells = { object_type: "wbs", project: "TOWER", sub_job: subJob, cost_code: "03-100", cost_type: "M" };
  const rule = readMappingRule("line 2", cells);
  const mapping = rule.ok ? compileMapping([rule.value]) : rule;
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
  return mapping.value;
}

const query: MappingQuery = {
  companyCode: "1000",
  objectKind: "wbs",
  object: "P-1",
  account: "",
  materialGroup: "",
  date: "20260101" as SapDate,
};

function found(subJob: string, view: Partial<ProcoreView>) {
  const codes = new Map([["03-100.M", 1]]);
  const budgetCode: ProcoreView["budgetCode"] = (_, costCode, costType, job) =>
    codes.get([...(job === undefined ? [] : [job]), costCode, costType].join("."));
  const whole = { projectByNumber: () => project, budgetCode, ...view };
  return findTarget(query, { mapping: mappingOf(subJob), view: whole }, () => undefined);
}

describe("the budget code of a target", () => {
  it("is with its sub job where the rule names one, and without where it does not", () => {
    expect(found("", {})).toEqual({
      kind: "target",
      target: { project, budgetCodeId: 1, costCode: "03-100", costType: "M", rule: "line 2" },
    });
    expect(found("A", {})).toMatchObject({ hold: "budget-code-missing", waitsFor: "budget code A.03-100.M in project TOWER" });
    const inJob = found("A", { budgetCode: (...[, , , job]) => (job === "A" ? 2 : undefined) });
    expect(inJob).toMatchObject({ kind: "target", target: { budgetCodeId: 2, subJob: "A" } });
  });

  it("that is missing waits for what the view knows of it", () => {
    const missing = { hold: "budget-code-refused", waitsFor: "a right" } as const;
    const answer = found("A", {
      missingBudgetCode: (_, { subJob }) => (subJob === "A" ? missing : undefined),
    });
    expect(answer).toEqual({ kind: "held", ...missing, project: "TOWER", rule: "line 2" });
  });
});
