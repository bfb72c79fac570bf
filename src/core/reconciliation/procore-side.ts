/**
 * What we sent beside what Procore lists, line by line. A line that somebody moved to another budget code counts where Procore has it; a line of
 * ours that nobody sent is unexplained, unless it stands in a direct cost of ours: then somebody put it there.
 */
import type { VarianceClass } from "./classes.ts";
import type { ListedLine, Place, SentLine, StatementFacts } from "./facts.ts";

/** What a statement's row takes: Procore's amount, and the class of what differs. */
export type Finding = {
  readonly companyCode: string;
  readonly currency: string;
  readonly place: Place;
  readonly procore: bigint;
  readonly name?: VarianceClass;
  readonly variance: bigint;
  readonly originId: string;
};

const isAt = (left: Place, right: Place) =>
  left.project === right.project && left.costCode === right.costCode && left.purchaseOrder === right.purchaseOrder;
const distance = (left: bigint, right: bigint) => (left < right ? right - left : left - right);

function nameOf(sent: SentLine, listed: ListedLine): VarianceClass {
  if (listed.isDeleted) return "deleted";
  if (listed.counts && listed.isCalculated && distance(sent.amount, listed.amount) <= 1n) return "rounding";
  return "edited";
}

function findingsOf(sent: SentLine, listed: ListedLine | undefined, isListed: boolean): Finding[] {
  const { companyCode, currency, place, originId, amount } = sent;
  const base = { companyCode, currency, originId };
  const found = listed?.counts ? listed.amount : 0n;
  // Its whole amount waits already; as much as has arrived waits no more.
  if (!sent.isPosted && listed?.counts !== true) return [];
  if (!sent.isPosted) return [{ ...base, place: listed?.place ?? place, procore: found, name: "in-doubt", variance: -found }];
  if (!listed) return [{ ...base, place, procore: 0n, name: isListed ? "deleted" : "not-listed", variance: amount }];
  if (listed.counts && !isAt(place, listed.place))
    return [
      { ...base, place, procore: 0n, name: "edited", variance: amount },
      { ...base, place: listed.place, procore: found, name: "edited", variance: -found },
    ];
  if (found === amount) return [{ ...base, place, procore: found, variance: 0n }];
  return [{ ...base, place, procore: found, name: nameOf(sent, listed), variance: amount - found }];
}

/** `sent` with the same origin id twice would be a defect: the later one would take the other's listing. */
export function judgeProcore({ sent, listed, isListed }: Pick<StatementFacts, "sent" | "listed" | "isListed">): Finding[] {
  const byOrigin = new Map(listed.map((line) => [line.originId, line]));
  const known = new Set(sent.map(({ originId }) => originId));
  const owners = new Map(sent.map((line) => [line.costOriginId, line]));
  const findings = sent.flatMap((line) => findingsOf(line, byOrigin.get(line.originId), isListed(line.place.project)));
  for (const line of listed) {
    if (known.has(line.originId) || !line.counts) continue;
    const owner = owners.get(line.costOriginId);
    findings.push({
      companyCode: owner?.companyCode ?? "",
      currency: owner?.currency ?? "",
      place: line.place,
      procore: line.amount,
      name: owner ? "edited" : "unexplained",
      variance: -line.amount,
      originId: line.originId === "" ? line.costOriginId : line.originId,
    });
  }
  return findings;
}
