/** Which flow a run takes next. */
import { type Flow, flows, isLookUpFlow, type LookUpFlow, lookUpFlows, type RunFlow } from "../../core/index.ts";
import { inTenant, type RunContext } from "../context.ts";
import { closeWithSap } from "../periods/close-with-sap.ts";
import { endRun } from "./end-run.ts";

/**
 * What is looked up comes after the costs: SAP's own totals last, so that what is entered meanwhile is rather in them than missing, and after the
 * periods' states, so that the totals of a period that is closed are those of a closed one. A plan compares no totals.
 */
function isAsked({ connection, mode, isPlanOnly }: RunContext, flow: LookUpFlow): boolean {
  const { settings } = connection;
  if (mode === "replay") return false;
  if (flow === "reference") return settings.reference === "after-costs";
  return !isPlanOnly && settings.reconciliation.controlTotals === "after-costs";
}

export function nextFlow(context: RunContext, wanted: readonly string[], flow: RunFlow): RunFlow | undefined {
  const after = isLookUpFlow(flow) ? [] : flows.slice(flows.indexOf(flow) + 1);
  const next: Flow | undefined = after.find((each) => wanted.includes(each));
  if (next !== undefined || !wanted.includes("costs")) return next;
  const lookUps = isLookUpFlow(flow) ? lookUpFlows.slice(lookUpFlows.indexOf(flow) + 1) : lookUpFlows;
  return lookUps.find((each) => isAsked(context, each));
}

/** Of what is only read: there is nothing to plan, and nothing goes to Procore. */
export async function goOnAfterReading(context: RunContext, flow: LookUpFlow): Promise<void> {
  const { tenant, run } = context;
  await context.store.transact(inTenant(context), async (tx) => {
    const { flows: wanted } = await tx
      .selectFrom("run")
      .select("flows")
      .where("tenant", "=", tenant)
      .where("run", "=", run)
      .executeTakeFirstOrThrow();
    if (flow === "control-totals") await closeWithSap(tx, context);
    const next = nextFlow(context, wanted, flow);
    if (next === undefined) return endRun(tx, context);
    await tx.updateTable("run").set({ flow: next, stage: "read" }).where("tenant", "=", tenant).where("run", "=", run).execute();
  });
}
