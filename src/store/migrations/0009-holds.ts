/**
 * What is remembered of records that wait. `hold` outlives the runs: one row by (flow, atom, code), with who it was given to; what waits now is read
 * from the atoms. `exchange` is the last request and answer of an effect that did not go well, without secrets. `ignored` is a person's word that
 * a record stays out; it lasts until its date or until SAP changes the record. `replay` lists what a replay run takes.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table atom add column waits_for text, add column project text, add column rule text`.execute(db);
  await sql`alter table cost_line add column waits_for text, add column project text`.execute(db);
  await sql`alter table cost_document add column ignored text`.execute(db);
  await sql`alter table run add column diagnostics jsonb, drop constraint run_mode_check,
    add constraint run_mode_check check (mode in ('delta', 'full', 'replay'))`.execute(db);

  await sql`create table hold (
    tenant text not null,
    hold bigint generated always as identity,
    connection text not null,
    flow text not null,
    key text not null,
    code text not null,
    first_run bigint not null,
    first_seen timestamptz not null,
    last_run bigint not null,
    last_seen timestamptz not null,
    runs integer not null,
    released_at timestamptz,
    assigned_to text,
    assigned_by text,
    assigned_at timestamptz,
    note text,
    primary key (tenant, hold)
  )`.execute(db);
  await sql`create unique index hold_by_key on hold (tenant, connection, flow, key, code)`.execute(db);

  await sql`create table exchange (
    tenant text not null,
    effect bigint not null,
    run bigint not null,
    at timestamptz not null,
    code text not null,
    endpoint text,
    status integer,
    request_id text,
    request jsonb not null,
    answer jsonb not null,
    primary key (tenant, effect)
  )`.execute(db);

  await sql`create table ignored (
    tenant text not null,
    connection text not null,
    flow text not null,
    key text not null,
    code text not null,
    reason text not null,
    ignored_by text not null,
    ignored_at timestamptz not null,
    until timestamptz,
    changed_run bigint not null,
    primary key (tenant, connection, flow, key)
  )`.execute(db);

  await sql`create table replay (
    tenant text not null,
    run bigint not null,
    flow text not null,
    key text not null,
    primary key (tenant, run, flow, key)
  )`.execute(db);

  for (const table of ["hold", "exchange", "ignored", "replay"]) await guardByTenant(db, table);
}
