/**
 * Cost lines by the store's own number of their document (decision 0029): the key in text (company code, document number) stood in every line and once more
 * in the index of its key, and filled half of both. SAP's key stands in the document alone. Columns stand by their alignment, the wide ones first.
 * Lines are copied, document by document, so that what is here gets the new width at once.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

const copied = sql.raw(
  `amount_minor, posted_minor, budget_code_id, part, disposition, account, object_kind, object, cost_element_category, transaction_key, special_gl,
    purchase_order, purchase_order_item, assignment, vendor, reason, group_id, budget_code, rule, waits_for, project`,
);

async function rebuildLines(db: Kysely<unknown>): Promise<void> {
  const { rows: years } = await sql<{ year: number }>`select distinct fiscal_year as year from cost_line order by 1`.execute(db);
  const { rows: partitions } = await sql<{ name: string }>`select inhrelid::regclass::text as name from pg_inherits
    where inhparent = 'cost_line'::regclass order by 1`.execute(db);
  for (const { name } of partitions) await sql`alter table ${sql.raw(name)} rename to ${sql.raw(`former_${name}`)}`.execute(db);
  for (const index of ["cost_line_pkey", "cost_line_open", "cost_line_by_part", "cost_line_reversed"])
    await sql`alter index ${sql.ref(index)} rename to ${sql.ref(`former_${index}`)}`.execute(db);
  await sql`alter table cost_line rename to former_cost_line`.execute(db);

  // A line is written three times in its first days, and each version is an entry of this index: with room for them its pages do not split (decision 0029).
  await sql`create table cost_line (
    document bigint not null,
    amount_minor bigint not null,
    posted_minor bigint,
    budget_code_id bigint,
    part integer,
    disposition disposition,
    fiscal_year smallint not null,
    line smallint not null,
    tenant text not null,
    connection text not null,
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
    reason text,
    group_id text,
    budget_code text,
    rule text,
    waits_for text,
    project text,
    primary key (document, line, fiscal_year) with (fillfactor = 70)
  ) partition by list (fiscal_year)`.execute(db);
  await guardByTenant(db, "cost_line");
  await sql`create index cost_line_open on cost_line (tenant, connection, fiscal_year, document, line)
    where disposition is null or disposition = 'held'`.execute(db);
  await sql`create index cost_line_by_part on cost_line (tenant, connection, group_id, part) where part is not null`.execute(db);
  await sql`create index cost_line_reversed on cost_line (tenant, connection) where reason = 'cost-reversed-unposted'`.execute(
    db,
  );
  for (const { year } of years) await sql`select ensure_cost_year(${year}::smallint)`.execute(db);
  await sql`insert into cost_line (tenant, connection, fiscal_year, document, line, ${copied})
    select c.tenant, c.connection, c.fiscal_year, d.document, c.line, ${copied} from former_cost_line c join cost_document d on d.tenant = c.tenant
      and d.connection = c.connection and d.fiscal_year = c.fiscal_year and d.company_code = c.company_code and d.document_number = c.document_number
    order by d.document, c.line`.execute(db);
  // A line of no document would be money that nobody sees any more.
  await sql`do $$ begin
    if (select count(*) from former_cost_line) <> (select count(*) from cost_line) then raise exception 'a cost line has no document'; end if;
  end $$`.execute(db);
  await sql`drop table former_cost_line`.execute(db);
}

/** The lines of re-codings speak of a line as the line's own table does. */
async function renumber(db: Kysely<unknown>, table: string): Promise<void> {
  const at = sql.table(table);
  await sql`alter table ${at} add column document bigint`.execute(db);
  await sql`update ${at} m set document = d.document from cost_document d where d.tenant = m.tenant and d.connection = m.connection
    and d.fiscal_year = m.fiscal_year and d.company_code = m.company_code and d.document_number = m.document_number`.execute(db);
  // Keys and indexes that hold the columns go with them.
  await sql`alter table ${at} alter column document set not null, drop column company_code, drop column document_number`.execute(
    db,
  );
}

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table cost_document add column document bigint generated always as identity`.execute(db);
  await sql`create unique index cost_document_number on cost_document (document)`.execute(db);
  await rebuildLines(db);
  await renumber(db, "recoding_line");
  await renumber(db, "recoded_member");
  await sql`alter table recoding_line add primary key (tenant, connection, document, line, recoding)`.execute(db);
  await sql`create unique index recoding_line_marked on recoding_line (tenant, connection, document, line) where state = 'marked'`.execute(
    db,
  );
  await sql`alter table recoded_member add primary key (tenant, connection, document, line, posting_version)`.execute(db);
}
