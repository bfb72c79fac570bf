/**
 * Whether a contract has a requisition in Procore, or on its way there. Such a contract is not reopened (ruling 14), and a change order would add to a
 * line that a person changed instead of putting it back: what was edited in it cannot be re-asserted.
 */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";

export async function isInvoiced(
  tx: Transaction<Database>,
  { tenant, connection, contract }: { tenant: string; connection: string; contract: string },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from atom a where a.tenant = ${tenant} and a.connection = ${connection} and a.flow = 'invoices'
      and a.target ->> 'contract' = ${contract}
      and (exists (select 1 from known k where k.tenant = a.tenant and k.connection = a.connection and k.origin_id = a.record_origin_id
          and k.aspect = 'content')
        or exists (select 1 from effect e where e.tenant = a.tenant and e.connection = a.connection and e.origin_id = a.record_origin_id
          and e.flow = 'invoices' and e.state in ('sending', 'unknown'))) limit 1`.execute(tx);
  return rows.length > 0;
}
