/**
 * The approve stage (ruling 35): of what a plan made ready, the records that a person has not approved are held back. A record goes whole or not at
 * all, so that no contract is sent by halves. A person's word stands behind each effect's hash: it survives replanning where nothing changed, and ends
 * with the work on its record, so that the same change at another time is asked for again.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import { type Flow, parseMoney } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { liveStates } from "../effect-states.ts";
import { askedDeletions } from "./asked-deletions.ts";
import type { ApprovalPolicy } from "./policy.ts";
import { holdBackWithRecoding } from "./recodings.ts";

type Tx = Transaction<Database>;
export type ApprovalScope = { tenant: string; connection: string };

/** Of effect `e`: whose word stands behind it, or null. */
export const approvedBy = sql`(select a.approved_by from approval a where a.tenant = e.tenant and a.connection = e.connection
  and a.origin_id = e.origin_id and a.aspect = e.aspect and a.desired_hash = e.desired_hash)`;

/** Of effect `e`: what Procore holds under its key. Reopening changes the status. */
export const joinKnown = sql`left join known k on k.tenant = e.tenant and k.connection = e.connection and k.origin_id = e.origin_id
  and k.aspect = case when e.aspect = 'reopen' then 'status' else e.aspect end`;

/** By how much effect `e` changes money. A status that carries its record's total changes none. */
const signedChange = sql`case when e.aspect = 'content' then coalesce(e.amount_minor, 0) - coalesce(k.amount_minor, 0) else 0 end`;
export const netChangeOf = sql`(${signedChange})`;
/** Whichever way: a shift between two lines is two changes. */
export const changeOf = sql`abs(${signedChange})`;

export function policyOf({ connection: { settings } }: Pick<RunContext, "connection">, flow: Flow): ApprovalPolicy {
  switch (flow) {
    case "vendors":
      return settings.vendors.approval;
    case "purchase-orders":
      return settings.purchaseOrders.approval;
    case "invoices":
      return settings.invoices.approval;
    case "costs":
      return settings.costs.approval;
  }
}

async function limitsOf(tx: Tx, { tenant, connection }: ApprovalScope, flow: Flow, above: number): Promise<string> {
  const { rows } = await sql<{
    currency: string;
  }>`select distinct currency from effect where tenant = ${tenant} and connection = ${connection}
    and flow = ${flow} and state = 'approved' and currency is not null`.execute(tx);
  const limits = rows.map(({ currency }) => {
    const limit = parseMoney(String(above), currency);
    if (!limit.ok) throw new Error(`Assertion failed: ${above} ${currency} is no amount`);
    return { currency, minor: limit.value.minor.toString() };
  });
  return JSON.stringify(limits);
}

/** Of a record's effects, grouped: whether the policy wants a person's word. */
async function askedFor(tx: Tx, scope: ApprovalScope, flow: Flow, policy: ApprovalPolicy): Promise<RawBuilder<unknown>> {
  if (policy === "always") return sql`true`;
  if (policy === "first-run")
    return sql`not exists (select 1 from first_plan f where f.tenant = ${scope.tenant} and f.connection = ${scope.connection}
      and f.flow = ${flow} and f.project_id = min(e.project_id))`;
  if (policy === "auto") return sql`false`;
  const limits = await limitsOf(tx, scope, flow, policy.above);
  return sql`sum(${changeOf}) > (select min(l.minor) from jsonb_to_recordset(${limits}::jsonb) as l(currency text, minor numeric)
    where l.currency = max(e.currency))`;
}

/** `stage`: only what is to go before the rest is planned. */
export async function holdBack(tx: Tx, context: RunContext, flow: Flow, stage?: number): Promise<void> {
  const policy = context.isPlanOnly ? "always" : policyOf(context, flow);
  const scope = { tenant: context.tenant, connection: context.connection.name };
  const deletions = await askedDeletions(tx, scope, flow);
  if (policy === "auto" && !deletions) return;
  const chosen = stage === undefined ? sql`true` : sql`e.stage = ${stage}`;
  const waits = context.isPlanOnly ? sql`true` : sql`bool_or(${approvedBy} is null)`;
  await sql`
    with record as (
      select e.record_origin_id, (${await askedFor(tx, scope, flow, policy)} or ${deletions ?? sql`false`}) and ${waits} as waits, min(${approvedBy}) as approved_by
      from effect e ${joinKnown}
      where e.tenant = ${scope.tenant} and e.connection = ${scope.connection} and e.flow = ${flow} and e.state = 'approved'
        and ${chosen}
      group by e.record_origin_id)
    update effect e set state = case when r.waits then 'planned' else 'approved' end, approval = coalesce(r.approved_by, e.approval)
    from record r where e.tenant = ${scope.tenant} and e.connection = ${scope.connection} and e.flow = ${flow} and e.state = 'approved'
      and e.record_origin_id = r.record_origin_id and (r.waits or r.approved_by is not null)`.execute(tx);
  if (flow === "costs") await holdBackWithRecoding(tx, scope);
}

/** A word that has done its work: nothing of its record is on its way any more. */
export async function endApprovals(tx: Tx, context: RunContext, flow: Flow): Promise<void> {
  await sql`delete from approval a where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = ${flow}
    and not exists (select 1 from effect e where e.tenant = a.tenant and e.connection = a.connection and e.record_origin_id = a.record_origin_id
      and e.state in ${liveStates})`.execute(tx);
}
