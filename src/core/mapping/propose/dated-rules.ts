/**
 * Rules with dates say that things change: what they do on their days is no evidence for other days. An object that one of them names on other days than those of a line
 * is a person's to settle.
 */
import { accountForm, companyCodeForm } from "../key-form.ts";
import { holdsKey } from "../pattern.ts";
import type { MappingRule } from "../rule.ts";
import type { Place } from "./answers.ts";

export const isDated = ({ validFrom, validTo }: MappingRule): boolean => validFrom !== undefined || validTo !== undefined;

/** The first that names this object and holds for the account and company code. */
export function createDatedRules(rules: readonly MappingRule[]): (place: Place) => MappingRule | undefined {
  const byObject = new Map<string, MappingRule[]>();
  for (const rule of rules) {
    if (!isDated(rule) || rule.object.kind !== "exact") continue;
    const key = `${rule.objectKind} ${rule.object.value}`;
    byObject.set(key, [...(byObject.get(key) ?? []), rule]);
  }
  return ({ objectKind, object, account, companyCode }) =>
    byObject
      .get(`${objectKind} ${object}`)
      ?.find((rule) => holdsKey(rule.account, account, accountForm) && holdsKey(rule.companyCode, companyCode, companyCodeForm));
}
