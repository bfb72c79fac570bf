import { expect, it } from "vitest";
import { assignmentOf, routingOf } from "./object-number.ts";

const networks = new Map([["0000000001", "000000000900"]]);
const filledOf = (number: string) =>
  Object.fromEntries(Object.entries(assignmentOf(number, networks)).filter(([, value]) => value !== ""));

it.each([
  ["KS10000000004711", { costCenter: "0000004711" }],
  ["KSA   YARD-US", { costCenter: "YARD-US" }],
  ["KL1000YARD-US   LABOR", { costCenter: "YARD-US" }],
  ["OR000000800002", { order: "000000800002" }],
  ["PR00000007", { wbs: "00000007" }],
  ["NV000000000100000002", { network: "000000000900", routing: "0000000001", activity: "00000002" }],
  ["NV000000000700000002", { network: "AUFPL-0000000007", routing: "0000000007", activity: "00000002" }],
  ["PD00000007", {}],
  ["VB0000001234000010", {}],
  ["", {}],
])("%s names %j", (number, keys) => {
  expect(filledOf(number)).toEqual(keys);
});

it("only activities have a routing", () => {
  expect(routingOf("NV000000000100000002")).toBe("0000000001");
  expect(routingOf("PR00000007")).toBeUndefined();
});
