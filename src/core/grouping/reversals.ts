/**
 * Documents and their reversals that were not posted yet (ruling 24), pure. A line and the one that takes it back cancel where they reach one plan and
 * agree in all that decides: group, so company code and period, budget code, object, account and amount. Neither is posted then. Anything else is: what
 * was posted before, another period or group, a reversal in parts.
 */
import type { PartMember } from "../desired/direct-cost.ts";
import type { CostGroups } from "./parts.ts";

export type ReversibleMember = PartMember & {
  /** `BELNR.GJAHR` */
  readonly document: string;
  /** As the document has it: FI names the other document, controlling only says what this one is. */
  readonly reversalOf: string;
  readonly account: string;
  readonly object: string;
};

const flags: Readonly<Record<string, string>> = { STFLG: "STOKZ", STOKZ: "STFLG" };

/** What a line can be found by: its document, and the one that it names. */
const namesOf = ({ document, reversalOf }: ReversibleMember) =>
  reversalOf === "" ? [`is ${document}`] : [`is ${document}`, `names ${reversalOf}`];

/** By what its partner is found: BKPF-STBLG stands in both, in the reversed one once it was read again; COBK has flags and no number. */
const partnersOf = ({ document, reversalOf }: ReversibleMember) =>
  flags[reversalOf] === undefined ? [`is ${reversalOf}`, `names ${document}`] : [`names ${flags[reversalOf]}`];

const placeOf = ({ budgetCode, account, object }: ReversibleMember, minor: bigint, name: string) =>
  [name, budgetCode, account, object, minor].join("\n");

/** By SAP's key. Where more than one would do, who cancels must not hang on the order in which the store numbered the documents. */
const inOrder = <Member extends ReversibleMember>(members: readonly Member[]) =>
  members.toSorted((left, right) => (left.key < right.key ? -1 : 1));

/** Answers the members that stay and those that cancel, each with its partner next to it. */
function pairUp<Member extends ReversibleMember>(members: readonly Member[]): { staying: Member[]; cancelled: Member[] } {
  const open = new Map<string, Member[]>();
  const gone = new Set<Member>();
  const cancelled: Member[] = [];
  const take = (place: string): Member | undefined => {
    const waiting = open.get(place) ?? [];
    for (let member = waiting.pop(); member; member = waiting.pop()) if (!gone.has(member)) return member;
    return undefined;
  };
  for (const member of members) {
    const { minor } = member.amount;
    const partner = partnersOf(member).reduce<Member | undefined>(
      (found, name) => found ?? take(placeOf(member, -minor, name)),
      undefined,
    );
    if (partner) {
      for (const each of [partner, member]) gone.add(each);
      cancelled.push(partner, member);
      continue;
    }
    for (const name of namesOf(member)) {
      const place = placeOf(member, minor, name);
      const waiting = open.get(place);
      if (waiting) waiting.push(member);
      else open.set(place, [member]);
    }
  }
  return { staying: members.filter((member) => !gone.has(member)), cancelled };
}

export type Cancelled<Member extends PartMember> = { readonly groups: CostGroups<Member>; readonly cancelled: readonly Member[] };

export function cancelReversed<Member extends ReversibleMember>(groups: CostGroups<Member>): Cancelled<Member> {
  const left: CostGroups<Member> = new Map();
  const all: Member[] = [];
  for (const [id, group] of groups) {
    if (group.members.every(({ reversalOf }) => reversalOf === "")) {
      left.set(id, group);
      continue;
    }
    const { staying, cancelled } = pairUp(inOrder(group.members));
    all.push(...cancelled);
    if (staying.length > 0) left.set(id, { key: group.key, members: staying });
  }
  return { groups: left, cancelled: all };
}
