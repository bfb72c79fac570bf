/**
 * Re-coding history (ruling 23). `recoding` is a person's word that posted lines move to where the rules of today put them, `recoding_line` the lines
 * as they were shown, each marked until a plan takes it up. A cost line has the part that it stands in now; `recoded_member` has its earlier
 * postings: the ones that it stood in before, and the ones that took those back. A part that a re-coding made names it.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

const lineKey = sql`
    fiscal_year smallint not null,
    company_code text not null,
    document_number text not null,
    line smallint not null`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table recoding (
    tenant text not null,
    recoding bigint generated always as identity,
    connection text not null,
    mapping_version text not null,
    asked_by text not null,
    note text not null,
    asked_at timestamptz not null,
    withdrawn_by text,
    primary key (tenant, recoding)
  )`.execute(db);

  await sql`create table recoding_line (
    tenant text not null,
    connection text not null,
    ${lineKey},
    recoding bigint not null,
    from_project text not null,
    from_budget_code text not null,
    to_project text not null,
    to_budget_code text not null,
    amount_minor bigint not null,
    state text not null check (state in ('marked', 'planned', 'dropped')),
    why text not null,
    primary key (tenant, connection, fiscal_year, company_code, document_number, line, recoding)
  )`.execute(db);
  await sql`create unique index recoding_line_marked on recoding_line (tenant, connection, fiscal_year, company_code, document_number, line)
    where state = 'marked'`.execute(db);
  await sql`create index recoding_line_by_recoding on recoding_line (tenant, recoding)`.execute(db);

  await sql`create table recoded_member (
    tenant text not null,
    connection text not null,
    ${lineKey},
    posting_version integer not null,
    recoding bigint not null,
    is_negating boolean not null,
    group_id text not null,
    part integer not null,
    amount_minor bigint not null,
    budget_code_id bigint not null,
    budget_code text not null,
    project text not null,
    rule text not null,
    primary key (tenant, connection, fiscal_year, company_code, document_number, line, posting_version)
  )`.execute(db);
  await sql`create index recoded_member_by_part on recoded_member (tenant, connection, group_id, part)`.execute(db);

  await sql`alter table cost_part add column recoding bigint, add column correction text check (correction in ('negating', 'positive'))`.execute(
    db,
  );
  await sql`create index cost_part_recoded on cost_part (tenant, connection, origin_id) where recoding is not null`.execute(db);
  await sql`create index cost_part_of_recoding on cost_part (tenant, recoding) where recoding is not null`.execute(db);

  // Pairs of a document and its reversal that were never posted are looked through by each plan (ruling 24).
  await sql`create index cost_line_reversed on cost_line (tenant, connection) where reason = 'cost-reversed-unposted'`.execute(
    db,
  );

  for (const table of ["recoding", "recoding_line", "recoded_member"]) await guardByTenant(db, table);
}
