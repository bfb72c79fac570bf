import { describe, expect, it } from "vitest";
import { createWordIndex, hasOtherMarks, readWords } from "./words.ts";

const likeness = (text: string, names: readonly string[]) =>
  createWordIndex(names.map((name) => ({ value: name, text: name })))(text);

describe("words", () => {
  it.each([
    ["Möbel & Geräte", "Moebel und Geraete"],
    ["CAST-IN-PLACE  CONCRETE", "Cast in place concrete"],
    ["Fixtures", "the fixture"],
    ["Phase 02", "phase 2"],
  ])("are the same in %j and %j", (left, right) => {
    expect(likeness(left, [right])).toMatchObject([{ isSame: true }]);
  });

  it("weigh by how few bear them, and say which they are", () => {
    const names = ["Project Harbor View", "Project Cedar Park", "Project Mill Creek"];
    const found = likeness("Project Harbor", names);
    const of = (name: string) => found.find(({ value }) => value === name);
    expect(of("Project Harbor View")).toMatchObject({ isSame: false, shared: ["project", "harbor"] });
    // harbor 1000 and project 333 of harbor, view and project; project alone against four more.
    expect(of("Project Harbor View")?.permille).toBe(Math.floor((1_333 * 1_000) / 2_333));
    expect(of("Project Cedar Park")?.permille).toBe(Math.floor((333 * 1_000) / 3_333));
  });

  it("tell apart what differs in a number, a Roman one or a letter, and nothing that one side leaves out", () => {
    const differ = (left: string, right: string) => hasOtherMarks(readWords(left), readWords(right));
    expect(differ("Hall 2", "Hall 3")).toBe(true);
    expect(differ("Phase II", "Phase III")).toBe(true);
    expect(differ("Tower A", "Tower B")).toBe(true);
    expect(differ("Tower A", "Tower")).toBe(false);
    expect(differ("Hall 2", "Hall 02")).toBe(false);
  });

  it("find nothing by a number alone or by words that say nothing", () => {
    expect(likeness("2026", ["Site 2026"])).toEqual([]);
    expect(likeness("of the", ["of the"])).toEqual([]);
    expect(likeness("", ["Harbor"])).toEqual([]);
  });
});
