/**
 * Holds what a hint names that was not read again yet, where it would be written: the share of hints is spent, or Procore could not be believed. Without
 * this a storm of hints would let the run write over an edit that nobody has seen. The next run that finds the hint worked plans it anew.
 */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { isOfLineIn } from "../cost-line-sql.ts";
import { unsentStates } from "../effect-states.ts";
import { withdrawUnsent } from "./withdraw.ts";

const code = "touched-in-procore";

export async function holdTouched(
  tx: Transaction<Database>,
  { tenant, connection: { name: connection } }: Pick<RunContext, "tenant" | "connection">,
): Promise<void> {
  const touched = sql`(select distinct e.record_origin_id from webhook_event w join effect e on e.tenant = w.tenant
      and e.connection = w.connection and e.record_origin_id = w.deferred_record and e.state in ${unsentStates}
    where w.tenant = ${tenant} and w.connection = ${connection} and w.state = 'waiting' and w.deferred_record is not null)`;
  const { rows } = await sql<{ record_origin_id: string }>`select record_origin_id from ${touched} as t`.execute(tx);
  if (rows.length === 0) return;
  const records = rows.map((row) => row.record_origin_id);
  const withdrawn = sql`(select unnest(${records}::text[]) as record_origin_id, ${code}::text as code)`;
  await withdrawUnsent(tx, { tenant, connection }, withdrawn);
  await sql`update atom set disposition = 'held', reason = ${code} where tenant = ${tenant} and connection = ${connection}
    and record_origin_id = any (${records}::text[]) and gone_run is null and disposition in ('planned', 'awaiting-approval')`.execute(
    tx,
  );
  await sql`update cost_line c set disposition = 'held', reason = ${code} from cost_part p where p.tenant = ${tenant}
    and p.connection = ${connection} and p.origin_id = any (${records}::text[]) and c.tenant = p.tenant and c.connection = p.connection
    and c.group_id = p.group_id and c.part = p.part and c.disposition in ('planned', 'awaiting-approval')`.execute(tx);
  await sql`update cost_line c set disposition = 'held', reason = ${code} from cost_part p join recoded_member m on m.tenant = p.tenant
      and m.connection = p.connection and m.group_id = p.group_id and m.part = p.part
    where p.tenant = ${tenant} and p.connection = ${connection} and p.origin_id = any (${records}::text[]) and ${isOfLineIn("m")}
      and c.disposition in ('planned', 'awaiting-approval')`.execute(tx);
}
