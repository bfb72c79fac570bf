/** The nightly listing proves change orders too. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table proof drop constraint proof_kind_check`.execute(db);
  await sql`alter table proof add constraint proof_kind_check
    check (kind in ('vendors', 'contracts', 'change-orders', 'requisitions', 'direct-costs'))`.execute(db);
}
