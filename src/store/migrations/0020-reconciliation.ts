/**
 * The two columns of reconciliation that are none of ours (ruling 31). `control_total` are SAP's own totals by period, as last read, with the slice
 * that brought them; `control_read` says when they were read whole; `control_snapshot` is what they were when a period was closed (ruling 28).
 * `procore_cost_line` is Procore's own listing of direct cost lines, `procore_listing` when a project was listed and whether it can be believed.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

const totals = sql`
    source text not null,
    key text not null,
    company_code text not null,
    controlling_area text not null,
    object_kind text,
    object text not null,
    account text not null,
    transaction text not null,
    fiscal_year smallint not null,
    period smallint not null,
    currency text not null,
    amount_minor bigint not null`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table control_total (
    tenant text not null,
    connection text not null,
    ${totals},
    label text not null,
    changed_run bigint not null,
    primary key (tenant, connection, source, key, period)
  )`.execute(db);
  await sql`create index control_total_by_label on control_total (tenant, connection, label)`.execute(db);
  await sql`create index control_total_by_period on control_total (tenant, connection, fiscal_year, period)`.execute(db);

  await sql`create table control_read (
    tenant text not null,
    connection text not null,
    source text not null,
    run bigint not null,
    day text not null,
    read_at timestamptz not null,
    rows integer not null,
    primary key (tenant, connection, source)
  )`.execute(db);

  await sql`create table period_close (
    tenant text not null,
    connection text not null,
    fiscal_year smallint not null,
    period smallint not null,
    run bigint not null,
    day text not null,
    read_at timestamptz not null,
    closed_at timestamptz not null,
    closed_by text not null,
    primary key (tenant, connection, fiscal_year, period)
  )`.execute(db);
  await sql`create table control_snapshot (
    tenant text not null,
    connection text not null,
    ${totals},
    primary key (tenant, connection, fiscal_year, period, source, key)
  )`.execute(db);

  await sql`create table procore_listing (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    listed_at timestamptz not null,
    lines integer not null,
    problem text,
    primary key (tenant, connection, project_id)
  )`.execute(db);
  await sql`create table procore_cost_line (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    line_id bigint not null,
    cost_id bigint not null,
    cost_origin_id text not null,
    line_origin_id text not null,
    status text not null,
    is_deleted boolean not null,
    is_calculated boolean not null,
    budget_code text not null,
    amount text not null,
    primary key (tenant, connection, project_id, line_id)
  )`.execute(db);

  for (const table of [
    "control_total",
    "control_read",
    "period_close",
    "control_snapshot",
    "procore_listing",
    "procore_cost_line",
  ])
    await guardByTenant(db, table);
}
