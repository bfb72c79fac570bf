/**
 * A budget code is a combination of what the project has already: cost code, cost type, perhaps a sub job (procore 4.12). Only the combination is ever
 * made (ruling 2): a part that is not there, or is out of use, is said by name and waits for people. A project that demands more than rules can name is
 * left to people too.
 */
import type { BudgetCodeKey } from "../mapping/index.ts";
import { err, ok, type Result } from "../result.ts";

export type SegmentItem = {
  readonly id: number;
  readonly code: string | null;
  /** With its parents: what stands in the budget code. */
  readonly pathCode: string | null;
  readonly isActive: boolean;
};

export type BudgetSegment = {
  readonly id: number;
  /** `sub_job`, `cost_code`, `line_item_type`, or one of the company's own. */
  readonly type: string;
  readonly name: string;
  readonly isRequired: boolean;
  /** Of the segments that a budget code's parts belong to; the others' are not read. */
  readonly items: readonly SegmentItem[];
};

export type SegmentChoice = { readonly segment_id: number; readonly segment_item_id: number };

type Part = { readonly type: string; readonly called: string; readonly code: string; readonly of?: string };

function partsOf({ subJob, costCode, costType }: BudgetCodeKey): readonly Part[] {
  return [
    ...(subJob === undefined ? [] : [{ type: "sub_job", called: "sub job", code: subJob }]),
    // Each sub job has cost codes of its own.
    { type: "cost_code", called: "cost code", code: costCode, ...(subJob === undefined ? {} : { of: ` of sub job ${subJob}` }) },
    { type: "line_item_type", called: "cost type", code: costType },
  ];
}

/** Segments whose items are worth reading for this code. */
export function isPartOf(key: BudgetCodeKey, segment: Pick<BudgetSegment, "type">): boolean {
  return partsOf(key).some(({ type }) => type === segment.type);
}

/** The item, or what would have to be there. */
function choose({ called, type, code, of = "" }: Part, segments: readonly BudgetSegment[]): Result<SegmentChoice, string> {
  const segment = segments.find((each) => each.type === type);
  const same = (segment?.items ?? []).filter((item) => (item.pathCode ?? item.code) === code);
  const active = same.filter(({ isActive }) => isActive);
  const [item] = active;
  const name = `${called} ${code}${of}`;
  if (active.length > 1) return err(`only one ${name}`);
  if (segment && item) return ok({ segment_id: segment.id, segment_item_id: item.id });
  return err(same.length > 0 ? `an active ${name}` : name);
}

/** The combination to make, or what it waits for, without the project's name. */
export function combineBudgetCode(
  key: BudgetCodeKey,
  segments: readonly BudgetSegment[],
): Result<readonly SegmentChoice[], string> {
  const choices = partsOf(key).map((part) => choose(part, segments));
  const missing = choices.flatMap((choice) => (choice.ok ? [] : [choice.error]));
  if (missing.length > 0) return err(missing.join(" and "));
  const demanded = segments.find((segment) => segment.isRequired && !isPartOf(key, segment));
  if (demanded) {
    const what = demanded.type === "sub_job" ? "the sub job" : `the segment ${demanded.name}`;
    return err(`a budget code that people make, since ${what} is required`);
  }
  return ok(choices.flatMap((choice) => (choice.ok ? [choice.value] : [])));
}
