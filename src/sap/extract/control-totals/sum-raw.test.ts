import { expect, it } from "vitest";
import { sumRaw } from "./sum-raw.ts";

it("sums cells of two decimals exactly, and nothing is nothing", () => {
  expect(sumRaw([])).toBe("0.00");
  expect(sumRaw(["", "0.10", "0.20", "-0.30"])).toBe("0.00");
  expect(sumRaw(["9007199254740993.01", "0.01", "-0.03"])).toBe("9007199254740992.99");
  expect(sumRaw(["-0.01", "-1.00"])).toBe("-1.01");
});

it.each(["1.5", "1", "*0.00", "1.000", " 1.00", "1,00"])("is never short in silence: %j fails by name", (text) => {
  expect(() => sumRaw(["1.00", text])).toThrow(`"${text}" is no amount`);
});
