import { describe, expect, it } from "vitest";
import { beginsWith, charactersOf, endOf, isNameable, isTelling, partsKey, partsOf } from "./numbers.ts";

describe("numbers", () => {
  it.each([
    ["P-1001", "P1001"],
    ["p.01001", "P-1001"],
    ["03-100", "3.100"],
  ])("%s and %s are one", (left, right) => {
    expect(partsKey(partsOf(left))).toBe(partsKey(partsOf(right)));
  });

  it("are not one where separators part other digits, and their characters tell so", () => {
    expect(partsKey(partsOf("P-100-1"))).not.toBe(partsKey(partsOf("P-1001")));
    expect(charactersOf("P-100-1")).toBe(charactersOf("P-1001"));
  });

  it("begin with whole parts only", () => {
    expect(beginsWith(partsOf("P-1001-03"), partsOf("P-1001"))).toBe(true);
    expect(beginsWith(partsOf("P-1001-03"), partsOf("P-100"))).toBe(false);
    expect(beginsWith(partsOf("P-1001"), [])).toBe(false);
  });

  it("say something only where they are long enough and hold a digit", () => {
    expect([isTelling(partsOf("1")), isTelling(partsOf("ABCD")), isTelling(partsOf("P-1")), isTelling(partsOf("P-10"))]).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(["2024", "P-1001", "26-1001", "410001", "1"].map((text) => isNameable(partsOf(text)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([endOf(partsOf("26-1001")), endOf(partsOf("26-101")), endOf(partsOf("1001-A"))]).toEqual([
      "1001",
      undefined,
      undefined,
    ]);
  });
});
