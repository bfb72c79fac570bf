import { expect, it } from "vitest";
import { patternText } from "../pattern.ts";
import { accountPatterns, objectPatterns } from "./wider.ts";

const objects = (kind: "wbs" | "order", object: string) => objectPatterns(kind, object).map(patternText);

it("a WBS element's number widens at its separators, the narrowest first, and not to letters alone", () => {
  expect(objects("wbs", "P-1001-03-01")).toEqual(["P-1001-03-01", "P-1001-03-*", "P-1001-03*", "P-1001-*", "P-1001*"]);
  expect(objects("wbs", "ABC-DEF-1.2")).toEqual(["ABC-DEF-1.2", "ABC-DEF-1.*", "ABC-DEF-1*"]);
  expect(objects("wbs", "1-2-3")).toEqual(["1-2-3", "1-2-*", "1-2*"]);
  expect(objects("order", "000000800001")).toEqual(["000000800001"]);
});

it("an account widens by its first digits as SAP shows them, and then to any", () => {
  expect(accountPatterns("0000410000").map(patternText)).toEqual(["0000410000", "41000*", "4100*", "410*", "41*", ""]);
  expect(accountPatterns("A10").map(patternText)).toEqual(["A10", ""]);
});
