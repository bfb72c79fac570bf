/**
 * What the effects' outcomes mean for the atoms: posted only when everything of their record is confirmed, held with the code of what holds
 * it, unknown while anything of it is, and awaiting approval where a person was asked. Set statements a flow, never row by row.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { liveStates, openStates } from "../effect-states.ts";
import { noteHolds } from "../holds/note-holds.ts";
import { lineOf } from "../plan/change-order-sql.ts";
import { settleHaltedRecodings, settleRecodedLines, wasRecoded } from "./settle-recoded.ts";

type Tx = Transaction<Database>;

/** By record: the worst state among its live effects, and the hold code of the first that is held. One that is neither held nor open awaits approval. */
function recordStates(context: RunContext, flow: string): RawBuilder<unknown> {
  return sql`
    select record_origin_id,
      bool_or(state in ${openStates}) as is_open,
      (array_agg(hold_code order by stage, effect) filter (where state = 'held' and hold_code <> 'waits-for-prerequisite'))[1] as code,
      bool_or(state = 'held') as is_held
    from effect where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = ${flow}
      and state in ${liveStates} group by record_origin_id`;
}

async function settleRecordAtoms(tx: Tx, context: RunContext, flow: Exclude<Flow, "costs">): Promise<void> {
  // A line that was refused holds itself with its own code; its siblings wait for the contract. What is in Procore and does not change itself is as it was.
  await sql`
    with record as (${recordStates(context, flow)}),
    own as (select ${lineOf(sql`origin_id`)} as line, bool_or(state = 'planned') as is_waiting,
        (array_agg(hold_code order by effect) filter (where state = 'held'))[1] as hold_code
      from effect where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = ${flow}
        and state in ('held', 'planned') and aspect = 'content' group by 1)
    update atom a set
      disposition = (case when r.record_origin_id is null then 'posted' when r.is_held then 'held' when r.is_open then 'unknown'
        when k.origin_id is not null and not coalesce(o.is_waiting, false) then 'unchanged' else 'awaiting-approval' end)::disposition,
      reason = case when r.is_held then coalesce(nullif(o.hold_code, 'waits-for-prerequisite'), r.code, 'waits-for-prerequisite') end
    from atom b left join record r on r.record_origin_id = b.record_origin_id left join own o on o.line = ${lineOf(sql`b.origin_id`)}
      left join known k on k.tenant = b.tenant and k.connection = b.connection and k.origin_id = b.origin_id and k.aspect = 'content'
    where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = ${flow}
      and b.tenant = a.tenant and b.connection = a.connection and b.flow = a.flow and b.key = a.key
      and a.disposition in ('planned', 'unknown') and a.gone_run is null`.execute(tx);
}

async function settleCostLines(tx: Tx, context: RunContext): Promise<void> {
  await sql`
    with record as (${recordStates(context, "costs")}),
    part as (
      select p.group_id, p.part, r.is_held, r.code, (case when r.record_origin_id is null then 'posted' when r.is_held then 'held'
        when r.is_open then 'unknown' else 'awaiting-approval' end)::disposition as became from cost_part p left join record r on r.record_origin_id = p.origin_id
      where p.tenant = ${context.tenant} and p.connection = ${context.connection.name})
    update cost_line c set
      disposition = p.became, reason = case when p.is_held then coalesce(p.code, 'waits-for-prerequisite') end
    from part p
    where c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and c.group_id = p.group_id and c.part = p.part
      and (c.disposition in ('planned', 'unknown', 'awaiting-approval') or (c.disposition = 'held' and c.reason <> 'cost-changed-after-posting'))
      and c.disposition is distinct from p.became and not ${wasRecoded}`.execute(tx);
  await settleRecodedLines(tx, context, recordStates(context, "costs"));
}

type HaltContext = Parameters<typeof noteHolds>[1];

/**
 * A run that is halted while it sends leaves records that are refused or in doubt: they take their dispositions now, so that they can be seen.
 * What was not sent yet stays planned.
 */
export async function settleHalted(tx: Tx, context: HaltContext, flow: Flow): Promise<void> {
  const scope = sql`tenant = ${context.tenant} and connection = ${context.connection.name}`;
  const records = sql`
    select record_origin_id, bool_or(state = 'held') as is_held,
      (array_agg(hold_code order by hold_code = 'waits-for-prerequisite', stage, effect) filter (where state = 'held'))[1] as code
    from effect where ${scope} and flow = ${flow} and state in ('sending', 'unknown', 'held') group by record_origin_id`;
  const became = sql`(case when r.is_held then 'held' else 'unknown' end)::disposition`;
  const why = sql`case when r.is_held then r.code end`;
  if (flow === "costs") {
    await sql`update cost_line c set disposition = ${became}, reason = ${why} from cost_part p join (${records}) as r on r.record_origin_id = p.origin_id
      where p.tenant = ${context.tenant} and p.connection = ${context.connection.name} and c.tenant = p.tenant and c.connection = p.connection
        and c.group_id = p.group_id and c.part = p.part and c.disposition = 'planned'`.execute(tx);
    await settleHaltedRecodings(tx, context, records);
  } else
    await sql`update atom a set disposition = ${became}, reason = ${why} from (${records}) as r
      where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = ${flow}
        and a.record_origin_id = r.record_origin_id and a.disposition = 'planned' and a.gone_run is null`.execute(tx);
  await noteHolds(tx, context, flow, false);
}

export async function settleAtoms(tx: Tx, context: RunContext, flow: Flow): Promise<void> {
  if (flow === "costs") await settleCostLines(tx, context);
  else await settleRecordAtoms(tx, context, flow);
}
