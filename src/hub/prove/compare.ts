/**
 * A complete listing of Procore beside what was last confirmed there (design section 8.5). Pure. It finds what is gone, doubled, changed, and what
 * carries an origin id of ours without our knowing: a request that landed after everybody had given it up.
 */
import { formatMoney, type Money, parseMoney } from "../../core/index.ts";

export type Expected = {
  originId: string;
  procoreId: number;
  /** Sum of the lines as Procore answered them; null where the record has none. */
  amount: Money | null;
  /** Whether a status is the one that was last confirmed; absent where none was. */
  isStatus?: ((status: string) => boolean) | undefined;
};

export type Listed = {
  id: number;
  originId: string | null;
  amount: string | null;
  status: string | null;
  isDeleted: boolean;
};

export type FindingKind = "missing" | "deleted" | "doubled" | "other-record" | "amount" | "status" | "stray";
export type Finding = { originId: string; finding: FindingKind; procoreId: number | null; expected: string; found: string };

function amountFinding(expected: Expected, found: Listed): Finding | undefined {
  if (expected.amount === null || found.amount === null) return undefined;
  const amount = parseMoney(found.amount, expected.amount.currency);
  if (amount.ok && amount.value.minor === expected.amount.minor) return undefined;
  const { currency } = expected.amount;
  return {
    originId: expected.originId,
    finding: "amount",
    procoreId: found.id,
    expected: `${formatMoney(expected.amount)} ${currency}`,
    found: amount.ok ? `${formatMoney(amount.value)} ${currency}` : found.amount,
  };
}

function findingsOf(expected: Expected, found: readonly Listed[]): Finding[] {
  const { originId, procoreId } = expected;
  const base = { originId, procoreId };
  const [first, ...others] = found;
  if (!first) return [{ ...base, finding: "missing", expected: `record ${procoreId}`, found: "not listed" }];
  if (others.length > 0) {
    const ids = found.map(({ id }) => id).join(", ");
    return [{ ...base, finding: "doubled", expected: "one record", found: `records ${ids}` }];
  }
  const findings: Finding[] = [];
  if (first.id !== procoreId)
    findings.push({ ...base, finding: "other-record", expected: `record ${procoreId}`, found: `record ${first.id}` });
  if (first.isDeleted) return [...findings, { ...base, finding: "deleted", expected: "kept", found: "in the recycle bin" }];
  const amount = amountFinding(expected, first);
  if (amount) findings.push(amount);
  if (expected.isStatus && first.status !== null && !expected.isStatus(first.status))
    findings.push({ ...base, finding: "status", expected: "the status last confirmed", found: first.status });
  return findings;
}

export type Comparison = {
  expected: readonly Expected[];
  listed: readonly Listed[];
  /** Whether an origin id is of this kind and ours (rulings 1, 5). */
  isOurs: (originId: string) => boolean;
  /** Being written just now: nothing is said about it. */
  isInMotion: (originId: string) => boolean;
};

export function compareListing({ expected, listed, isOurs, isInMotion }: Comparison): Finding[] {
  const byOrigin = Map.groupBy(listed, ({ originId }) => originId);
  const known = new Set(expected.map(({ originId }) => originId));
  const findings = expected
    .filter(({ originId }) => !isInMotion(originId))
    .flatMap((each) => findingsOf(each, byOrigin.get(each.originId) ?? []));
  for (const { id, originId, isDeleted } of listed) {
    if (originId === null || isDeleted || known.has(originId) || !isOurs(originId) || isInMotion(originId)) continue;
    findings.push({ originId, finding: "stray", procoreId: id, expected: "unknown to us", found: `record ${id}` });
  }
  return findings;
}
