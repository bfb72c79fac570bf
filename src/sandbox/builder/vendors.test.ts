import { expect, it } from "vitest";
import { vendorName } from "./vendors.ts";

it("names more vendors than there are names, each once and none longer than SAP's column", () => {
  const names = Array.from({ length: 20_000 }, (_, index) => vendorName(index));
  expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(35);
  expect(new Set(names).size).toBe(names.length);
});
