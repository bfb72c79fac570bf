import { describe, expect, it } from "vitest";
import { Holds, holdOf } from "./overlap.ts";

const base = "/rest/v1.0/projects/810/direct_costs";

describe("what a direct-cost write holds", () => {
  it.each([
    ["GET", `${base}/5`, undefined],
    ["POST", base, undefined],
    ["PATCH", "/rest/v1.0/vendors/sync", undefined],
    ["PATCH", `${base}/sync`, { project: "810", item: "*" }],
    ["PATCH", `${base}/line_items/sync`, { project: "810", item: "*" }],
    ["PATCH", "/rest/v1.1/projects/810/direct_costs/5", { project: "810", item: "5" }],
    ["DELETE", `${base}/5/line_items/6`, { project: "810", item: "5" }],
    ["POST", `${base}/5/line_items`, { project: "810", item: "5" }],
  ])("%s %s", (method, path, hold) => expect(holdOf(method, path)).toEqual(hold));
});

describe("holds", () => {
  const one = { project: "1", item: "5" };
  const all = { project: "1", item: "*" };

  it("exclude the same item and the whole project, nothing else", () => {
    const holds = new Holds();
    expect(holds.take(one)).toBe(true);
    expect(holds.take(one)).toBe(false);
    expect(holds.take(all)).toBe(false);
    expect(holds.take({ project: "1", item: "6" })).toBe(true);
    expect(holds.take({ project: "2", item: "*" })).toBe(true);
    holds.release(one);
    expect(holds.take(one)).toBe(true);
  });

  it("let the project go when the sync is answered", () => {
    const holds = new Holds();
    expect(holds.take(all)).toBe(true);
    expect(holds.take(one)).toBe(false);
    holds.release(all);
    expect(holds.take(one)).toBe(true);
  });
});
