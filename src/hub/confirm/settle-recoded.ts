/**
 * Lines that were re-coded (ruling 23) have three postings, and half a re-coding is none: such a line is posted only where the part that took it back
 * and the one that it stands in are both confirmed. The worst of them says what it is.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { isOfLine, isOfLineIn } from "../cost-line-sql.ts";

type Tx = Transaction<Database>;

/** Of cost line `c`: whether it stood elsewhere before. */
export const wasRecoded = sql`exists (select from recoded_member m where ${isOfLineIn("m")})`;

/** `recordStates`: record_origin_id, is_open, is_held, code of each record with a live effect. */
export async function settleRecodedLines(tx: Tx, context: RunContext, recordStates: RawBuilder<unknown>): Promise<void> {
  const scope = (table: string) =>
    sql`${sql.ref(`${table}.tenant`)} = ${context.tenant} and ${sql.ref(`${table}.connection`)} = ${context.connection.name}`;
  await sql`
    with record as (${recordStates}),
    posting as (
      select m.fiscal_year, m.document, m.line, m.group_id, m.part from recoded_member m where ${scope("m")}
      union all
      select c.fiscal_year, c.document, c.line, c.group_id, c.part from cost_line c
      where ${scope("c")} and (c.fiscal_year, c.document, c.line) in (
        select m.fiscal_year, m.document, m.line from recoded_member m where ${scope("m")})),
    became as (
      select o.fiscal_year, o.document, o.line, bool_or(coalesce(r.is_held, false)) as is_held,
        bool_or(coalesce(r.is_open, false)) as is_open, bool_or(r.record_origin_id is not null) as is_live,
        bool_and(k.origin_id is not null) as is_confirmed, (array_agg(r.code order by o.group_id, o.part) filter (where r.code is not null))[1] as code
      from posting o join cost_part p on ${scope("p")} and p.group_id = o.group_id and p.part = o.part
        left join record r on r.record_origin_id = p.origin_id
        left join known k on ${scope("k")} and k.origin_id = p.origin_id and k.aspect = 'status'
      group by o.fiscal_year, o.document, o.line),
    settled as (
      select b.*, (case when is_held or (not is_live and not is_confirmed) then 'held' when is_open then 'unknown' when is_live then 'awaiting-approval'
        else 'posted' end)::disposition as disposition from became b)
    update cost_line c set disposition = s.disposition, reason = case when s.disposition = 'held' then coalesce(s.code, 'waits-for-prerequisite') end
    from settled s
    where ${scope("c")} and ${isOfLine("s")} and (c.disposition in ('planned', 'unknown', 'awaiting-approval', 'posted')
        or (c.disposition = 'held' and c.reason <> 'cost-changed-after-posting'))
      and (c.disposition is distinct from s.disposition or c.disposition = 'held')`.execute(tx);
}

/** A halted run's: `records` as record_origin_id, is_held, code of what is refused or in doubt. */
export async function settleHaltedRecodings(
  tx: Tx,
  { tenant, connection }: { tenant: string; connection: { name: string } },
  records: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    update cost_line c set disposition = (case when r.is_held then 'held' else 'unknown' end)::disposition, reason = case when r.is_held then r.code end
    from recoded_member m join cost_part p on p.tenant = m.tenant and p.connection = m.connection and p.group_id = m.group_id and p.part = m.part
      join (${records}) as r on r.record_origin_id = p.origin_id
    where m.tenant = ${tenant} and m.connection = ${connection.name} and ${isOfLineIn("m")}
      and c.disposition = 'planned'`.execute(tx);
}
