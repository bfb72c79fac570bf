/**
 * Between a flow's first plan, which found budget codes wanting that policy lets be created, and its second, which uses them: what they are made of is
 * read, effects are planned and, where nobody is to be asked, carried out. Whatever becomes of them stands in the view, so that no code is wanted twice.
 */
import { budgetCodeText, combineBudgetCode, type Flow, ok, type SegmentChoice } from "../../core/index.ts";
import { isOutOfSight } from "../../procore/index.ts";
import { applyFlow } from "../apply/apply-flow.ts";
import { holdBack } from "../approve/hold-back.ts";
import { inTenant, type RunContext } from "../context.ts";
import type { BudgetCodeBook, WantedCode } from "../map/budget-codes.ts";
import { readBudgetSegments } from "../map/budget-segments.ts";
import { haltFor } from "../map/view.ts";
import { budgetCodeEffect, dropUnsentBudgetCodes, readCreated } from "../plan/budget-codes.ts";
import { insertEffects } from "../plan/effects.ts";
import { stages } from "../plan/stages.ts";

type Possible = { wanted: WantedCode; choices: readonly SegmentChoice[] };

/** Of what it is made, or undefined with a note of what it waits for. */
async function combine(context: RunContext, book: BudgetCodeBook, wanted: WantedCode): Promise<Possible | undefined> {
  const { project, key } = wanted;
  const segments = await readBudgetSegments(context, project.id, key);
  if (!segments.ok && !isOutOfSight(segments.error)) throw haltFor(segments.error);
  const combined = segments.ok ? combineBudgetCode(key, segments.value) : ok(undefined);
  if (combined.ok && combined.value) return { wanted, choices: combined.value };
  const lacks = combined.ok ? "a view of the project's cost codes and cost types" : combined.error;
  const waitsFor = `${lacks} in project ${project.number}, for budget code ${budgetCodeText(key)}`;
  book.note(wanted, { hold: "budget-code-missing", waitsFor });
  return undefined;
}

async function plan(context: RunContext, flow: Flow, possible: readonly Possible[]): Promise<void> {
  await context.store.transact(inTenant(context), async (tx) => {
    await dropUnsentBudgetCodes(tx, context, flow);
    const effects = possible.map(({ wanted, choices }) => budgetCodeEffect(wanted, choices));
    await insertEffects(tx, context, flow, effects);
    await holdBack(tx, context, flow, stages.budgetCode);
  });
}

export async function createBudgetCodes(
  context: RunContext,
  flow: Flow,
  book: BudgetCodeBook,
  wanted: readonly WantedCode[],
): Promise<void> {
  const possible: Possible[] = [];
  for (const each of wanted) {
    const found = await combine(context, book, each);
    if (found) possible.push(found);
  }
  await plan(context, flow, possible);
  if (!context.isPlanOnly && !context.isPreview && possible.length > 0) await applyFlow(context, flow, stages.budgetCode);
  const asked = possible.map((each) => each.wanted);
  const created = await context.store.transact(inTenant(context), (tx) => readCreated(tx, context, asked));
  for (const [each, became] of created) {
    const code = { flatCode: budgetCodeText(each.key), hasSubJob: each.key.subJob !== undefined };
    if (became.kind === "there") book.set(each.project.id, { ...code, id: became.procoreId, isActive: true });
    else book.note(each, became.missing);
  }
}
