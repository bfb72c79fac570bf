/**
 * Which cost type an account is: by what rules do with it elsewhere, by the kind of cost that its name and the type's name speak of, and by what budget codes the cost
 * code has. A combination that is not in Procore yet is told and costs points: a line that is led there would wait.
 */
import { classesOf, classOfType } from "./account-class.ts";
import { createBallot, proposalPoints as points, type Scored } from "./points.ts";
import { type Precedents, sayingOf } from "./precedents.ts";

/** Procore's line item types. */
export type CostTypeToPropose = { readonly code: string; readonly name: string; readonly baseType: string };

export type TypeAsk = {
  readonly account: string;
  readonly accountText: string;
  readonly materialGroup: string;
  readonly costCode: string;
  readonly budgetCodes: ReadonlySet<string>;
};

export function createTypeFinder(types: readonly CostTypeToPropose[], precedents: Precedents) {
  const seen = types.map((type) => ({ type, of: classOfType(type) }));
  const named = (code: string): CostTypeToPropose => types.find((type) => type.code === code) ?? { code, name: "", baseType: "" };
  return ({ account, accountText, materialGroup, costCode, budgetCodes }: TypeAsk): readonly Scored<CostTypeToPropose>[] => {
    const ballot = createBallot<CostTypeToPropose>(({ code }) => code);
    const same = sayingOf(precedents.typeOfAccount, account);
    if (same) {
      const text = `rules give this account cost type ${same.value} for ${same.agreeing} of ${same.of} objects`;
      ballot.add(named(same.value), same.points, text);
    }
    const group = materialGroup === "" ? undefined : sayingOf(precedents.typeOfMaterialGroup, materialGroup);
    if (group) {
      const text = `rules give material group ${materialGroup} cost type ${group.value} for ${group.agreeing} of ${group.of} objects`;
      ballot.add(named(group.value), group.points, text);
    }
    for (const { of, isSure, word } of classesOf(accountText))
      for (const each of seen)
        if (each.of === of) {
          const worth = isSure ? points.sureWordOfClass : points.wordOfClass;
          ballot.add(each.type, worth, `"${word}" of account "${accountText}" is ${of}, as type ${each.type.name} is`);
        }
    const own = types.filter(({ code }) => budgetCodes.has(`${costCode}.${code}`));
    const [only, ...others] = own;
    if (only && others.length === 0)
      ballot.add(only, points.onlyBudgetCode, `${costCode}.${only.code} is the only budget code of ${costCode}`);
    for (const type of ballot.values())
      if (!budgetCodes.has(`${costCode}.${type.code}`))
        ballot.add(type, points.noBudgetCode, `budget code ${costCode}.${type.code} is not in Procore yet`);
    return ballot.ranked();
  };
}
