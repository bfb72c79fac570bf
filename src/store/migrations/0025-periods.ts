/**
 * Periods as SAP keeps them (ruling 28). `period_state` is what T001B says of each (company code, period), with the run that saw it change;
 * `period_look` when a company code was looked at last, and why not where it could not be. A close is of one company code now; those made before are of
 * all that have none of their own, and stay so (company code empty). `billing_period` is what Procore's projects said of theirs, for schedules.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table period_close add column company_code text not null default ''`.execute(db);
  await sql`alter table period_close drop constraint period_close_pkey`.execute(db);
  await sql`alter table period_close add primary key (tenant, connection, fiscal_year, period, company_code)`.execute(db);
  await sql`alter table cost_part add column is_late boolean not null default false`.execute(db);

  await sql`create table period_state (
    tenant text not null,
    connection text not null,
    company_code text not null,
    fiscal_year smallint not null,
    period smallint not null,
    state text not null check (state in ('future', 'open', 'closing', 'closed', 're-opened')),
    since timestamptz not null,
    since_run bigint not null,
    primary key (tenant, connection, company_code, fiscal_year, period)
  )`.execute(db);
  await sql`create table period_look (
    tenant text not null,
    connection text not null,
    company_code text not null,
    run bigint not null,
    looked_at timestamptz not null,
    problem text,
    primary key (tenant, connection, company_code)
  )`.execute(db);
  await sql`create table billing_period (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    start_date text not null,
    end_date text not null,
    primary key (tenant, connection, project_id, start_date, end_date)
  )`.execute(db);
  await sql`create table billing_period_read (
    tenant text not null,
    connection text not null,
    read_at timestamptz not null,
    projects integer not null,
    problem text,
    primary key (tenant, connection)
  )`.execute(db);
  for (const table of ["period_state", "period_look", "billing_period", "billing_period_read"]) await guardByTenant(db, table);
}
