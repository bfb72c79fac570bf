/**
 * What every table with rows of a tenant gets: row-level security on its `tenant` column, for the owner too. `transact` sets
 * `ml.tenant`; without it no row is seen and none can be written. `*` is the scope across tenants.
 */
import { type Kysely, sql } from "kysely";

export async function guardByTenant(db: Kysely<unknown>, table: string): Promise<void> {
  const at = sql.table(table);
  const isOurs = sql`(tenant = current_setting('ml.tenant', true) or current_setting('ml.tenant', true) = '*')`;
  await sql`alter table ${at} enable row level security`.execute(db);
  await sql`alter table ${at} force row level security`.execute(db);
  await sql`create policy by_tenant on ${at} using ${isOurs} with check ${isOurs}`.execute(db);
}

/** Rows may be added and read, never changed or removed, by anyone who does not first drop this trigger. */
export async function makeAppendOnly(db: Kysely<unknown>, table: string): Promise<void> {
  const at = sql.table(table);
  await sql`create trigger append_only_rows before update or delete on ${at}
    for each row execute function refuse_change()`.execute(db);
  await sql`create trigger append_only_table before truncate on ${at}
    for each statement execute function refuse_change()`.execute(db);
}
