/**
 * Counting atoms: what became of each, and the money it carries. `posted` has no reason; the other three name a rule. The names are
 * the contract between the manifest and the product, which computes the same figures by code of its own.
 */
import type { AmountByCurrency, ManifestFlow, Tally } from "../../world.ts";
import { type Decimals, fixed } from "../amount.ts";

export type Verdict = { kind: "posted" } | { kind: "held" | "excluded" | "rejected"; reason: string };

export const posted: Verdict = { kind: "posted" };
export const held = (reason: string): Verdict => ({ kind: "held", reason });
export const excluded = (reason: string): Verdict => ({ kind: "excluded", reason });
export const rejected = (reason: string): Verdict => ({ kind: "rejected", reason });

type Sum = { count: number; minorByCurrency: Map<string, bigint> };

function addTo(sum: Sum, money: Money | undefined): void {
  sum.count += 1;
  // A held order may have no currency yet, and then no money either.
  if (money === undefined || (money.currency === "" && money.minor === 0n)) return;
  sum.minorByCurrency.set(money.currency, (sum.minorByCurrency.get(money.currency) ?? 0n) + money.minor);
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0);

function tallyOf(sum: Sum, decimalsOf: Decimals): Tally {
  const amount: AmountByCurrency = Object.fromEntries(
    [...sum.minorByCurrency].sort(byName).map(([currency, minor]) => [currency, fixed(minor, decimalsOf(currency))]),
  );
  return { count: sum.count, amount };
}

export type Money = { currency: string; minor: bigint };

export type FlowCounter = {
  count(verdict: Verdict, money?: Money): void;
  flow(): ManifestFlow;
};

/** Amounts come out with the decimals that the world's own TCURX gives each currency. */
export function createFlowCounter(decimalsOf: Decimals): FlowCounter {
  const emptySum = (): Sum => ({ count: 0, minorByCurrency: new Map() });
  const read = emptySum();
  const sums = {
    posted: emptySum(),
    held: new Map<string, Sum>(),
    excluded: new Map<string, Sum>(),
    rejected: new Map<string, Sum>(),
  };
  const named = (kind: "held" | "excluded" | "rejected") =>
    Object.fromEntries([...sums[kind]].sort(byName).map(([reason, sum]) => [reason, tallyOf(sum, decimalsOf)]));
  return {
    count: (verdict, money) => {
      addTo(read, money);
      if (verdict.kind === "posted") return addTo(sums.posted, money);
      const known = sums[verdict.kind].get(verdict.reason) ?? emptySum();
      sums[verdict.kind].set(verdict.reason, known);
      addTo(known, money);
    },
    flow: () => ({
      read: tallyOf(read, decimalsOf),
      posted: tallyOf(sums.posted, decimalsOf),
      held: named("held"),
      excluded: named("excluded"),
      rejected: named("rejected"),
    }),
  };
}
