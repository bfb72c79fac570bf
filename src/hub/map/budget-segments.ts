/**
 * What a project's budget codes are made of: its segments, and the items of those that a wanted code has a part in (procore 4.12). Read only where a
 * code is to be created, once a stretch of work: three calls a project, more where its cost codes fill several pages.
 */
import { type BudgetCodeKey, type BudgetSegment, isPartOf, ok, type Result } from "../../core/index.ts";
import type { ProcoreFault } from "../../procore/index.ts";
import type { RunContext } from "../context.ts";

type Read<T> = Promise<Result<T, ProcoreFault>>;

async function readSegments(context: RunContext, projectId: number) {
  const { budgetCodes } = context.connection.procore;
  const read = await context.once(`budget segments of ${projectId}`, () => budgetCodes.segments(projectId).all());
  return read.ok ? ok(read.value.filter(({ isInPattern }) => isInPattern)) : read;
}

export async function readBudgetSegments(
  context: RunContext,
  projectId: number,
  key: BudgetCodeKey,
): Read<readonly BudgetSegment[]> {
  const { budgetCodes } = context.connection.procore;
  const segments = await readSegments(context, projectId);
  if (!segments.ok) return segments;
  const filled: BudgetSegment[] = [];
  // The sub job comes first (position 0): its cost codes are its own, and show only where it is named (procore 4.12).
  let subJobId: number | undefined;
  for (const segment of segments.value.toSorted((left, right) => Number(isSubJob(right)) - Number(isSubJob(left)))) {
    const within = segment.type === "cost_code" && subJobId !== undefined ? { subJobId } : {};
    const ask = { projectId, segmentId: segment.id, ...within };
    const isHidden = segment.type === "cost_code" && key.subJob !== undefined && subJobId === undefined;
    const items =
      isPartOf(key, segment) && !isHidden
        ? await context.once(`items of segment ${JSON.stringify(ask)}`, () => budgetCodes.segmentItems(ask).all())
        : ok([]);
    if (!items.ok) return items;
    if (isSubJob(segment)) subJobId = items.value.find(({ code }) => code === key.subJob)?.id;
    filled.push({ ...segment, items: items.value });
  }
  return ok(filled);
}

const isSubJob = ({ type }: { type: string }) => type === "sub_job";
