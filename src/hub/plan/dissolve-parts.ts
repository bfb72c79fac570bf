/**
 * A part is frozen when its number is given (ruling 22), but one that a person has not approved was given to nobody yet: it is dissolved and planned
 * anew, with the lines and rules of the day. Its number, origin id and hash come out the same where nothing changed. An approved one stays as it is.
 */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import { approvedBy } from "../approve/hold-back.ts";
import { now, type RunContext } from "../context.ts";
import { undoRecodings } from "./undo-recodings.ts";

export async function dissolveUnapproved(tx: Transaction<Database>, context: RunContext): Promise<void> {
  const of = (table: string) => {
    const at = sql.raw(table);
    return sql`${at}.tenant = ${context.tenant} and ${at}.connection = ${context.connection.name}`;
  };
  const { rows } = await sql<{ origin_id: string }>`
    select distinct e.record_origin_id as origin_id from effect e where ${of("e")} and e.flow = 'costs' and e.state = 'planned'
      and ${approvedBy} is null and not exists (select 1 from effect o where o.tenant = e.tenant and o.connection = e.connection
        and o.record_origin_id = e.record_origin_id and o.state not in ('planned', 'stale'))`.execute(tx);
  const dissolved = await undoRecodings(
    tx,
    context,
    rows.map((row) => row.origin_id),
  );
  if (dissolved.length === 0) return;
  const parts = sql`p.origin_id = any (${dissolved}::text[])`;
  await sql`update cost_line c set disposition = null, reason = null, group_id = null, part = null, posted_minor = null, budget_code_id = null,
      budget_code = null, rule = null, project = null
    from cost_part p where ${of("p")} and ${parts} and ${of("c")} and c.group_id = p.group_id and c.part = p.part`.execute(tx);
  await sql`delete from reference_number r using cost_part p where ${of("p")} and ${parts} and ${of("r")} and r.group_id = p.group_id
    and r.part = p.part`.execute(tx);
  await sql`update effect e set state = 'stale', settled_at = ${now(context)} from cost_part p where ${of("p")} and ${parts} and ${of("e")}
    and e.record_origin_id = p.origin_id and e.state = 'planned'`.execute(tx);
  await sql`delete from cost_part p where ${of("p")} and ${parts}`.execute(tx);
}
