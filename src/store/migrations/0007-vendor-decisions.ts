/**
 * Vendors that stood in Procore before us. `vendor_finding` is what the last plan found out about a vendor: why it waits, which companies may be it,
 * what of its address could not be told. `vendor_decision` is a person's word on it; one company is given to one vendor. `vendor_blocked` counts
 * in how many sweeps on end a vendor was blocked everywhere (ruling 33).
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table vendor_finding (
    tenant text not null,
    connection text not null,
    vendor text not null,
    run bigint not null,
    name text not null,
    code text,
    why text not null,
    candidates jsonb not null,
    left_out jsonb not null,
    found_at timestamptz not null,
    primary key (tenant, connection, vendor)
  )`.execute(db);

  await sql`create table vendor_decision (
    tenant text not null,
    connection text not null,
    vendor text not null,
    decision text not null check (decision in ('adopt', 'create', 'ignore', 'inactivate', 'keep-active')),
    company_id bigint,
    actor text not null,
    note text not null,
    decided_at timestamptz not null,
    primary key (tenant, connection, vendor),
    check ((decision = 'adopt') = (company_id is not null))
  )`.execute(db);
  await sql`create unique index vendor_decision_company on vendor_decision (tenant, connection, company_id)
    where company_id is not null`.execute(db);

  await sql`create table vendor_blocked (
    tenant text not null,
    connection text not null,
    vendor text not null,
    sweeps integer not null,
    last_run bigint not null,
    primary key (tenant, connection, vendor)
  )`.execute(db);

  for (const table of ["vendor_finding", "vendor_decision", "vendor_blocked"]) await guardByTenant(db, table);
}
