/**
 * Takes back what would be written over what somebody did in Procore, as far as it has not left. Most records are planned anew once that is decided; a
 * direct cost never is, for its parts are frozen (ruling 22): the rest of it is held, and goes with the next plan that nothing stands against. What awaits
 * approval there is of a cost that is not in Procore yet, and stays as it is: held, it would go without a word.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import { unsentStates } from "../effect-states.ts";

type Scope = { tenant: string; connection: string };

/** `records`: a relation with `record_origin_id` and the `code` under which its direct costs wait. */
export async function withdrawUnsent(
  tx: Transaction<Database>,
  { tenant, connection }: Scope,
  records: RawBuilder<unknown>,
): Promise<void> {
  await sql`update effect e set state = 'stale' from ${records} as d where e.tenant = ${tenant} and e.connection = ${connection}
    and e.record_origin_id = d.record_origin_id and e.flow <> 'costs' and e.state in ${unsentStates}`.execute(tx);
  await sql`update effect e set state = 'held', hold_code = d.code from ${records} as d where e.tenant = ${tenant}
    and e.connection = ${connection} and e.record_origin_id = d.record_origin_id and e.flow = 'costs' and e.state in ('approved', 'held')`.execute(
    tx,
  );
}
