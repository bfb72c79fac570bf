/**
 * What load a run caused at SAP, per function module, and which reader served which table; the rows of a connection by the SAP system's day,
 * for the agents' budgets; and why an agent lets SAP rest.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table agent add column resting_code text, add column resting_detail text, add column resting_until timestamptz`.execute(
    db,
  );
  await sql`alter table run add column sap_in_flight_max integer not null default 0, add column sap_halvings integer not null default 0`.execute(
    db,
  );

  await sql`create table run_sap_call (
    tenant text not null,
    run bigint not null,
    function text not null,
    calls bigint not null,
    retries bigint not null,
    failures bigint not null,
    rows_read bigint not null,
    call_ms bigint not null,
    server_ms bigint not null,
    primary key (tenant, run, function)
  )`.execute(db);

  await sql`create table run_reader (
    tenant text not null,
    run bigint not null,
    table_name text not null,
    reader text not null,
    why text not null,
    primary key (tenant, run, table_name, reader)
  )`.execute(db);

  await sql`create table sap_day (
    tenant text not null,
    connection text not null,
    day text not null,
    rows_read bigint not null,
    primary key (tenant, connection, day)
  )`.execute(db);

  for (const table of ["run_sap_call", "run_reader", "sap_day"]) await guardByTenant(db, table);
}
