/**
 * What other rules would move, told before they are used: the lines that were read, each from where it is to where the new rules lead, by fiscal period.
 * What is posted stands where it was posted, whatever the rules of today say; it moves by a plan that corrects history, and never by itself (ruling 23).
 * Amounts keep their signs, and currencies are never added.
 */
import { budgetCodeText } from "./budget-code-text.ts";
import type { Mapping, MappingQuery } from "./rule.ts";

/** `<cost code>.<cost type>`, with a sub job before it where there is one; both empty: no rule. */
export type MappingPlace = { readonly project: string; readonly budgetCode: string };

/** Lines of one key, period and place, summed. */
export type WhatIfLine = {
  readonly query: MappingQuery;
  /** `2026.009` */
  readonly period: string;
  readonly currency: string;
  readonly lines: number;
  readonly minor: bigint;
  /** Where it was posted; absent while it is not. */
  readonly posted?: MappingPlace;
};

export type Move = {
  readonly from: MappingPlace;
  readonly to: MappingPlace;
  readonly period: string;
  readonly currency: string;
  readonly isPosted: boolean;
  readonly lines: number;
  readonly minor: bigint;
  /** The new rules that lead there, by name; none where no rule does. */
  readonly rules: readonly string[];
};

export type WhatIf = {
  /** The largest first. */
  readonly moves: readonly Move[];
  /** Lines that stay where they are. */
  readonly staying: number;
};

export const nowhere: MappingPlace = { project: "", budgetCode: "" };

export function placeIn(mapping: Mapping, query: MappingQuery): { place: MappingPlace; rule: string | undefined } {
  const answer = mapping.resolve(query);
  if (answer.kind === "no-rule") return { place: nowhere, rule: undefined };
  const { target, name } = answer.rule;
  return { place: { project: target.project, budgetCode: budgetCodeText(target) }, rule: name };
}

export const isSame = (left: MappingPlace, right: MappingPlace) =>
  left.project === right.project && left.budgetCode === right.budgetCode;
const sizeOf = (minor: bigint) => (minor < 0n ? -minor : minor);

type Draft = Omit<Move, "rules"> & { rules: Set<string> };

export function whatIf(before: Mapping, after: Mapping, lines: readonly WhatIfLine[]): WhatIf {
  const drafts = new Map<string, Draft>();
  let staying = 0;
  for (const line of lines) {
    const from = line.posted ?? placeIn(before, line.query).place;
    const { place: to, rule } = placeIn(after, line.query);
    if (isSame(from, to)) {
      staying += line.lines;
      continue;
    }
    const { period, currency, posted } = line;
    const key = [from.project, from.budgetCode, to.project, to.budgetCode, period, currency, posted !== undefined].join("\n");
    const sofar = drafts.get(key) ?? {
      from,
      to,
      period,
      currency,
      isPosted: posted !== undefined,
      lines: 0,
      minor: 0n,
      rules: new Set(),
    };
    if (rule !== undefined) sofar.rules.add(rule);
    drafts.set(key, { ...sofar, lines: sofar.lines + line.lines, minor: sofar.minor + line.minor });
  }
  const moves = [...drafts].sort(([leftKey, left], [rightKey, right]) => {
    const [a, b] = [sizeOf(left.minor), sizeOf(right.minor)];
    if (a !== b) return a > b ? -1 : 1;
    return leftKey < rightKey ? -1 : 1;
  });
  return { moves: moves.map(([, { rules, ...move }]) => ({ ...move, rules: [...rules].sort() })), staying };
}
