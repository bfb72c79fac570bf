/**
 * Makes the next plan write a record again: what is known of it is no longer what we would write, so planning sees the difference by itself. The
 * records that it was made from are opened, for SAP did not change and they would not be looked at.
 */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";

type Tx = Transaction<Database>;

export type Reassertion = { originId: string; recordOriginId: string; aspect: string; field: string; found: string };

/** What is known of a field that is to be written again begins so. */
export const reassertedMark = "edited in Procore: ";

export async function reassert(
  tx: Tx,
  { tenant, connection }: { tenant: string; connection: string },
  edit: Reassertion,
): Promise<void> {
  // Not the hash of a whole content: that is not known. It equals no hash, and says why.
  await sql`update known set desired_hash = ${`${reassertedMark}${edit.field}`} where tenant = ${tenant} and connection = ${connection}
    and origin_id = ${edit.originId} and aspect = ${edit.aspect}`.execute(tx);
  await sql`update source_record r set is_decided = false from atom a where a.tenant = ${tenant} and a.connection = ${connection}
    and a.record_origin_id = ${edit.recordOriginId} and r.tenant = a.tenant and r.connection = a.connection and r.flow = a.flow
    and r.key = a.record_key`.execute(tx);
}
