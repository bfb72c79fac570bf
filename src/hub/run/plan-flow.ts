/** The plan stage: decisions, effects and the run's step to apply commit together, so that a plan exists whole or not at all. */
import type { Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { type CallPlan, planCalls } from "../apply/call-plan.ts";
import { holdBack } from "../approve/hold-back.ts";
import { inTenant, type RunContext } from "../context.ts";
import { prepareContractFates } from "../cut-over/contract-fates.ts";
import { reopenLeftOut } from "../cut-over/reopen.ts";
import { holdTouched } from "../edits/hold-touched.ts";
import { holdEdited } from "../edits/keep-edits.ts";
import { excludeRejected, reopenIgnored } from "../holds/ignored.ts";
import { reopenReplayed } from "../holds/replayed.ts";
import { countOpenLines, planCosts } from "../plan/costs.ts";
import { planInvoices } from "../plan/invoices.ts";
import { planPurchaseOrders } from "../plan/purchase-orders.ts";
import { reopenUndecided } from "../plan/records.ts";
import { prepareFates } from "../plan/vendor-fates.ts";
import { reopenVendors } from "../plan/vendor-findings.ts";
import { planVendors } from "../plan/vendors.ts";
import { readSummary } from "./run-summary.ts";

function report(context: RunContext, flow: Flow, done: number, total: number | undefined, detail?: string): void {
  const progress = { run: String(context.run), connection: context.connection.name, flow, stage: "plan" as const, done, total };
  context.onProgress(detail === undefined ? progress : { ...progress, detail });
}

async function countToDecide(context: RunContext, flow: Flow): Promise<number> {
  return context.store.transact(inTenant(context), async (tx) => {
    await reopenIgnored(tx, context, flow);
    await reopenLeftOut(tx, context, flow);
    if (flow === "costs") return countOpenLines(tx, context);
    if (flow === "purchase-orders" && context.mode === "replay") return reopenReplayed(tx, context, flow);
    return flow === "vendors" ? reopenVendors(tx, context) : reopenUndecided(tx, context, flow);
  });
}

/** What planning needs from Procore is read before the transaction: no call is made inside one. */
async function preparePlan(
  context: RunContext,
  flow: Flow,
  total: number,
): Promise<(tx: Transaction<Database>) => Promise<void>> {
  if (flow === "vendors") {
    const fates = await prepareFates(context);
    return (tx) => planVendors(tx, context, fates);
  }
  if (flow === "invoices") return (tx) => planInvoices(tx, context);
  const view = await context.view((done, projects) => report(context, flow, done, projects, "budget codes of projects"));
  if (flow === "purchase-orders") {
    const fates = await prepareContractFates(context, view);
    return (tx) => planPurchaseOrders(tx, context, view, fates);
  }
  return (tx) => planCosts(tx, context, view, (lines) => report(context, flow, lines, total));
}

async function skipPlan(_tx: Transaction<Database>): Promise<void> {}

/** Said before anything is sent: who watches may still stop it, and knows when to come back. */
function sayPlan(context: RunContext, flow: Flow, { effects, calls, durationMs }: CallPlan): void {
  if (calls === 0) return;
  const minutes = Math.ceil(durationMs / 60_000);
  report(context, flow, effects, effects, `${calls} calls, at least ${minutes} min`);
  context.log(
    `run ${context.run}: ${flow}: ${effects} effects in ${calls} calls to Procore, at least ${minutes} min at its quota`,
  );
}

export async function planFlow(context: RunContext, flow: Flow): Promise<void> {
  const total = await countToDecide(context, flow);
  report(context, flow, 0, total);
  // Costs are planned even where no line is open: parts that were held go out again.
  const plan = total === 0 && flow !== "costs" ? skipPlan : await preparePlan(context, flow, total);
  const planned = await context.store.transact(inTenant(context), async (tx) => {
    await plan(tx);
    await excludeRejected(tx, context, flow);
    await holdEdited(tx, context);
    await holdTouched(tx, context);
    await holdBack(tx, context, flow);
    const cost = await planCalls(tx, context, flow);
    const summary = await readSummary(tx, context);
    const plans = { ...summary.plans, [flow]: cost };
    await tx
      .updateTable("run")
      .set({ stage: "apply", summary: JSON.stringify({ ...summary, plans }) })
      .where("tenant", "=", context.tenant)
      .where("run", "=", context.run)
      .execute();
    return cost;
  });
  report(context, flow, total, total);
  sayPlan(context, flow, planned);
}
