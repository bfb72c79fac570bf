import { describe, expect, it } from "vitest";
import type { DesiredRequisition } from "../../core/index.ts";
import { findExcess } from "./excess-releases.ts";

const usd = (minor: bigint) => ({ minor, currency: "USD" });
const requisition = (originId: string, line: string, retainage: bigint, released?: bigint) =>
  ({
    originId,
    lines: [
      {
        originId: line,
        work: usd(0n),
        retainage: usd(retainage),
        ...(released === undefined ? {} : { released: usd(released) }),
      },
    ],
  }) as unknown as DesiredRequisition;

describe("what is released of a contract line", () => {
  it("is at most what its requisitions retained up to there, those on their way included", () => {
    const chain = [
      requisition("early", "A", 0n, 500n),
      requisition("invoice", "A", 300n),
      requisition("first", "A", 0n, 700n),
      requisition("second", "A", 0n, 1n),
      requisition("other", "B", 0n, 1n),
      requisition("memo", "A", -50n),
    ];
    // 400 stand: what is too much takes nothing with it, and other lines have their own.
    expect([...findExcess(chain, new Map([["A", 400n]]))]).toEqual(["early", "second", "other"]);
  });

  it("is not what a negative requisition took back", () => {
    const chain = [requisition("memo", "A", -100n), requisition("release", "A", 0n, 400n)];
    expect([...findExcess(chain, new Map([["A", 400n]]))]).toEqual(["release"]);
    expect([...findExcess(chain, new Map([["A", 500n]]))]).toEqual([]);
  });
});
