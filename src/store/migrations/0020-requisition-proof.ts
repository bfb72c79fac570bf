/** Requisitions are listed and proved too: the one kind of record behind which no upsert stands. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table proof drop constraint proof_kind_check`.execute(db);
  await sql`alter table proof add constraint proof_kind_check
    check (kind in ('vendors', 'contracts', 'requisitions', 'direct-costs'))`.execute(db);
}
