/**
 * Which cost code of a project an object's cost belongs to: by what rules do with the object, with elements of the same place and with the account, by origin id,
 * number and words. Only codes that have a budget code are candidates where a project has any: the others are headings.
 */
import { partsKey, partsOf } from "./numbers.ts";
import { createBallot, proposalPoints as points, type Scored } from "./points.ts";
import { objectName, type Precedents, sayingOf } from "./precedents.ts";
import { type ObjectSight, tailKey } from "./sap-sight.ts";
import { createWordIndex, readWords } from "./words.ts";

/** Of one project: cost codes, and `<full cost code>.<cost type>` of each active budget code. */
export type ProjectBudget = {
  readonly costCodes: readonly { readonly fullCode: string; readonly name: string; readonly originId: string | null }[];
  readonly budgetCodes: ReadonlySet<string>;
};

export type CodeCandidate = { readonly fullCode: string; readonly name: string; readonly isThere: boolean };

type Seen = { readonly code: CodeCandidate; readonly key: string; readonly originId: string | null };

function codesOf({ costCodes, budgetCodes }: ProjectBudget): readonly Seen[] {
  const budgeted = new Set([...budgetCodes].map((flat) => flat.slice(0, flat.lastIndexOf("."))));
  const own = costCodes.filter(({ fullCode }) => budgeted.size === 0 || budgeted.has(fullCode));
  return own.map(({ fullCode, name, originId }) => ({
    code: { fullCode, name, isThere: true },
    key: partsKey(partsOf(fullCode)),
    originId,
  }));
}

/** `projectText` is the project's number and name in Procore: an object's text often repeats them. */
export type CodeAsk = {
  readonly projectText: string;
  readonly sight: ObjectSight;
  readonly account: string;
  readonly accountText: string;
  readonly materialGroup: string;
};

export function createCodeFinder(budget: ProjectBudget, precedents: Precedents) {
  const codes = codesOf(budget);
  const byCode = new Map(codes.map(({ code }) => [code.fullCode, code]));
  const lookUp = createWordIndex(codes.map(({ code }) => ({ value: code, text: code.name })));
  const named = (fullCode: string): CodeCandidate => byCode.get(fullCode) ?? { fullCode, name: "", isThere: false };
  type Ballot = ReturnType<typeof createBallot<CodeCandidate>>;

  const addPrecedents = (ballot: Ballot, { sight, account, materialGroup }: CodeAsk) => {
    const own = sayingOf(precedents.codeOfObject, objectName(sight));
    if (own) ballot.add(named(own.value), own.points, `rules lead other accounts of ${sight.object} to ${own.value}`);
    const tail = sight.tail.length === 0 ? undefined : sayingOf(precedents.codeOfTail, tailKey(sight));
    if (tail) {
      const text = `rules lead ${tail.agreeing} of ${tail.of} elements that end in ${sight.tail.join("-")} to ${tail.value}`;
      // Another project may have another structure; two that agree are a habit.
      ballot.add(named(tail.value), tail.of === 1 ? points.oneElementElsewhere : tail.points, text);
    }
    const same = sayingOf(precedents.codeOfAccount, account);
    // One object's rule says nothing of an account at large.
    if (same && same.of > 1)
      ballot.add(
        named(same.value),
        same.points,
        `rules lead this account to ${same.value} for ${same.agreeing} of ${same.of} objects`,
      );
    const group = materialGroup === "" ? undefined : sayingOf(precedents.codeOfMaterialGroup, materialGroup);
    if (group && group.of > 1) {
      const text = `rules lead material group ${materialGroup} to ${group.value} for ${group.agreeing} of ${group.of} objects`;
      ballot.add(named(group.value), group.points, text);
    }
  };
  const addNumbers = (ballot: Ballot, { sight }: CodeAsk) => {
    const tail = tailKey(sight);
    for (const { code, key, originId } of codes) {
      if (originId !== null && originId !== "" && originId === sight.posid)
        ballot.add(code, points.sameOriginId, `its origin id is ${originId}`);
      if (tail !== "" && tail === key) ballot.add(code, points.sameNumber, `the element's number ends in ${code.fullCode}`);
    }
  };
  const addWords = (ballot: Ballot, { projectText, sight, accountText }: CodeAsk) => {
    const said = readWords(`${projectText} ${sight.project?.id ?? ""} ${sight.project?.name ?? ""}`);
    for (const { value, isSame, permille, shared, hasOtherMarks } of lookUp(sight.text, said)) {
      const worth = Math.floor((points.sharedWordsMost * permille) / 1_000);
      if (isSame) ballot.add(value, points.sameCodeName, `"${sight.text}" is its name`);
      else if (worth > 0) ballot.add(value, worth, `"${sight.text}" and "${value.name}" share ${shared.join(", ")}`);
      if (hasOtherMarks) ballot.add(value, points.otherNumbers, `"${sight.text}" and "${value.name}" have other numbers`);
    }
    for (const { value, isSame } of lookUp(sight.parentText, said))
      if (isSame) ballot.add(value, points.parentIsCode, `the element above it, "${sight.parentText}", has its name`);
    for (const { value, permille, shared } of lookUp(accountText)) {
      const worth = Math.floor((points.accountTextMost * permille) / 1_000);
      if (worth > 0) ballot.add(value, worth, `account "${accountText}" and "${value.name}" share ${shared.join(", ")}`);
    }
  };
  return (ask: CodeAsk): readonly Scored<CodeCandidate>[] => {
    const ballot = createBallot<CodeCandidate>(({ fullCode }) => fullCode);
    addPrecedents(ballot, ask);
    addNumbers(ballot, ask);
    addWords(ballot, ask);
    return ballot.ranked();
  };
}
