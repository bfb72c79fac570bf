/**
 * IDocs as they were told: once per transport key and content (sap-data 6.5), and the objects that they touched, which the next reading of their flow
 * takes along. `taken_run` is the run whose opening was given them; they are done when that run has read its flow whole.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table idoc (
    tenant text not null,
    connection text not null,
    sender text not null,
    client text not null,
    number text not null,
    hash text not null,
    message text not null,
    type text not null,
    serial text not null,
    state text not null check (state in ('told', 'parked', 'quarantined')),
    reason text,
    times integer not null,
    received_at timestamptz not null,
    primary key (tenant, connection, sender, client, number, hash)
  )`.execute(db);
  await sql`create index idoc_by_state on idoc (tenant, connection, state, received_at) where state <> 'told'`.execute(db);
  await sql`create table idoc_touched (
    tenant text not null,
    connection text not null,
    flow text not null,
    key text not null,
    serial text not null,
    told_at timestamptz not null,
    taken_run bigint,
    is_done boolean not null,
    primary key (tenant, connection, flow, key)
  )`.execute(db);
  await sql`create index idoc_touched_open on idoc_touched (tenant, connection, flow, key) where not is_done`.execute(db);
  for (const table of ["idoc", "idoc_touched"]) await guardByTenant(db, table);
}
