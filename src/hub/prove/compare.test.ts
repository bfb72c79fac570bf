import { describe, expect, it } from "vitest";
import { type Comparison, compareListing, type Expected, type Listed } from "./compare.ts";

const expected = (change: Partial<Expected> = {}): Expected => ({
  originId: "S01.100.PO.1.810",
  procoreId: 7,
  amount: { minor: 12_050n, currency: "USD" },
  isStatus: (status) => status === "Approved",
  ...change,
});

const listed = (change: Partial<Listed> = {}): Listed => ({
  id: 7,
  originId: "S01.100.PO.1.810",
  amount: "120.5",
  status: "Approved",
  isDeleted: false,
  ...change,
});

const compare = (change: Partial<Comparison>) =>
  compareListing({
    expected: [expected()],
    listed: [listed()],
    isOurs: (originId) => originId.startsWith("S01.100.PO."),
    isInMotion: () => false,
    ...change,
  }).map(({ finding, found }) => `${finding}: ${found}`);

describe("a listing beside what was confirmed", () => {
  it("says nothing where both agree, however the amount is written", () => {
    expect(compare({})).toEqual([]);
    expect(
      compare({
        expected: [expected({ amount: null, isStatus: undefined })],
        listed: [listed({ amount: "9", status: "Closed" })],
      }),
    ).toEqual([]);
  });

  it.each([
    ["is gone", [], ["missing: not listed"]],
    ["is there twice", [listed(), listed({ id: 8 })], ["doubled: records 7, 8"]],
    ["is another record", [listed({ id: 9 })], ["other-record: record 9"]],
    ["lies in the recycle bin", [listed({ isDeleted: true })], ["deleted: in the recycle bin"]],
    ["has another amount", [listed({ amount: "120.51" })], ["amount: 120.51 USD"]],
    ["has an amount that is none", [listed({ amount: "12O.5" })], ["amount: 12O.5"]],
    ["has another status", [listed({ status: "Draft" })], ["status: Draft"]],
    ["has both", [listed({ amount: "0", status: "Draft" })], ["amount: 0.00 USD", "status: Draft"]],
  ] as const)("says that a record %s", (_, found, findings) => {
    expect(compare({ listed: found })).toEqual(findings);
  });

  it("finds records with our origin ids that we do not know, and leaves others' alone", () => {
    const others = [
      listed({ id: 10, originId: "S01.100.PO.2.810" }),
      listed({ id: 11, originId: "S02.100.PO.1.810" }),
      listed({ id: 12, originId: null }),
      listed({ id: 13, originId: "S01.100.PO.3.810", isDeleted: true }),
    ];
    expect(compare({ listed: [listed(), ...others] })).toEqual(["stray: record 10"]);
  });

  it("says nothing about what is being written just now", () => {
    expect(compare({ listed: [listed({ id: 10, originId: "S01.100.PO.2.810" })], isInMotion: () => true })).toEqual([]);
  });
});
