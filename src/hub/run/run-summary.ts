/** What a run keeps of itself to be told by: what each flow did, what its plan was to cost, and the calls made, by endpoint. */
import type { Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { CallPlan } from "../apply/call-plan.ts";
import type { RunContext } from "../context.ts";
import type { FlowSummary } from "./summary.ts";

export type RunSummary = Partial<Record<Flow, FlowSummary>> & {
  plans?: Partial<Record<Flow, CallPlan>>;
  calls?: Record<string, number>;
};

export async function readSummary(
  tx: Transaction<Database>,
  { tenant, run }: Pick<RunContext, "tenant" | "run">,
): Promise<RunSummary> {
  const { summary } = await tx
    .selectFrom("run")
    .select("summary")
    .where("tenant", "=", tenant)
    .where("run", "=", run)
    .executeTakeFirstOrThrow();
  return summary as RunSummary;
}
