/**
 * What we mean to change in Procore, and what we know of it. `effect` is the only door for a write; at most one effect of an
 * (origin id, aspect) is live. `known` is the last confirmed state by (origin id, aspect). A part's members are cost lines with its
 * number: frozen from the moment it is given (ruling 22). `quota_lease` carries the epoch that fences a superseded sender.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table effect (
    tenant text not null,
    effect bigint generated always as identity,
    connection text not null,
    run bigint not null,
    flow text not null,
    stage smallint not null,
    project_id bigint not null,
    container text not null,
    record_origin_id text not null,
    origin_id text not null,
    aspect text not null,
    action text not null,
    needs text[] not null,
    desired jsonb not null,
    desired_hash text not null,
    amount_minor bigint,
    currency text,
    approval text not null,
    state text not null check (state in ('approved', 'sending', 'unknown', 'confirmed', 'held', 'stale')),
    attempts integer not null,
    epoch bigint not null,
    deadline timestamptz,
    hold_code text,
    detail text,
    procore_id bigint,
    planned_at timestamptz not null,
    settled_at timestamptz,
    primary key (tenant, effect)
  )`.execute(db);
  await sql`create unique index effect_live on effect (tenant, connection, origin_id, aspect)
    where state in ('approved', 'sending', 'unknown', 'held')`.execute(db);
  await sql`create index effect_to_do on effect (tenant, connection, flow, stage, project_id, container, effect)
    where state in ('approved', 'sending', 'unknown')`.execute(db);
  await sql`create index effect_by_run on effect (tenant, run, flow)`.execute(db);
  await sql`create index effect_by_record on effect (tenant, connection, record_origin_id)`.execute(db);

  await sql`create table known (
    tenant text not null,
    connection text not null,
    origin_id text not null,
    aspect text not null,
    record_origin_id text not null,
    project_id bigint not null,
    procore_id bigint not null,
    desired_hash text not null,
    hash_version integer not null,
    amount_minor bigint,
    currency text,
    confirmed_run bigint not null,
    confirmed_at timestamptz not null,
    primary key (tenant, connection, origin_id, aspect)
  )`.execute(db);
  await sql`create index known_by_record on known (tenant, connection, record_origin_id)`.execute(db);

  await sql`create table cost_part (
    tenant text not null,
    connection text not null,
    group_id text not null,
    part integer not null,
    group_key jsonb not null,
    origin_id text not null,
    reference text not null,
    project_id bigint not null,
    currency text not null,
    amount_minor bigint not null,
    members integer not null,
    run bigint not null,
    primary key (tenant, connection, group_id, part)
  )`.execute(db);

  await sql`create table reference_number (
    tenant text not null,
    reference text not null,
    connection text not null,
    source_key text not null,
    posting_version integer not null,
    group_id text not null,
    part integer not null,
    primary key (tenant, reference)
  )`.execute(db);

  await sql`create table quota_lease (
    tenant text not null,
    quota_key text not null,
    epoch bigint not null,
    holder text not null,
    taken_at timestamptz not null,
    primary key (tenant, quota_key)
  )`.execute(db);

  // The planner guesses wrongly on tables that just grew from nothing, and the application's role, who owns none, may not analyse them.
  await sql`create function refresh_statistics() returns void language plpgsql security definer set search_path from current as $$
    begin
      analyze effect, known, atom, source_record, cost_line, cost_document, cost_part, run_read;
    end $$`.execute(db);

  for (const table of ["effect", "known", "cost_part", "reference_number", "quota_lease"]) await guardByTenant(db, table);
}
