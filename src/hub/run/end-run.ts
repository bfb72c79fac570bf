/** A run's end, when its last flow is through. */
import type { Transaction } from "kysely";
import { appendAudit, type Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";

export async function endRun(tx: Transaction<Database>, context: RunContext): Promise<void> {
  const { tenant, run } = context;
  await tx
    .updateTable("run")
    .set({ stage: "done", state: "finished", finished_at: now(context) })
    .where("tenant", "=", tenant)
    .where("run", "=", run)
    .execute();
  // The left side of the first law has done its work; the summary keeps its sums.
  await tx.deleteFrom("read_page").where("tenant", "=", tenant).where("run", "=", run).execute();
  await appendAudit(tx, {
    tenant,
    atMs: context.clock.now(),
    actor: "system",
    action: "run.finished",
    subject: String(run),
  });
}
