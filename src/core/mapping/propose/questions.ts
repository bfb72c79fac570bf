/** What evidence does not settle, for a person to settle: by object, the heaviest first, with what speaks for whom. */
import type { Answer, AnswerPart, QuestionCandidate } from "./answers.ts";
import { addMoney, byCurrency, type Mass, type Money } from "./masses.ts";

export type Question = {
  readonly objectKind: Mass["objectKind"];
  readonly object: string;
  /** The first few; the money is of all. */
  readonly accounts: readonly string[];
  /** Of purchase order items among it; empty where it is cost alone. */
  readonly materialGroups: readonly string[];
  readonly part: AnswerPart;
  readonly why: string;
  readonly candidates: readonly QuestionCandidate[];
  readonly money: readonly Money[];
};

type Draft = {
  mass: Mass;
  said: Answer & { kind: "question" };
  accounts: Set<string>;
  groups: Set<string>;
  sums: Map<string, Money>;
  weight: number;
};

const shownMax = 5;

export function questionsOf(masses: readonly Mass[], answer: (mass: Mass) => Answer): readonly Question[] {
  const drafts = new Map<string, Draft>();
  for (const mass of masses) {
    const said = answer(mass);
    if (said.kind !== "question") continue;
    const { objectKind, object, account, materialGroup, money, weight } = mass;
    // Of a cost type each account is a question of its own; of a project and most codes the object is.
    const names = said.candidates.map(({ name, points }) => `${name} ${points}`);
    const key = [objectKind, object, said.part, said.why, ...names].join("\n");
    const draft = drafts.get(key) ?? { mass, said, accounts: new Set(), groups: new Set(), sums: new Map(), weight: 0 };
    if (account !== "") draft.accounts.add(account);
    if (materialGroup !== "") draft.groups.add(materialGroup);
    for (const each of money) addMoney(draft.sums, each);
    drafts.set(key, { ...draft, weight: draft.weight + weight });
  }
  return [...drafts]
    .sort(([leftKey, left], [rightKey, right]) => right.weight - left.weight || (leftKey < rightKey ? -1 : 1))
    .map(([, { mass, said, accounts, groups, sums }]) => ({
      objectKind: mass.objectKind,
      object: mass.object,
      accounts: [...accounts].slice(0, shownMax),
      materialGroups: [...groups].slice(0, shownMax),
      part: said.part,
      why: said.why,
      candidates: said.candidates,
      money: byCurrency(sums),
    }));
}
