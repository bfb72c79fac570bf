/**
 * Cost lines without a hash of their own (decision 0027): the document's tells whether anything changed, and where it did the lines are compared by
 * what they say. The document's hash is 16 bytes; it has a new version, so what an older one was made of is of no use and goes. Rows that
 * are here keep their old width until they are next written. What a run read is kept by upload: a row and an index entry for each object took
 * longer than all the rest of landing what is unchanged. `run_read` tells it by object as before, each by its latest upload (ruling 30).
 * A company code has one valuation (ruling 25). And Procore's column of commitments (ruling 31): contracts and the lines of requisitions as they were listed.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table cost_line drop column content_hash`.execute(db);
  await sql`alter table cost_document alter column source_hash type bytea using ''::bytea`.execute(db);

  await sql`create table read_page (
    tenant text not null,
    run bigint not null,
    flow text not null,
    page bigint generated always as identity,
    object_keys text[] not null,
    periods text[] not null,
    currencies text[] not null,
    atoms integer[] not null,
    amounts_minor bigint[] not null,
    primary key (tenant, run, flow, page)
  )`.execute(db);
  await guardByTenant(db, "read_page");
  await sql`insert into read_page (tenant, run, flow, object_keys, periods, currencies, atoms, amounts_minor)
    select tenant, run, flow, array_agg(object_key order by object_key), array_agg(period order by object_key),
      array_agg(currency order by object_key), array_agg(atoms order by object_key), array_agg(amount_minor order by object_key)
    from run_read group by tenant, run, flow order by tenant, run, flow`.execute(db);
  await sql`drop table run_read`.execute(db);
  // With the rights of who asks: without that the view would show its owner's rows, which row-level security does not guard.
  await sql`create view run_read with (security_invoker = true) as
    select distinct on (p.tenant, p.run, p.flow, x.object_key) p.tenant, p.run, p.flow, x.object_key, x.period, x.currency, x.atoms, x.amount_minor
    from read_page p cross join lateral unnest(p.object_keys, p.periods, p.currencies, p.atoms, p.amounts_minor)
      as x(object_key, period, currency, atoms, amount_minor)
    order by p.tenant, p.run, p.flow, x.object_key, p.page desc`.execute(db);

  await sql`create table commitment_listing (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    listed_at timestamptz not null,
    lines integer not null,
    problem text,
    primary key (tenant, connection, project_id)
  )`.execute(db);
  await sql`create table procore_requisition_line (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    requisition_id bigint not null,
    position integer not null,
    requisition_origin_id text not null,
    status text not null,
    item_type text not null,
    line_item_id bigint not null,
    work text not null,
    primary key (tenant, connection, project_id, requisition_id, position)
  )`.execute(db);
  await sql`create table procore_contract (
    tenant text not null,
    connection text not null,
    project_id bigint not null,
    contract_id bigint not null,
    origin_id text not null,
    is_deleted boolean not null,
    grand_total text not null,
    change_orders text not null,
    primary key (tenant, connection, project_id, contract_id)
  )`.execute(db);
  for (const table of ["commitment_listing", "procore_requisition_line", "procore_contract"]) await guardByTenant(db, table);

  // Null until a document tells it.
  await sql`alter table cost_source add column valuation text check (valuation in ('company-code', 'object', 'controlling-area'))`.execute(
    db,
  );

  await sql`create or replace function refresh_statistics() returns void language plpgsql security definer set search_path from current as $$
    begin
      analyze effect, known, atom, source_record, cost_line, cost_document, cost_part, read_page;
    end $$`.execute(db);
}
