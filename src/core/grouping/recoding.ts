/**
 * Re-coding history (ruling 23), pure: each line that moves leaves its place by a member of the opposite amount in a negating part of the group that it
 * was posted in, at the budget code where it was posted, and comes to its new place by a member of a positive part. The part that it was posted by
 * stays as it is. Each of the three is a posting of its own, with a version and so with a reference number (ruling 3).
 */
import type { PartMember } from "../desired/direct-cost.ts";
import type { GroupKey } from "../rulings/cost.ts";
import { addToGroup, type CostGroups } from "./parts.ts";

/** Of the first posting of a line. */
export const firstPostingVersion = 1;

/** Of the two postings that follow a line's standing one. */
export function nextPostingVersions(standing: number): { negating: number; positive: number } {
  return { negating: standing + 1, positive: standing + 2 };
}

/** A posted line that moves: as a member of the part that it stands in, and as one of the part that it comes to. */
export type RecodedLine<Member extends PartMember = PartMember> = {
  readonly from: { readonly key: GroupKey; readonly member: Member };
  readonly to: { readonly key: GroupKey; readonly member: Member };
};

export type Recoding<Member extends PartMember = PartMember> = {
  readonly negating: CostGroups<Member>;
  readonly positive: CostGroups<Member>;
};

export function recode<Member extends PartMember>(lines: readonly RecodedLine<Member>[]): Recoding<Member> {
  const negating: CostGroups<Member> = new Map();
  const positive: CostGroups<Member> = new Map();
  for (const { from, to } of lines) {
    const { minor, currency } = from.member.amount;
    addToGroup(negating, from.key, { ...from.member, amount: { minor: -minor, currency } });
    addToGroup(positive, to.key, to.member);
  }
  return { negating, positive };
}
