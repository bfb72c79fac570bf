import { describe, expect, it } from "vitest";
import type { MappingRule, Proposal } from "../../core/index.ts";
import type { ProposalsFound } from "../../hub/index.ts";
import { proposalText } from "./propose-text.ts";

const any = { kind: "any" } as const;
const rule: MappingRule = {
  name: "proposal 1",
  companyCode: any,
  objectKind: "wbs",
  object: { kind: "prefix", value: "P-1001-03" },
  account: { kind: "exact", value: "0000410000" },
  materialGroup: any,
  target: { project: "26-1001", costCode: "03-100", costType: "L" },
};
const proposal = (sizeMinor: bigint, permille: number, together: number): Proposal => ({
  rule,
  points: 85,
  isSure: true,
  reasons: ["project: +80 same number"],
  money: [{ of: "cost", currency: "USD", lines: 2, sizeMinor, permille }],
  cumulated: [
    { of: "cost", currency: "CAD", permille: 1_000 },
    { of: "cost", currency: "USD", permille: together },
  ],
});
const found: ProposalsFound = {
  currencies: [
    { of: "cost", currency: "CAD", sizeMinor: 500n, coveredMinor: 500n, coveredPermille: 1_000, proposedPermille: 1_000 },
    { of: "cost", currency: "USD", sizeMinor: 100_000n, coveredMinor: 0n, coveredPermille: 0, proposedPermille: 974 },
  ],
  proposals: [proposal(96_300n, 963, 963), proposal(1_100n, 11, 974)],
  questions: [
    {
      objectKind: "cost-center",
      object: "0000100200",
      accounts: ["0000410000"],
      materialGroups: [],
      part: "project",
      why: "several fit about as well",
      candidates: [{ name: "26-1 Harbor", points: 60, reasons: ["+60 same name"] }],
      money: [{ of: "cost", currency: "USD", lines: 1, sizeMinor: 2_600n }],
    },
  ],
  leftOut: [
    {
      text: "wbs X, account 1: 26-1 01.L",
      why: "would take from mapping.csv:2",
      money: [{ of: "cost", currency: "USD", lines: 1, sizeMinor: 5n }],
    },
  ],
  notLookedAt: 0,
  hasReference: true,
  hasLines: true,
  projectsNotRead: 0,
};
const textOf = (given: ProposalsFound, limit = 10) =>
  proposalText(given, { limit, paint: (text) => text, width: 100 }).join("\n");

describe("proposals", () => {
  it("say first what they come to, and what the next would add", () => {
    const text = textOf(found, 1);
    expect(text).toContain(
      "USD: rules of today cover 0.0 % of 1,000.00 USD; this proposal brings it to 96.3 %; the next best adds 1.1 %",
    );
    expect(text).toContain("CAD: rules of today cover 100.0 % of 5.00 CAD; nothing is proposed for it here");
    expect(text).toContain("and 1 more; --limit shows them");
    expect(textOf(found)).toContain("these 2 proposals bring it to 97.4 %\n");
  });

  it("show each rule with its reasons, then questions and what was left out", () => {
    const text = textOf(found);
    expect(text).toMatch(
      /1 +wbs P-1001-03\* +410000 +26-1001 03-100\.L +85 sure +963\.00 USD +96\.3 % +96\.3 %\n +project: \+80 same number/,
    );
    expect(text).toMatch(
      /1 question, .*\n +cost-center 100200, 26\.00 USD: which project\? several fit about as well\n +26-1 Harbor: 60 points \(\+60 same name\)/,
    );
    expect(text).toContain("wbs X, account 1: 26-1 01.L (0.05 USD): would take from mapping.csv:2");
    expect(text).toContain("Nothing is applied");
  });

  it("tell what was ordered from cost wherever money stands, and name a material group", () => {
    const order = { of: "order", currency: "USD", lines: 1, sizeMinor: 35_000n, permille: 14 } as const;
    const [first] = found.proposals;
    if (!first) throw new Error("there is a proposal");
    const ofGroup: Proposal = {
      ...first,
      rule: { ...rule, materialGroup: { kind: "exact", value: "STEEL" } },
      money: [...first.money, order],
      cumulated: [...first.cumulated, { of: "order", currency: "USD", permille: 994 }],
    };
    const whole = { of: "order", currency: "USD", sizeMinor: 2_475_969n, coveredMinor: 0n } as const;
    const orders = { ...whole, coveredPermille: 981, proposedPermille: 994 };
    const text = textOf({ ...found, currencies: [...found.currencies, orders], proposals: [ofGroup] });
    expect(text).toContain(
      "USD ordered: rules of today cover 98.1 % of 24,759.69 USD ordered; this proposal brings it to 99.4 %",
    );
    expect(text).toMatch(
      /410000, material group STEEL +26-1001 03-100\.L +85 sure +963\.00 USD, 350\.00 USD ordered +96\.3 %, 1\.4 % +96\.3 %, 99\.4 %/,
    );
  });

  it("tell where they know too little", () => {
    const text = textOf({ ...found, hasReference: false, projectsNotRead: 3, notLookedAt: 4 });
    expect(text).toContain("SAP's names are not known yet");
    expect(text).toContain("3 projects of Procore were not looked into");
    expect(text).toContain("4 lighter pairs of object and account were not looked at");
  });
});
