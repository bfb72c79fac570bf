/** Up to which window each schedule is done. A row is made when the schedule is first seen, so that nothing from before is caught up. */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table schedule_done (
    tenant text not null,
    connection text not null,
    schedule text not null,
    done_at timestamptz not null,
    run bigint,
    missed integer not null default 0,
    primary key (tenant, connection, schedule)
  )`.execute(db);
  await guardByTenant(db, "schedule_done");
}
