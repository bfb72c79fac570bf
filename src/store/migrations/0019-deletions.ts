/**
 * What deletions go by (ruling 33). `sweep` is how many objects each complete sweep of a flow saw and whether that proves anything; a slice that was
 * unchanged sends no rows, so slices remember how many they held. `deletion` is one thing that SAP deleted and Procore still has: how many sweeps
 * on end saw it so, whether a person is asked about it, and whether it went through. An edit that
 * could not be written again says why, and
 * a hint that was not looked at yet which record it is about.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table task add column objects integer`.execute(db);
  await sql`alter table leaf add column objects integer`.execute(db);

  await sql`create table sweep (
    tenant text not null,
    connection text not null,
    flow text not null,
    run bigint not null,
    objects bigint,
    objects_before bigint,
    is_proof boolean not null,
    swept_at timestamptz not null,
    primary key (tenant, connection, flow, run)
  )`.execute(db);

  await sql`create table deletion (
    tenant text not null,
    connection text not null,
    flow text not null,
    key text not null,
    record_key text not null,
    sweeps integer not null,
    last_run bigint not null,
    is_asked boolean not null default false,
    is_allowed boolean not null default false,
    primary key (tenant, connection, flow, key)
  )`.execute(db);

  await sql`alter table procore_edit add column why text`.execute(db);
  await sql`alter table webhook_event add column deferred_record text`.execute(db);

  for (const table of ["sweep", "deletion"]) await guardByTenant(db, table);
}
