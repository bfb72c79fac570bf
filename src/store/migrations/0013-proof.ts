/**
 * When Procore was last listed and set against what we know of it, by project and kind of record, and what did not agree. A finding stays until a
 * listing no longer shows it.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table proof (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    kind text not null check (kind in ('vendors', 'contracts', 'direct-costs')),
    tried_at timestamptz not null,
    proved_at timestamptz,
    listed integer not null,
    expected integer not null,
    calls integer not null,
    problem text,
    primary key (tenant, connection, project_id, kind)
  )`.execute(db);
  await sql`create table proof_finding (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    kind text not null,
    origin_id text not null,
    finding text not null,
    procore_id bigint,
    expected text not null,
    found text not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    primary key (tenant, connection, project_id, kind, origin_id, finding)
  )`.execute(db);
  for (const table of ["proof", "proof_finding"]) await guardByTenant(db, table);
}
