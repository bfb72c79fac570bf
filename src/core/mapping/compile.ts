/**
 * Compiles rules into a look-up. Precedence is ruling 29: compare object, then account, then material group, then company code; within
 * each an exact value beats `any`. Two rules of the same patterns whose dates overlap are a tie and refused with both names.
 * Range and prefix patterns are part of the interface and refused here by name until the engine knows them.
 */
import { desiredHash } from "../fingerprint.ts";
import { err, ok, type Result } from "../result.ts";
import type { SapDate } from "../sap-date.ts";
import type { Mapping, MappingAnswer, MappingProblem, MappingQuery, MappingRule, Pattern } from "./rule.ts";

const separator = "\u0000";
const beginning = "00010101" as SapDate;
const end = "99991231" as SapDate;

function patternText(pattern: Pattern): string {
  return pattern.kind === "exact" ? `=${pattern.value}` : "*";
}

function slot(kind: string, object: string, account: string, materialGroup: string, companyCode: string): string {
  return [kind, object, account, materialGroup, companyCode].join(separator);
}

function slotOf(rule: MappingRule): string {
  const { objectKind, object, account, materialGroup, companyCode } = rule;
  return slot(objectKind, patternText(object), patternText(account), patternText(materialGroup), patternText(companyCode));
}

function from(rule: MappingRule): SapDate {
  return rule.validFrom ?? beginning;
}

function to(rule: MappingRule): SapDate {
  return rule.validTo ?? end;
}

function problemsOf(rule: MappingRule, others: readonly MappingRule[]): MappingProblem[] {
  const problems: MappingProblem[] = [];
  const patterns = {
    "company code": rule.companyCode,
    object: rule.object,
    account: rule.account,
    "material group": rule.materialGroup,
  };
  for (const [dimension, pattern] of Object.entries(patterns)) {
    if (pattern.kind === "exact" || pattern.kind === "any") continue;
    const detail = `${dimension} is a ${pattern.kind}; this version knows exact values and "any" only`;
    problems.push({ code: "mapping.pattern-not-supported", rules: [rule.name], detail });
  }
  if (from(rule) > to(rule))
    problems.push({ code: "mapping.span-empty", rules: [rule.name], detail: `${from(rule)} is after ${to(rule)}` });
  for (const other of others) {
    if (from(rule) > to(other) || from(other) > to(rule)) continue;
    problems.push({ code: "mapping.tie", rules: [other.name, rule.name], detail: "same patterns, overlapping dates" });
  }
  return problems;
}

/** The 16 combinations of exact and any, most telling first. */
function* slotsOf(query: MappingQuery): Generator<string> {
  for (const object of [`=${query.object}`, "*"])
    for (const account of query.account === "" ? ["*"] : [`=${query.account}`, "*"])
      for (const group of query.materialGroup === "" ? ["*"] : [`=${query.materialGroup}`, "*"])
        for (const companyCode of [`=${query.companyCode}`, "*"])
          yield slot(query.objectKind, object, account, group, companyCode);
}

export function compileMapping(rules: readonly MappingRule[]): Result<Mapping, readonly MappingProblem[]> {
  const bySlot = new Map<string, MappingRule[]>();
  const problems: MappingProblem[] = [];
  for (const rule of rules) {
    const others = bySlot.get(slotOf(rule)) ?? [];
    problems.push(...problemsOf(rule, others));
    bySlot.set(slotOf(rule), [...others, rule]);
  }
  if (problems.length > 0) return err(problems);

  const resolve = (query: MappingQuery): MappingAnswer => {
    for (const key of slotsOf(query)) {
      const rule = bySlot.get(key)?.find((candidate) => from(candidate) <= query.date && query.date <= to(candidate));
      if (rule) return { kind: "mapped", rule };
    }
    return { kind: "no-rule" };
  };
  const version = desiredHash(rules.map((rule) => [slotOf(rule), from(rule), to(rule), { ...rule.target }])).slice(0, 16);
  const projects = [...new Set(rules.map((rule) => rule.target.project))].sort();
  return ok({ version, ruleCount: rules.length, projects, resolve });
}
