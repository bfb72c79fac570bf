/**
 * What waits now, read from the atoms: held, rejected and unknown ones of all flows, cost lines and documents beside the others. What a person
 * ignored waits no more, though it is counted as excluded only from the next run on.
 */
import { type RawBuilder, sql } from "kysely";
import { documentKey, isOfLineIn, lineKey, withDocument } from "../cost-line-sql.ts";

export type OpenScope = { tenant: string; connection?: string | undefined; flow?: string | undefined };

/** Of cost line `c` that was re-coded: the record that would take its earlier posting back, where that is what stands still. */
const refusedEarlier = sql`(select q.origin_id from recoded_member m join cost_part q on q.tenant = m.tenant and q.connection = m.connection
    and q.group_id = m.group_id and q.part = m.part
  where ${isOfLineIn("m")} and exists (select from effect e where e.tenant = q.tenant
      and e.connection = q.connection and e.record_origin_id = q.origin_id and e.state in ('held', 'unknown', 'sending')
      and e.hold_code is distinct from 'waits-for-prerequisite')
  order by m.posting_version desc limit 1)`;

export function openHolds({ tenant, connection, flow }: OpenScope): RawBuilder<unknown> {
  const scope = (table: string) => {
    const at = sql.raw(table);
    return sql`${at}.tenant = ${tenant} and (${connection ?? null}::text is null or ${at}.connection = ${connection ?? null})`;
  };
  const ofCosts = sql`(${flow ?? null}::text is null or ${flow ?? null} = 'costs')`;
  const period = sql`d.fiscal_year || '.' || lpad(d.period::text, 3, '0')`;
  return sql`
    select a.tenant, a.connection, a.flow, a.key, a.record_key, coalesce(a.reason, 'outcome-unknown') as code, a.disposition::text as disposition,
      a.amount_minor, a.currency, a.period, coalesce(a.project, a.target -> 'project' ->> 'number', '') as project,
      coalesce(a.rule, a.target ->> 'rule', '') as rule, coalesce(a.waits_for, '') as waits_for,
      coalesce(nullif(f.why, ''), r.content ->> 'detail', '') as detail, a.record_origin_id, a.origin_id, r.changed_run
    from atom a left join source_record r on r.tenant = a.tenant and r.connection = a.connection and r.flow = a.flow and r.key = a.record_key
    left join vendor_finding f on f.tenant = a.tenant and f.connection = a.connection and a.flow = 'vendors' and f.vendor = a.key
    where ${scope("a")} and (${flow ?? null}::text is null or a.flow = ${flow ?? null}) and a.disposition in ('held', 'rejected', 'unknown')
    union all
    select c.tenant, c.connection, 'costs', ${lineKey}, ${documentKey},
      coalesce(c.reason, 'outcome-unknown'), c.disposition::text, c.amount_minor, d.currency, ${period}, coalesce(c.project, ''),
      coalesce(c.rule, ''), coalesce(c.waits_for, ''), '', coalesce(${refusedEarlier}, p.origin_id), null, d.changed_run
    from cost_line c ${withDocument}
    left join cost_part p on p.tenant = c.tenant and p.connection = c.connection and p.group_id = c.group_id and p.part = c.part
    where ${scope("c")} and ${ofCosts} and c.disposition in ('held', 'unknown')
    union all
    select d.tenant, d.connection, 'costs', ${documentKey}, ${documentKey}, d.rejection, 'rejected', d.balance_minor, d.currency, ${period},
      '', '', '', d.detail, null, null, d.changed_run
    from cost_document d where ${scope("d")} and ${ofCosts} and d.rejection is not null and d.ignored is null`;
}

/** The effect that holds a record: its own before its record's, a refusal before what merely waits for it. Expects an open hold as `h`. */
export const heldEffect = sql`
  select e.effect, e.detail, e.hold_code, e.origin_id, e.action, e.attempts, e.state from effect e
  where e.tenant = h.tenant and e.connection = h.connection and e.record_origin_id = h.record_origin_id and e.state in ('held', 'unknown', 'sending')
  order by e.hold_code is not distinct from 'waits-for-prerequisite', e.origin_id is distinct from h.origin_id, e.stage, e.effect limit 1`;
