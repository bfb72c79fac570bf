/**
 * Connections, agents, runs, and what reading leaves behind: slices as state, records, FI documents with typed lines. Cost lines are
 * partitioned by fiscal year; partitions are made by the ingest when a year first appears. `run_read` is the left side of the first
 * law (ruling 30): it is written from what was uploaded, and never from what was decided.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create type disposition as enum
    ('posted', 'unchanged', 'superseded', 'planned', 'awaiting-approval', 'unknown', 'held', 'excluded', 'rejected')`.execute(db);

  await sql`create table connection (
    tenant text not null,
    connection text not null,
    system_id text not null,
    client text not null,
    procore_company_id bigint not null,
    store_id text not null,
    created_at timestamptz not null,
    primary key (tenant, connection)
  )`.execute(db);

  await sql`create table agent (
    tenant text not null,
    agent text not null,
    connection text not null,
    name text not null,
    public_key text not null,
    enrolled_at timestamptz not null,
    revoked_at timestamptz,
    seen_at timestamptz,
    primary key (tenant, agent)
  )`.execute(db);

  await sql`create table enrolment_code (
    tenant text not null,
    code_hash text not null,
    connection text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (tenant, code_hash)
  )`.execute(db);

  await sql`create table run (
    tenant text not null,
    run bigint generated always as identity,
    connection text not null,
    flows text[] not null,
    mode text not null check (mode in ('delta', 'full')),
    state text not null check (state in ('open', 'paused', 'stopped', 'finished')),
    flow text not null,
    stage text not null check (stage in ('read', 'plan', 'apply', 'confirm', 'done')),
    code text,
    detail text,
    started_at timestamptz not null,
    finished_at timestamptz,
    summary jsonb not null,
    primary key (tenant, run)
  )`.execute(db);
  await sql`create unique index run_open on run (tenant, connection) where state in ('open', 'paused')`.execute(db);

  await sql`create table task (
    tenant text not null,
    task bigint generated always as identity,
    run bigint not null,
    connection text not null,
    flow text not null,
    kind text not null check (kind in ('open', 'discover', 'objects')),
    label text not null,
    slice jsonb,
    state text not null check (state in ('ready', 'leased', 'complete', 'replaced', 'failed')),
    epoch integer not null,
    agent text,
    leased_until timestamptz,
    digest text,
    is_same boolean not null,
    attempts integer not null,
    failure jsonb,
    calls integer not null,
    rows_read integer not null,
    call_ms bigint not null,
    primary key (tenant, task)
  )`.execute(db);
  await sql`create index task_by_run on task (tenant, run, flow, state, task)`.execute(db);

  await sql`create table leaf (
    tenant text not null,
    connection text not null,
    flow text not null,
    kind text not null,
    label text not null,
    slice jsonb not null,
    digest text,
    run bigint not null,
    primary key (tenant, connection, flow, kind, label)
  )`.execute(db);

  await sql`create table watermark (
    tenant text not null,
    connection text not null,
    flow text not null,
    value text not null,
    run bigint not null,
    primary key (tenant, connection, flow)
  )`.execute(db);

  await sql`create table source_record (
    tenant text not null,
    connection text not null,
    flow text not null,
    key text not null,
    content jsonb not null,
    source_hash text not null,
    hash_version integer not null,
    changed_run bigint not null,
    is_decided boolean not null,
    primary key (tenant, connection, flow, key)
  )`.execute(db);
  await sql`create index source_record_undecided on source_record (tenant, connection, flow, key) where not is_decided`.execute(
    db,
  );

  await sql`create table atom (
    tenant text not null,
    connection text not null,
    flow text not null,
    key text not null,
    record_key text not null,
    period text not null,
    currency text not null,
    amount_minor bigint not null,
    disposition disposition not null,
    reason text,
    record_origin_id text,
    origin_id text,
    target jsonb,
    gone_run bigint,
    primary key (tenant, connection, flow, key)
  )`.execute(db);
  await sql`create index atom_by_record on atom (tenant, connection, flow, record_key)`.execute(db);
  await sql`create index atom_by_origin on atom (tenant, connection, record_origin_id) where record_origin_id is not null`.execute(
    db,
  );

  await sql`create table cost_document (
    tenant text not null,
    connection text not null,
    fiscal_year smallint not null,
    company_code text not null,
    document_number text not null,
    period smallint not null,
    posting_date text not null,
    entry_date text not null,
    document_type text not null,
    status text not null,
    currency text not null,
    reference text not null,
    header_text text not null,
    reversal_of text not null,
    only_vendor text not null,
    source_hash text not null,
    hash_version integer not null,
    changed_run bigint not null,
    rejection text,
    balance_minor bigint not null,
    detail text not null,
    primary key (tenant, connection, fiscal_year, company_code, document_number)
  )`.execute(db);
  await sql`create index cost_document_rejected on cost_document (tenant, connection) where rejection is not null`.execute(db);

  await sql`create table cost_line (
    tenant text not null,
    connection text not null,
    fiscal_year smallint not null,
    company_code text not null,
    document_number text not null,
    line smallint not null,
    amount_minor bigint not null,
    account text not null,
    object_kind text,
    object text,
    cost_element_category text not null,
    transaction_key text not null,
    special_gl text not null,
    purchase_order text not null,
    purchase_order_item text not null,
    assignment text not null,
    vendor text not null,
    content_hash bytea not null,
    disposition disposition,
    reason text,
    group_id text,
    part integer,
    posted_minor bigint,
    budget_code_id bigint,
    budget_code text,
    rule text,
    primary key (tenant, connection, fiscal_year, company_code, document_number, line)
  ) partition by list (fiscal_year)`.execute(db);
  await sql`create index cost_line_open on cost_line (tenant, connection, fiscal_year, company_code, document_number, line)
    where disposition is null or disposition = 'held'`.execute(db);
  await sql`create index cost_line_by_part on cost_line (tenant, connection, group_id, part) where part is not null`.execute(db);

  await sql`create table run_read (
    tenant text not null,
    run bigint not null,
    flow text not null,
    object_key text not null,
    period text not null,
    currency text not null,
    atoms integer not null,
    amount_minor bigint not null,
    primary key (tenant, run, flow, object_key, period, currency)
  )`.execute(db);

  // The application's role owns no table. This function lets it add a fiscal year, and nothing else.
  await sql`create function ensure_cost_year(year smallint) returns void language plpgsql security definer set search_path from current as $$
    declare
      partition text := 'cost_line_' || year;
    begin
      if year < 1900 then raise exception 'no fiscal year: %', year; end if;
      perform pg_advisory_xact_lock(hashtext('ensure_cost_year'));
      if to_regclass(partition) is null then
        execute format('create table %I partition of cost_line for values in (%s)', partition, year);
        execute format('alter table %I enable row level security', partition);
        execute format('alter table %I force row level security', partition);
      end if;
    end $$`.execute(db);

  for (const table of [
    "connection",
    "agent",
    "enrolment_code",
    "run",
    "task",
    "leaf",
    "watermark",
    "source_record",
    "atom",
    "cost_document",
    "cost_line",
    "run_read",
  ])
    await guardByTenant(db, table);
}
