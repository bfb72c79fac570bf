import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Money } from "../money.ts";
import { lineChange, standingAmount } from "./change-order.ts";

const usd = (minor: bigint): Money => ({ minor, currency: "USD" });
const minor = fc.bigInt({ min: -10_000_000n, max: 10_000_000n });

describe("what is ordered of a contract line", () => {
  it("brings it to SAP's net to the minor unit, whatever SAP says one after the other", () => {
    fc.assert(
      fc.property(fc.option(minor), fc.array(minor, { minLength: 1, maxLength: 20 }), (first, said) => {
        const original = first === null ? undefined : usd(first);
        const approved: Money[] = [];
        for (const each of said) {
          const standing = { original, approved: [...approved], billed: usd(0n) };
          const change = lineChange(usd(each), standing);
          if (change.kind === "change") approved.push(change.amount);
          expect(change.kind).not.toBe("below-invoiced");
          expect(standingAmount({ ...standing, approved }, "USD")).toEqual(usd(each));
          expect(lineChange(usd(each), { ...standing, approved })).toEqual({ kind: "same" });
        }
        // No change order of nothing.
        expect(approved.every(({ minor: amount }) => amount !== 0n)).toBe(true);
      }),
    );
  });

  it("never takes it below what was billed, on either side of zero", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 1_000n }),
        fc.boolean(),
        fc.array(minor, { maxLength: 20 }),
        (paid, isReturn, said) => {
          const sign = isReturn ? -1n : 1n;
          const billed = usd(sign * paid);
          const original = usd(sign * 2_000n);
          const approved: Money[] = [];
          for (const each of said) {
            const change = lineChange(usd(each), { original, approved, billed });
            if (change.kind === "change") approved.push(change.amount);
            const stands = standingAmount({ original, approved, billed }, "USD").minor;
            if (paid > 0n) expect(stands * sign >= paid).toBe(true);
            if (change.kind === "below-invoiced") expect(each * sign < paid).toBe(true);
            else expect(stands).toBe(each);
          }
        },
      ),
    );
  });

  it("may come nearer to what was billed beyond it, and not fall farther", () => {
    const standing = { original: usd(100n), approved: [], billed: usd(150n) };
    expect(lineChange(usd(120n), standing)).toEqual({ kind: "change", amount: usd(20n) });
    expect(lineChange(usd(100n), standing)).toEqual({ kind: "same" });
    expect(lineChange(usd(90n), standing)).toEqual({ kind: "below-invoiced" });
    expect(lineChange(usd(0n), standing)).toEqual({ kind: "below-invoiced" });
  });

  it("falls to exactly what was billed", () => {
    expect(lineChange(usd(40n), { original: usd(100n), approved: [usd(20n)], billed: usd(40n) })).toEqual({
      kind: "change",
      amount: usd(-80n),
    });
  });
});
