/**
 * The one source that a company code's cost documents come from (ruling 20). Those that are here were read from FI: there was no other source
 * before.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table cost_source (
    tenant text not null,
    connection text not null,
    company_code text not null,
    source text not null check (source in ('bseg', 'coep', 'faglflexa')),
    ledger text not null,
    primary key (tenant, connection, company_code)
  )`.execute(db);
  await sql`insert into cost_source (tenant, connection, company_code, source, ledger)
    select distinct tenant, connection, company_code, 'bseg', '' from cost_document`.execute(db);
  await guardByTenant(db, "cost_source");
}
