// Which documents and their reversals cancel each other within one plan, and which do not.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GroupKey } from "../rulings/cost.ts";
import type { CostGroups } from "./parts.ts";
import { cancelReversed, type ReversibleMember } from "./reversals.ts";

describe("documents and their reversals (ruling 24)", () => {
  const key: GroupKey = {
    companyCode: "1000",
    fiscalYear: 2026,
    period: 3,
    projectId: 1,
    objectKind: "wbs",
    object: "P-1",
    class: "M",
    type: "expense",
    currency: "USD",
    vendor: "",
  };
  const member = (
    document: string,
    minor: bigint,
    reversalOf: string,
    change: Partial<ReversibleMember> = {},
  ): ReversibleMember => ({
    key: document,
    amount: { minor, currency: "USD" },
    postingDate: "20260301",
    budgetCodeId: 1,
    budgetCode: "03.M",
    document: `${document}.2026`,
    reversalOf,
    account: "0000400000",
    object: "P-1",
    ...change,
  });
  const left = (members: readonly ReversibleMember[]) => {
    const groups: CostGroups<ReversibleMember> = new Map([["G", { key, members: [...members] }]]);
    return (
      cancelReversed(groups)
        .groups.get("G")
        ?.members.map((each) => each.key) ?? []
    );
  };

  it.each([
    ["FI names both (STBLG)", [member("1", 5n, "2.2026"), member("2", -5n, "1.2026")], []],
    ["only the reversal names the other", [member("2", -5n, "1.2026"), member("1", 5n, "")], []],
    ["only the reversed names the other", [member("2", -5n, ""), member("1", 5n, "2.2026")], []],
    ["controlling flags both (STOKZ, STFLG)", [member("1", 5n, "STOKZ"), member("2", -5n, "STFLG")], []],
    ["two that are reversed do not cancel each other", [member("1", 5n, "STOKZ"), member("2", -5n, "STOKZ")], ["1", "2"]],
    ["nobody names anybody", [member("1", 5n, ""), member("2", -5n, "")], ["1", "2"]],
    ["another document is named", [member("1", 5n, ""), member("2", -5n, "3.2026")], ["1", "2"]],
    ["another amount", [member("1", 5n, ""), member("2", -4n, "1.2026")], ["1", "2"]],
    ["another account", [member("1", 5n, ""), member("2", -5n, "1.2026", { account: "0000500000" })], ["1", "2"]],
    ["another budget code", [member("1", 5n, ""), member("2", -5n, "1.2026", { budgetCode: "04.M" })], ["1", "2"]],
    ["one reversed twice cancels once", [member("1", 5n, ""), member("2", -5n, "1.2026"), member("3", -5n, "1.2026")], ["3"]],
  ])("%s", (_name, members, staying) => {
    expect(left(members)).toEqual(staying);
  });

  // One of two that controlling flags, and the other's reversal is of another period: which of them stays must not hang on who was read first.
  it.each([
    [
      "two that look alike and one reversal",
      [member("1", 5n, "STOKZ"), member("2", 5n, "STOKZ"), member("3", -5n, "STFLG")],
      ["1"],
    ],
    ["one that is reversed twice", [member("1", 5n, ""), member("2", -5n, "1.2026"), member("3", -5n, "1.2026")], ["3"]],
  ])("choose alike in any order: %s", (_name, members, staying) => {
    fc.assert(
      fc.property(fc.shuffledSubarray(members, { minLength: members.length }), (shuffled) => {
        expect(left(shuffled)).toEqual(staying);
      }),
    );
  });
});
