/**
 * Cut points for rows that came in the order of their keys although nobody promised one: most databases hand out the first rows of an index
 * (sap-rfc 1.8 [L]), and quantiles of those lie in the lowest corner of the range. The numbers' density there is carried on instead, in
 * equal steps as far as the range is known to go, in growing ones where it is open. Only a guess at how to cut: every cut tiles.
 */
const cutsMax = 63;
/** Steps a little short of what came, so that an evenly filled piece stays below the cap. */
const fillPercent = 85n;
/** Open-ended ranges are cut ever more coarsely: half as much again each time. */
const growthPercent = 150n;

const digits = /^[0-9]{2,18}$/;

/** Undefined where the values are no document numbers in ascending order; then quantiles are better. */
export function extrapolateCuts(
  values: readonly string[],
  range: { from?: string | undefined; below?: string | undefined },
): string[] | undefined {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined || first === last || mayBeDayOrTime(first)) return undefined;
  const { length } = first;
  const isAscending = values.every(
    (value, at) => value.length === length && digits.test(value) && (at === 0 || (values[at - 1] ?? "") <= value),
  );
  if (!isAscending) return undefined;
  const isEnd = range.below !== undefined && range.below.length === length && digits.test(range.below);
  const end = isEnd ? BigInt(range.below ?? "") : 10n ** BigInt(length);
  const span = BigInt(last) - BigInt(first);
  let step = (span * fillPercent) / 100n;
  if (step === 0n) return undefined;
  const room = end - BigInt(first);
  const isEven = isEnd && room / step <= BigInt(cutsMax);
  const cuts: string[] = [];
  for (let at = BigInt(first) + step; at < end && cuts.length < cutsMax; at += step) {
    cuts.push(String(at).padStart(length, "0"));
    if (!isEven) step = (step * growthPercent) / 100n;
  }
  return cuts.length === 0 ? undefined : cuts;
}

/** Eight digits may be a day and six a time: between two of them lie numbers that are none, and SAP dumps on those (sap-rfc 1.6 rule 3). */
function mayBeDayOrTime({ length }: string): boolean {
  return length === 8 || length === 6;
}
