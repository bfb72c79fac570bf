/** The plan stage: decisions, effects and the run's step to apply commit together, so that a plan exists whole or not at all. */
import { sql, type Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { type CallPlan, planCalls } from "../apply/call-plan.ts";
import { holdBack } from "../approve/hold-back.ts";
import { inTenant, type PlanView, type RunContext } from "../context.ts";
import { noContractFates, prepareContractFates } from "../cut-over/contract-fates.ts";
import { reopenLeftOut } from "../cut-over/reopen.ts";
import { holdTouched } from "../edits/hold-touched.ts";
import { holdEdited } from "../edits/keep-edits.ts";
import { excludeRejected, reopenIgnored } from "../holds/ignored.ts";
import { reopenReplayed } from "../holds/replayed.ts";
import { askingView, type WantedCode } from "../map/budget-codes.ts";
import { dropUnsentBudgetCodes } from "../plan/budget-codes.ts";
import { countOpenLines, planCosts } from "../plan/costs.ts";
import { planInvoices } from "../plan/invoices.ts";
import { planPurchaseOrders } from "../plan/purchase-orders.ts";
import { reopenUndecided } from "../plan/records.ts";
import { prepareFates } from "../plan/vendor-fates.ts";
import { reopenVendors } from "../plan/vendor-findings.ts";
import { planVendors } from "../plan/vendors.ts";
import { createBudgetCodes } from "./create-budget-codes.ts";
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

/** What is left to create before the plan can stand: answered by a first plan only. */
type Planning = (tx: Transaction<Database>) => Promise<readonly WantedCode[]>;

const complete =
  (plan: (tx: Transaction<Database>) => Promise<void>): Planning =>
  async (tx) => {
    await plan(tx);
    return [];
  };

async function planByView(
  context: RunContext,
  flow: Flow,
  { projectByNumber, book }: PlanView,
  total: number,
): Promise<Planning> {
  const looking = askingView(book, projectByNumber).view;
  const fates = flow === "purchase-orders" ? await prepareContractFates(context, looking) : noContractFates;
  return async (tx) => {
    const { view, wanted } = askingView(book, projectByNumber);
    if (flow === "purchase-orders") await planPurchaseOrders(tx, context, view, fates);
    else await planCosts(tx, context, view, (lines) => report(context, flow, lines, total));
    return [...wanted.values()];
  };
}

/** Decisions, effects and the run's step to apply; undefined, and nothing written, where something is to be created before. */
async function commitPlan(context: RunContext, flow: Flow, plan: Planning, isFirst: boolean) {
  return context.store.transact(inTenant(context), async (tx) => {
    await sql`savepoint planning`.execute(tx);
    const wanted = await plan(tx);
    if (isFirst && wanted.length > 0) {
      await sql`rollback to savepoint planning`.execute(tx);
      return { wanted };
    }
    if (isFirst) await dropUnsentBudgetCodes(tx, context, flow);
    return { wanted: [], cost: await finishPlan(tx, context, flow) };
  });
}

async function finishPlan(tx: Transaction<Database>, context: RunContext, flow: Flow): Promise<CallPlan> {
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
}

/** What planning needs from Procore is read before the transaction: no call is made inside one. A plan that lacks budget codes is made twice, never more. */
async function makePlan(context: RunContext, flow: Flow, total: number): Promise<CallPlan | undefined> {
  if (flow === "vendors") {
    const fates = await prepareFates(context);
    return (
      await commitPlan(
        context,
        flow,
        complete((tx) => planVendors(tx, context, fates)),
        true,
      )
    ).cost;
  }
  if (flow === "invoices")
    return (
      await commitPlan(
        context,
        flow,
        complete((tx) => planInvoices(tx, context)),
        true,
      )
    ).cost;
  const view = await context.view((done, projects) => report(context, flow, done, projects, "budget codes of projects"));
  const plan = await planByView(context, flow, view, total);
  const first = await commitPlan(context, flow, plan, true);
  if (first.wanted.length === 0) return first.cost;
  report(context, flow, 0, total, `${first.wanted.length} budget codes to create`);
  await createBudgetCodes(context, flow, view.book, first.wanted);
  return (await commitPlan(context, flow, plan, false)).cost;
}

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
  const isIdle = total === 0 && flow !== "costs";
  const planned = isIdle ? (await commitPlan(context, flow, async () => [], true)).cost : await makePlan(context, flow, total);
  report(context, flow, total, total);
  if (planned) sayPlan(context, flow, planned);
}
