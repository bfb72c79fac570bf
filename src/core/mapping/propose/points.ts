/**
 * What speaks for a proposal, in points with reasons in words, as vendors are matched (decision 9): a controller must be able to follow each one. The points
 * are fixed and stand in docs/mapping.md. Whatever they come to, nothing is applied: a person says yes, or nothing happens.
 */
export const proposalPoints = {
  rulesAgree: 90,
  mostRulesAgree: 60,
  oneRuleSays: 55,
  oneElementElsewhere: 25,
  configuredRow: 100,
  sameOriginId: 100,
  sameNumber: 80,
  sameButSeparators: 55,
  beginsWithNumber: 60,
  textNamesNumber: 60,
  sameEndOfNumber: 25,
  sameProjectName: 60,
  sameCodeName: 80,
  parentIsCode: 55,
  sharedWordsMost: 50,
  accountTextMost: 30,
  otherNumbers: -40,
  namesUnlike: -20,
  sureWordOfClass: 80,
  wordOfClass: 50,
  onlyBudgetCode: 50,
  noBudgetCode: -20,
} as const;

/** From `sure` on a proposal is called sure; below `floor` nothing is proposed; a rival within `lead` makes it a question. */
export const proposalLimits = { sure: 80, floor: 50, lead: 20 } as const;

export type Evidence = { readonly points: number; readonly text: string };
export type Scored<Value> = { readonly value: Value; readonly points: number; readonly reasons: readonly Evidence[] };

export type Choice<Value> =
  | { readonly kind: "chosen"; readonly best: Scored<Value> }
  | { readonly kind: "ambiguous" | "weak"; readonly candidates: readonly Scored<Value>[] }
  | { readonly kind: "none" };

/** Gathers evidence for several values, by a name that tells them apart. */
export function createBallot<Value>(nameOf: (value: Value) => string) {
  const found = new Map<string, { value: Value; reasons: Evidence[] }>();
  return {
    add(value: Value, points: number, text: string): void {
      const name = nameOf(value);
      const entry = found.get(name) ?? { value, reasons: [] };
      entry.reasons.push({ points, text });
      found.set(name, entry);
    },
    has: (value: Value): boolean => found.has(nameOf(value)),
    values: (): readonly Value[] => [...found.values()].map(({ value }) => value),
    /** The strongest first; names decide between equals, so that the order of what was read does not. */
    ranked(): readonly Scored<Value>[] {
      return [...found]
        .map(([name, { value, reasons }]) => ({
          name,
          value,
          reasons: reasons.toSorted((left, right) => right.points - left.points),
          points: reasons.reduce((sum, { points }) => sum + points, 0),
        }))
        .sort((left, right) => right.points - left.points || (left.name < right.name ? -1 : 1))
        .map(({ value, points, reasons }) => ({ value, points, reasons }));
    },
  };
}

const candidatesMax = 3;

export function choose<Value>(ranked: readonly Scored<Value>[], floor: number): Choice<Value> {
  const [best, next] = ranked;
  if (!best) return { kind: "none" };
  const candidates = ranked.slice(0, candidatesMax);
  if (best.points < floor) return { kind: "weak", candidates };
  if (next && best.points - next.points < proposalLimits.lead) return { kind: "ambiguous", candidates };
  return { kind: "chosen", best };
}
