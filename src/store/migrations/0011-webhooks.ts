/**
 * Webhooks in. `webhook_event` is the queue of hints and the memory by which a repeated delivery is known; `webhook_hook` the hooks that we set up
 * and until when their discarded deliveries were looked for; `webhook_sweep` places where hints are missing; `procore_edit` what people changed
 * in records that we keep, a row a field.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table webhook_event (
    tenant text not null,
    connection text not null,
    delivery_id text not null,
    received_at timestamptz not null,
    state text not null check (state in ('waiting', 'done', 'unreadable')),
    version text not null,
    kind text not null,
    verb text not null,
    record_id bigint not null,
    parent_id bigint,
    project_id bigint not null,
    user_id bigint,
    application_id text,
    happened_at timestamptz,
    outcome text,
    worked_at timestamptz,
    primary key (tenant, connection, delivery_id)
  )`.execute(db);
  await sql`create index webhook_event_waiting on webhook_event (tenant, connection, received_at, delivery_id) where state = 'waiting'`.execute(
    db,
  );
  await sql`create index webhook_event_worked on webhook_event (tenant, connection, worked_at) where state <> 'waiting'`.execute(
    db,
  );

  await sql`create table webhook_hook (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    hook_id text not null,
    destination_url text not null,
    resources text[] not null,
    set_up_at timestamptz not null,
    looked_until timestamptz not null,
    looked_at timestamptz not null,
    primary key (tenant, connection, project_id)
  )`.execute(db);

  await sql`create table webhook_sweep (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    kind text not null check (kind in ('vendors', 'contracts', 'direct-costs')),
    reason text not null,
    asked_at timestamptz not null,
    primary key (tenant, connection, project_id, kind)
  )`.execute(db);

  await sql`create table procore_edit (
    tenant text not null,
    edit bigint generated always as identity,
    connection text not null,
    kind text not null,
    record_origin_id text not null,
    origin_id text not null,
    aspect text not null,
    project_id bigint not null,
    procore_id bigint not null,
    field text not null,
    confirmed text not null,
    found text not null,
    user_id bigint,
    happened_at timestamptz,
    found_at timestamptz not null,
    state text not null check (state in ('open', 're-asserted', 'accepted', 'undone')),
    decided_by text,
    decided_at timestamptz,
    primary key (tenant, edit)
  )`.execute(db);
  await sql`create unique index procore_edit_standing on procore_edit (tenant, connection, origin_id, field)
    where state in ('open', 'accepted')`.execute(db);
  await sql`create index procore_edit_by_record on procore_edit (tenant, connection, record_origin_id) where state in ('open', 'accepted')`.execute(
    db,
  );

  // An event names a record by Procore's id alone.
  await sql`create index known_by_procore_id on known (tenant, connection, procore_id)`.execute(db);
  for (const table of ["webhook_event", "webhook_hook", "webhook_sweep", "procore_edit"]) await guardByTenant(db, table);
}
