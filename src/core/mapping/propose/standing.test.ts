import { expect, it } from "vitest";
import type { Picked } from "./pick-rules.ts";
import { standing } from "./standing.ts";
import { rules } from "./testing.ts";

const cells = { object: "P-1", account: "410000", project: "26-1", cost_code: "01-100" };
const picked = (costType: string): Picked => {
  const [rule] = rules({ ...cells, cost_type: costType }).rules;
  if (!rule) throw new Error("no rule");
  const weakest = { kind: "target", target: rule.target, points: 80, reasons: [] } as const;
  return { rule, proof: { held: [], points: 80, weakest, pairs: 1 }, added: [] };
};

it("what compiles stands; of what does not, nothing is proposed, and why is told", () => {
  const one = { picked: [picked("L")], leftOut: [] };
  expect(standing(rules(), one)).toEqual(one);
  const tied = standing(rules(), { picked: [picked("L"), picked("M")], leftOut: [] });
  expect(tied.picked).toEqual([]);
  expect(tied.leftOut.map(({ why }) => why)).toEqual(
    Array(2).fill("cannot be compiled with the others: same patterns, overlapping dates"),
  );
});
