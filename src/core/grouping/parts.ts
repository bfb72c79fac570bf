/**
 * From decided cost lines to direct costs (ruling 22), pure: lines are gathered by their group, and what a plan gathers of a group becomes its next
 * part. A part is made once from its members; what comes later opens the next one. Numbers only rise.
 */
import { type DesiredDirectCost, desiredDirectCost, type PartMarks, type PartMember } from "../desired/direct-cost.ts";
import { groupId } from "../fingerprint.ts";
import type { KeyProblem, SapClient } from "../keys.ts";
import { ok, type Result } from "../result.ts";
import type { GroupKey } from "../rulings/cost.ts";

export type CostGroup<Member extends PartMember = PartMember> = { readonly key: GroupKey; readonly members: Member[] };

/** By group id. */
export type CostGroups<Member extends PartMember = PartMember> = Map<string, CostGroup<Member>>;

export function addToGroup<Member extends PartMember>(groups: CostGroups<Member>, key: GroupKey, member: Member): void {
  const id = groupId({ ...key });
  const group = groups.get(id) ?? { key, members: [] };
  groups.set(id, group);
  group.members.push(member);
}

/** What becomes a group's next part. */
export type PartDraft<Member extends PartMember = PartMember> = {
  readonly id: string;
  readonly group: CostGroup<Member>;
  readonly marks: PartMarks;
};

export type CostPart<Member extends PartMember = PartMember> = {
  readonly group: CostGroup<Member>;
  readonly cost: DesiredDirectCost;
  readonly marks: PartMarks;
};

/** In the order of the groups' ids. */
export function draftsOf<Member extends PartMember>(groups: CostGroups<Member>, marks: PartMarks = {}): PartDraft<Member>[] {
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1)).map(([id, group]) => ({ id, group, marks }));
}

/** `last` is the number of each group's last part, and goes on counting. */
export function openNextParts<Member extends PartMember>(
  client: SapClient,
  drafts: readonly PartDraft<Member>[],
  last: Map<string, number>,
): Result<CostPart<Member>[], KeyProblem> {
  const parts: CostPart<Member>[] = [];
  for (const { id, group, marks } of drafts) {
    const number = (last.get(id) ?? 0) + 1;
    const cost = desiredDirectCost(client, group.key, number, group.members, marks);
    if (!cost.ok) return cost;
    last.set(id, number);
    parts.push({ group, cost: cost.value, marks });
  }
  return ok(parts);
}
