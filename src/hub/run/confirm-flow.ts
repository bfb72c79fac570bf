/** The confirm stage: atoms take their dispositions, both laws are asserted, and the run steps to its next flow, in one transaction. */
import { type Flow, flows } from "../../core/index.ts";
import { appendAudit } from "../../store/index.ts";
import { endApprovals } from "../approve/hold-back.ts";
import { settleAtoms } from "../confirm/settle-atoms.ts";
import { inTenant, now, type RunContext } from "../context.ts";
import { holdEdited } from "../edits/keep-edits.ts";
import { reopenUnwritten } from "../edits/reopen-unwritten.ts";
import { noteHolds } from "../holds/note-holds.ts";
import { assertFirstLaw, assertSecondLaw } from "../reconcile/conservation.ts";
import { readSummary } from "./run-summary.ts";
import { summarizeFlow } from "./summary.ts";

function nextFlow(wanted: readonly string[], flow: Flow): Flow | undefined {
  return flows.slice(flows.indexOf(flow) + 1).find((each) => wanted.includes(each));
}

export async function confirmFlow(context: RunContext, flow: Flow): Promise<void> {
  await context.store.transact(inTenant(context), async (tx) => {
    await settleAtoms(tx, context, flow);
    await reopenUnwritten(tx, context, flow);
    await holdEdited(tx, context);
    await assertFirstLaw(tx, context, flow);
    await assertSecondLaw(tx, context, flow);
    await noteHolds(tx, context, flow, true);
    await endApprovals(tx, context, flow);
    const { flows: wanted } = await tx
      .selectFrom("run")
      .select("flows")
      .where("tenant", "=", context.tenant)
      .where("run", "=", context.run)
      .executeTakeFirstOrThrow();
    const summary = { ...(await readSummary(tx, context)), [flow]: await summarizeFlow(tx, context, flow) };
    const next = nextFlow(wanted, flow);
    await tx
      .updateTable("run")
      .set({
        summary: JSON.stringify(summary),
        ...(next
          ? { flow: next, stage: context.mode === "replay" ? "plan" : "read" }
          : { stage: "done", state: "finished", finished_at: now(context) }),
      })
      .where("tenant", "=", context.tenant)
      .where("run", "=", context.run)
      .execute();
    if (!next) {
      // The left side of the first law has done its work; the summary keeps its sums.
      await tx.deleteFrom("run_read").where("tenant", "=", context.tenant).where("run", "=", context.run).execute();
      await appendAudit(tx, {
        tenant: context.tenant,
        atMs: context.clock.now(),
        actor: "system",
        action: "run.finished",
        subject: String(context.run),
      });
    }
  });
}
