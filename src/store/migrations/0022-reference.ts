/**
 * What is looked up of SAP's master data and Customizing: one row a key, with the slice that brought it, so that what SAP has no longer goes with
 * its slice. Attributes are few and differ by kind; nothing is searched by them.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table reference_record (
    tenant text not null,
    connection text not null,
    kind text not null,
    key text not null,
    valid_from text not null,
    valid_to text not null,
    text text not null,
    long_text text not null,
    language text not null,
    attributes jsonb not null,
    label text not null,
    changed_run bigint not null,
    primary key (tenant, connection, kind, key)
  )`.execute(db);
  await sql`create index reference_record_by_label on reference_record (tenant, connection, label)`.execute(db);
  await sql`create table reference_read (
    tenant text not null,
    connection text not null,
    kind text not null,
    run bigint not null,
    read_at timestamptz not null,
    rows integer not null,
    primary key (tenant, connection, kind)
  )`.execute(db);
  for (const table of ["reference_record", "reference_read"]) await guardByTenant(db, table);
}
