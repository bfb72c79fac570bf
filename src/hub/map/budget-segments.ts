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
  for (const segment of segments.value) {
    const ask = { projectId, segmentId: segment.id };
    const items = isPartOf(key, segment)
      ? await context.once(`items of segment ${segment.id} of ${projectId}`, () => budgetCodes.segmentItems(ask).all())
      : ok([]);
    if (!items.ok) return items;
    filled.push({ ...segment, items: items.value });
  }
  return ok(filled);
}
