import { describe, expect, it } from "vitest";
import type { SapDate } from "../../core/index.ts";
import type { OpeningBalance } from "../../hub/index.ts";
import { openingLines, waitingContractLines } from "./cut-over-text.ts";

const row = {
  currency: "USD",
  budgetCode: "03-100.M",
  costs: 7_000_00n,
  orderCosts: 11_00n,
  posted: 5_00n,
  waiting: 0n,
  held: 2_00n,
  commitments: 0n,
  excluded: 0n,
  costsByHand: 6_900_00n,
  billedByHand: 0n,
  ours: 5_00n,
  confirmed: undefined,
  sapToDate: 7_018_00n,
  difference: 7_011_00n,
  procoreDifference: 6_900_00n,
  state: "unconfirmed",
} as const;

const balance = (change: Partial<OpeningBalance> = {}): OpeningBalance => ({
  project: "TOWER",
  date: "20261001" as SapDate,
  rows: [row],
  hash: "0123456789ab",
  word: undefined,
  invoicedBefore: [{ currency: "USD", minor: 40_00n }],
  contracts: [{ id: 9100, number: "PO-1", title: "Rebar", status: "Approved", amount: "1000.0", originId: "" }],
  isTied: false,
  ...change,
});
const print = (change: Partial<OpeningBalance> = {}) => openingLines(balance(change), (text) => text).join("\n");

describe("an opening balance", () => {
  it("says what differs, what is to be confirmed, and how", () => {
    const text = print();
    expect(text).toMatch(
      /older than 2026-10-01\. Nobody confirmed them: ml-connector cut-over confirm --project … --figures 0123456789ab/,
    );
    expect(text).toMatch(/03-100\.M +USD +7,000\.00 +6,900\.00 +100\.00 +11\.00 +0\.00 +11\.00/);
    expect(text).toMatch(/7,018\.00 +0\.00 +5\.00 +0\.00 +2\.00 +0\.00 +0\.00 +7,011\.00 +6,900\.00 +not confirmed/);
    expect(text).toContain("Older invoices that were left out: 40.00 USD.");
    expect(text).toMatch(/9100 +PO-1 +Rebar +Approved +1,000\.0/);
  });

  it("says who confirmed it, and whether it ties", () => {
    const word = { actor: "user:jane", note: "per trial balance", at: new Date("2026-10-02T08:00:00Z"), hash: "0123456789ab" };
    const tied = { ...row, confirmed: 7_011_00n, difference: 0n, procoreDifference: 0n, state: "tied" as const };
    expect(print({ word, rows: [tied], isTied: true })).toContain(
      "Confirmed by jane on 2026-10-02 (0123456789ab): per trial balance. It ties.",
    );
    expect(print({ word, rows: [{ ...tied, state: "changed-in-sap" }] })).toMatch(
      /It does not tie\.[\s\S]*SAP changed it after the word/,
    );
    expect(print({ date: undefined })).toContain("nothing is to be confirmed");
  });
});

describe("older orders that wait", () => {
  const waiting = {
    connection: "main",
    order: "0004500001",
    project: "TOWER",
    title: "Rebar",
    code: "contract-twin",
    why: "several contracts are alike",
    candidates: [
      {
        contractId: 9100,
        number: "SC-1",
        title: "Steel",
        status: "Approved",
        originId: "",
        reasons: ["same vendor", "same amount"],
      },
    ],
    decided: "",
  };
  const lines = (change: Partial<typeof waiting> = {}) =>
    waitingContractLines([{ ...waiting, ...change }], (text) => text).join("\n");

  it("stand with the contracts that may be them, why, and what was decided", () => {
    expect(lines()).toMatch(
      /4500001 +TOWER +Rebar +contract-twin +several contracts are alike\n +9100 +SC-1 Steel +Approved +same vendor, same amount/,
    );
    expect(lines({ decided: "adopt 9100" })).toContain("decided: adopt 9100");
    expect(waitingContractLines([], (text) => text)).toEqual(["No older purchase order waits for a decision."]);
  });
});
