/** Contracts whose deleted items are too many to fall unasked (ruling 33): they wait for a person's word whatever the flow's policy says. */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";

type Scope = { tenant: string; connection: string };

const records = ({ tenant, connection }: Scope, flow: Flow): RawBuilder<unknown> => sql`
  (select a.record_origin_id from deletion d join atom a on a.tenant = d.tenant and a.connection = d.connection and a.flow = d.flow
      and a.key = d.key
    where d.tenant = ${tenant} and d.connection = ${connection} and d.flow = ${flow} and d.is_asked and not d.is_allowed
      and a.disposition = 'planned')`;

/** Of a record's effects `e`, grouped; undefined where nothing is asked about, so that a plan need not look. */
export async function askedDeletions(
  tx: Transaction<Database>,
  scope: Scope,
  flow: Flow,
): Promise<RawBuilder<unknown> | undefined> {
  const asked = records(scope, flow);
  const { rows } = await sql`select from ${asked} as r limit 1`.execute(tx);
  return rows.length === 0 ? undefined : sql`bool_or(e.record_origin_id in ${asked})`;
}
