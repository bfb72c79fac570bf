/** Tenants, and the audit trail with its seals. `audit_unsealed` is the sealer's list of what it has yet to chain. */
import { type Kysely, sql } from "kysely";
import { guardByTenant, makeAppendOnly } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  // `*` must never be a name: it is the scope across tenants.
  await sql`create table tenant (
    tenant text primary key check (tenant ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text not null,
    created_at timestamptz not null
  )`.execute(db);

  await sql`create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'insufficient_privilege';
    end $$`.execute(db);

  await sql`create table audit (
    tenant text not null,
    id bigint generated always as identity,
    at timestamptz not null,
    actor text not null,
    action text not null,
    subject text not null,
    detail jsonb not null,
    primary key (tenant, id)
  )`.execute(db);

  await sql`create table audit_unsealed (
    tenant text not null,
    audit_id bigint not null,
    primary key (tenant, audit_id)
  )`.execute(db);

  await sql`create table audit_seal (
    tenant text not null,
    seal_no bigint not null check (seal_no > 0),
    audit_id bigint not null,
    hash bytea not null check (length(hash) = 32),
    primary key (tenant, seal_no),
    unique (tenant, audit_id)
  )`.execute(db);

  // A plain insert of its own row: writers never wait for one another, nor for the sealer.
  await sql`create function list_unsealed() returns trigger language plpgsql as $$
    begin
      insert into audit_unsealed (tenant, audit_id) values (new.tenant, new.id);
      return null;
    end $$`.execute(db);
  await sql`create trigger list_unsealed after insert on audit
    for each row execute function list_unsealed()`.execute(db);

  await makeAppendOnly(db, "audit");
  await makeAppendOnly(db, "audit_seal");
  for (const table of ["tenant", "audit", "audit_unsealed", "audit_seal"]) await guardByTenant(db, table);
}
