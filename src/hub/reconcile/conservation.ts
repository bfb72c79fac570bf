/**
 * The two laws of ruling 30, asserted on each run. First: what was read equals the sum of its dispositions, in count and in source amount, per
 * period and currency. Second: the atoms of a Procore record sum to what Procore answered for it. A violation stops the run: it is a defect.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { type RunContext, RunHalt } from "../context.ts";
import { withLines } from "../cost-line-sql.ts";
import { stages } from "../plan/stages.ts";

type Tx = Transaction<Database>;

/** The right side: atoms of the objects that this run read, each with a disposition. */
function dispositionsOf(context: RunContext, flow: Flow): RawBuilder<unknown> {
  const scope = sql`tenant = ${context.tenant} and connection = ${context.connection.name}`;
  const read = sql`(select distinct object_key from run_read where tenant = ${context.tenant} and run = ${context.run} and flow = ${flow})`;
  if (flow !== "costs") {
    return sql`select period, currency, disposition::text as disposition, amount_minor from atom
      where ${scope} and flow = ${flow} and gone_run is null and record_key in ${read}`;
  }
  const keyOf = (table: string) =>
    sql.raw(`${table}.company_code || '.' || ${table}.document_number || '.' || ${table}.fiscal_year`);
  return sql`
    select d.fiscal_year || '.' || lpad(d.period::text, 3, '0') as period, d.currency, c.disposition::text as disposition, c.amount_minor
    from cost_document d ${withLines}
    where d.tenant = ${context.tenant} and d.connection = ${context.connection.name} and d.rejection is null and ${keyOf("d")} in ${read}
    union all
    select d.fiscal_year || '.' || lpad(d.period::text, 3, '0'), d.currency, 'excluded', 0
    from cost_document d where d.tenant = ${context.tenant} and d.connection = ${context.connection.name} and d.rejection is null
      and ${keyOf("d")} in ${read} and not exists (select 1 from cost_line c where c.document = d.document and c.fiscal_year = d.fiscal_year)
    union all
    select case when d.period = 0 then '' else d.fiscal_year || '.' || lpad(d.period::text, 3, '0') end, d.currency,
      case when d.ignored is null then 'rejected' else 'excluded' end, d.balance_minor
    from cost_document d where d.tenant = ${context.tenant} and d.connection = ${context.connection.name} and d.rejection is not null
      and ${keyOf("d")} in ${read}`;
}

type Imbalance = {
  period: string;
  currency: string;
  read_count: bigint;
  read_amount: string;
  count: bigint;
  amount: string;
  undecided: bigint;
};

export async function assertFirstLaw(tx: Tx, context: RunContext, flow: Flow): Promise<void> {
  const { rows } = await sql<Imbalance>`
    with read as (
      select period, currency, sum(atoms) as read_count, sum(amount_minor) as read_amount from run_read
      where tenant = ${context.tenant} and run = ${context.run} and flow = ${flow} group by period, currency),
    became as (
      select period, currency, count(*) as count, sum(amount_minor) as amount, count(*) filter (where disposition is null) as undecided
      from (${dispositionsOf(context, flow)}) as atoms group by period, currency)
    select period, currency, coalesce(read_count, 0) as read_count, coalesce(read_amount, 0) as read_amount,
      coalesce(count, 0) as count, coalesce(amount, 0) as amount, coalesce(undecided, 0) as undecided
    from read full join became using (period, currency)
    where read_count is distinct from count or read_amount is distinct from amount or undecided > 0
    order by period, currency limit 5`.execute(tx);
  const [first] = rows;
  if (!first) return;
  const detail =
    `${flow} ${first.period || "all periods"} ${first.currency}: read ${first.read_count} atoms of ${first.read_amount} minor units, ` +
    `dispositions ${first.count} of ${first.amount}, ${first.undecided} undecided`;
  throw new RunHalt("stop", "run.conservation-broken", detail);
}

type Difference = { origin_id: string; atoms: string | null; procore: string | null };

/** Contracts compare in project currency by line; the source amount is another law. */
async function contractDifferences(tx: Tx, context: RunContext): Promise<readonly Difference[]> {
  const { rows } = await sql<Difference>`
    select e.origin_id, e.amount_minor as atoms, k.amount_minor as procore
    from effect e join known k on k.tenant = e.tenant and k.connection = e.connection and k.origin_id = e.origin_id and k.aspect = e.aspect
    where e.tenant = ${context.tenant} and e.connection = ${context.connection.name} and e.run = ${context.run}
      and e.flow = 'purchase-orders' and e.state = 'confirmed' and e.amount_minor is not null and k.desired_hash = e.desired_hash
      and e.amount_minor is distinct from k.amount_minor limit 5`.execute(tx);
  return rows;
}

/** Of each line of an approved change order: what SAP says, against all that Procore answered for the contract line and its change orders. */
async function changeOrderDifferences(tx: Tx, context: RunContext): Promise<readonly Difference[]> {
  const scope = (table: string) =>
    sql`${sql.ref(`${table}.tenant`)} = ${context.tenant} and ${sql.ref(`${table}.connection`)} = ${context.connection.name}`;
  const { rows } = await sql<Difference>`
    select l.origin_id, l.reaches ->> 'amountMinor' as atoms, s.amount::text as procore
    from effect e cross join unnest(e.needs) as need
    join lateral (select c.origin_id, c.desired #> '{body,reaches}' as reaches from effect c where ${scope("c")} and c.origin_id = need
      and c.state = 'confirmed' and c.stage = ${stages.changeOrderLine} order by c.effect desc limit 1) l on l.reaches is not null
    cross join lateral (select sum(k.amount_minor) as amount from known k where ${scope("k")} and k.aspect = 'content'
      and k.origin_id in (select jsonb_array_elements_text(l.reaches -> 'lines'))) s
    where ${scope("e")} and e.run = ${context.run} and e.stage = ${stages.changeOrderStatus} and e.state = 'confirmed'
      and (l.reaches ->> 'amountMinor')::numeric is distinct from s.amount order by l.origin_id limit 5`.execute(tx);
  return rows;
}

/** Shares as they were billed and released, against works and releases that Procore read back. */
async function requisitionDifferences(tx: Tx, context: RunContext): Promise<readonly Difference[]> {
  const { rows } = await sql<Difference>`
    with billed as (
      select record_origin_id as origin_id, sum((target ->> 'work')::numeric + coalesce((target ->> 'released')::numeric, 0)) as amount from atom where tenant = ${context.tenant}
        and connection = ${context.connection.name} and flow = 'invoices' and record_origin_id is not null group by record_origin_id)
    select k.origin_id, b.amount::text as atoms, k.amount_minor::text as procore
    from known k left join billed b using (origin_id)
    where k.tenant = ${context.tenant} and k.connection = ${context.connection.name} and k.confirmed_run = ${context.run}
      and k.aspect = 'content' and exists (select 1 from effect e where e.tenant = k.tenant and e.connection = k.connection
        and e.origin_id = k.origin_id and e.flow = 'invoices' and e.run = ${context.run} and e.state = 'confirmed')
      and b.amount is distinct from k.amount_minor order by k.origin_id limit 5`.execute(tx);
  return rows;
}

async function partDifferences(tx: Tx, context: RunContext): Promise<readonly Difference[]> {
  const { rows } = await sql<Difference>`
    with confirmed as (
      select p.group_id, p.part, p.origin_id from cost_part p where p.tenant = ${context.tenant} and p.connection = ${context.connection.name}
        and exists (select 1 from known k where k.tenant = p.tenant and k.connection = p.connection and k.origin_id = p.origin_id
          and k.aspect = 'status' and k.confirmed_run = ${context.run})),
    posting as (
      select c.group_id, c.part, c.posted_minor from cost_line c join confirmed using (group_id, part)
      where c.tenant = ${context.tenant} and c.connection = ${context.connection.name}
      union all
      select m.group_id, m.part, m.amount_minor from recoded_member m join confirmed using (group_id, part)
      where m.tenant = ${context.tenant} and m.connection = ${context.connection.name}),
    members as (select group_id, part, sum(posted_minor) as amount from posting group by group_id, part),
    answered as (
      select f.origin_id, sum(k.amount_minor) as amount from confirmed f join known k on k.record_origin_id = f.origin_id
        and k.origin_id <> f.origin_id and k.aspect = 'content' and k.tenant = ${context.tenant} and k.connection = ${context.connection.name}
      group by f.origin_id)
    select f.origin_id, m.amount as atoms, a.amount as procore
    from confirmed f left join members m using (group_id, part) left join answered a on a.origin_id = f.origin_id
    where m.amount is distinct from a.amount order by f.origin_id limit 5`.execute(tx);
  return rows;
}

async function differencesOf(tx: Tx, context: RunContext, flow: Flow): Promise<readonly Difference[]> {
  switch (flow) {
    case "vendors":
      return [];
    case "purchase-orders":
      return [...(await contractDifferences(tx, context)), ...(await changeOrderDifferences(tx, context))];
    case "invoices":
      return requisitionDifferences(tx, context);
    case "costs":
      return partDifferences(tx, context);
  }
}

export async function assertSecondLaw(tx: Tx, context: RunContext, flow: Flow): Promise<void> {
  const [first] = await differencesOf(tx, context, flow);
  if (!first) return;
  const detail = `${first.origin_id}: its atoms sum to ${first.atoms ?? "nothing"} minor units, Procore says ${first.procore ?? "nothing"}`;
  throw new RunHalt("stop", "run.total-differs", detail);
}
