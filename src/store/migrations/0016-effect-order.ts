/**
 * In which order effects go out: `urgency` is a SAP date (later goes first, empty last), `wave` a hundred contracts of a project that are finished
 * together before the next hundred are begun.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table effect add column urgency text not null default '', add column wave smallint not null default 0`.execute(
    db,
  );
  await sql`drop index effect_to_do`.execute(db);
  await sql`create index effect_to_do on effect (tenant, connection, flow, project_id, wave, stage, container, effect)
    where state in ('approved', 'sending', 'unknown')`.execute(db);
}
