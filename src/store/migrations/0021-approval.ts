/**
 * Approval (ruling 35). An effect that waits for a person is `planned`. `approval` is a person's word for one effect as it was planned: for its key and
 * hash, until all of its record is done. `first_plan` says that the first plan of a flow in a project was approved whole. A run that is
 * `plan_only` sends nothing.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table effect drop constraint effect_state_check, add constraint effect_state_check
    check (state in ('planned', 'approved', 'sending', 'unknown', 'confirmed', 'held', 'stale'))`.execute(db);
  await sql`drop index effect_live`.execute(db);
  await sql`create unique index effect_live on effect (tenant, connection, origin_id, aspect)
    where state in ('planned', 'approved', 'sending', 'unknown', 'held')`.execute(db);
  await sql`drop index effect_chain`.execute(db);
  await sql`create index effect_chain on effect (tenant, connection, container, effect)
    where state in ('planned', 'approved', 'sending', 'unknown', 'held')`.execute(db);
  await sql`create index effect_waiting on effect (tenant, connection, flow, project_id, record_origin_id)
    where state = 'planned'`.execute(db);
  await sql`alter table run add column plan_only boolean not null default false`.execute(db);

  await sql`create table approval (
    tenant text not null,
    connection text not null,
    origin_id text not null,
    aspect text not null,
    desired_hash text not null,
    record_origin_id text not null,
    flow text not null,
    approved_by text not null,
    approved_at timestamptz not null,
    primary key (tenant, connection, origin_id, aspect)
  )`.execute(db);
  await sql`create table first_plan (
    tenant text not null,
    connection text not null,
    flow text not null,
    project_id bigint not null,
    approved_by text not null,
    approved_at timestamptz not null,
    primary key (tenant, connection, flow, project_id)
  )`.execute(db);
  for (const table of ["approval", "first_plan"]) await guardByTenant(db, table);
}
