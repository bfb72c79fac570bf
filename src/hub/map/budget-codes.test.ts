import { describe, expect, it } from "vitest";
import { askingView, budgetCodeOriginId, createBudgetCodeBook } from "./budget-codes.ts";

const project = { id: 810, number: "TOWER", currency: "USD" };
const other = { id: 811, number: "BRIDGE", currency: "USD" };
const key = { costCode: "03-100", costType: "M" };
const code = { flatCode: "03-100.M", id: 33, isActive: true };
const reason = { hold: "budget-code-missing", waitsFor: "cost code 03-100 in project TOWER" } as const;

describe("the budget codes that plans see", () => {
  it("are those of the project that are active", () => {
    const book = createBudgetCodeBook({ policy: "create", projects: {} });
    book.set(810, code);
    book.set(811, { ...code, isActive: false });
    expect([book.find(810, key), book.find(811, key)]).toEqual([33, undefined]);
    expect(book.missing({ project: other, key })?.waitsFor).toBe(
      "budget code 03-100.M in project BRIDGE, which is inactive there",
    );
    // Somebody took it out of use.
    expect(book.isCreatable({ project: other, key })).toBe(false);
  });

  it("tell a sub job from a cost code with a dot, where Procore shows the parts", () => {
    const book = createBudgetCodeBook({ policy: "create", projects: {} });
    const inJob = { subJob: "A", costCode: "03", costType: "M" };
    const dotted = { costCode: "A.03", costType: "M" };
    book.set(810, { flatCode: "A.03.M", id: 1, isActive: true, hasSubJob: true });
    expect([book.find(810, inJob), book.find(810, dotted)]).toEqual([1, undefined]);
    book.set(810, { flatCode: "A.03.M", id: 2, isActive: true, hasSubJob: false });
    expect([book.find(810, inJob), book.find(810, dotted)]).toEqual([1, 2]);
    book.set(811, { flatCode: "A.03.M", id: 3, isActive: true });
    expect([book.find(811, inJob), book.find(811, dotted)]).toEqual([3, 3]);
  });

  it("are created where the project's policy says so, else the common one", () => {
    const book = createBudgetCodeBook({ policy: "hold", projects: { "811": "create" } });
    expect([project, other].map((each) => book.isCreatable({ project: each, key }))).toEqual([false, true]);
    const reverse = createBudgetCodeBook({ policy: "create", projects: { "811": "hold" } });
    expect([project, other].map((each) => reverse.isCreatable({ project: each, key }))).toEqual([true, false]);
  });

  it("are asked for once: what is noted is said and not wanted again", () => {
    const book = createBudgetCodeBook({ policy: "create", projects: {} });
    const ask = () => askingView(book, () => project);
    const first = ask();
    expect(first.view.missingBudgetCode?.(project, key)).toBeUndefined();
    expect(first.view.missingBudgetCode?.(project, key)).toBeUndefined();
    expect([...first.wanted]).toEqual([["BC.810.03-100.M", { project, key }]]);
    book.note({ project, key }, reason);
    const second = ask();
    expect(second.view.missingBudgetCode?.(project, key)).toEqual(reason);
    expect(second.wanted.size).toBe(0);
    book.set(810, code);
    expect(ask().view.budgetCode(810, "03-100", "M")).toBe(33);
    expect(budgetCodeOriginId({ project: other, key })).toBe("BC.811.03-100.M");
  });
});
