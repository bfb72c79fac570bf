import { describe, expect, it } from "vitest";
import type { ExplainedAtom, Explanation } from "../../hub/index.ts";
import { explanationLines } from "./explain-text.ts";

const atom: ExplainedAtom = {
  connection: "main",
  flow: "costs",
  key: "1000.0100000001.2026.001",
  period: "2026.010",
  amount: "200.00",
  currency: "USD",
  disposition: "posted",
  reason: "",
  waitsFor: "",
  rule: "mapping.csv:2",
  project: "BRIDGE",
  budgetCode: "03-100.M",
  isGone: false,
  facts: [],
  recordOriginId: "S01.100.DC.NEW.1",
  originId: "S01.100.DL.NEW.1.03-100:M",
  budgetCodeOriginId: "",
};
const posting = {
  recoding: "7",
  askedBy: "user:jo",
  note: "wrong project",
  currency: "USD",
  project: "TOWER",
  budgetCode: "03-100.M",
  originId: "",
};
const explanation = (earlier: ExplainedAtom["earlier"]): Explanation => ({
  asOf: "2026-11-29T00:00:00.000Z",
  atoms: [earlier ? { ...atom, earlier } : atom],
  hasMoreAtoms: false,
  sums: {},
  holds: [],
  known: [],
  effects: [],
  runs: [],
  proofs: [],
  edits: [],
});

describe("an explanation", () => {
  it("tells of a line that was re-coded how it was posted before, what took that back, and by whose word", () => {
    const told = explanationLines(
      explanation([
        {
          ...posting,
          postingVersion: 1,
          isNegating: false,
          amount: "200.00",
          reference: "AAAA",
          recordOriginId: "S01.100.DC.OLD.1",
        },
        {
          ...posting,
          postingVersion: 2,
          isNegating: true,
          amount: "-200.00",
          reference: "BBBB",
          recordOriginId: "S01.100.DC.OLD.2",
        },
      ]),
      { isPast: false },
      (text) => text,
    );
    const text = told.join("\n");
    expect(text).toMatch(/posted \(posting 1\) +200\.00 USD at TOWER 03-100\.M, reference AAAA\n +S01\.100\.DC\.OLD\.1/);
    expect(text).toMatch(
      /taken back \(posting 2\) +-200\.00 USD at TOWER 03-100\.M, reference BBBB\n +S01\.100\.DC\.OLD\.2\n +re-coding 7 of user:jo: wrong project/,
    );
    expect(explanationLines(explanation(undefined), { isPast: false }, (each) => each).join("\n")).not.toContain("posting");
  });
});
