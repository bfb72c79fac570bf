/**
 * Cut-over (rulings 4 and 5). `cut_over_state` is by which settings a flow was last decided. `opening_balance` is what a person confirmed of a project: its
 * figures, with their hash; a later word takes the place of an earlier one, and both stand in the audit trail. `contract_finding` is what the last
 * plan found out about an older purchase order and the contracts that people made; `contract_decision` is a person's word on it: one contract is given
 * to one order.
 */
import { type Kysely, sql } from "kysely";
import { guardByTenant } from "./tenant-guard.ts";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table cut_over_state (
    tenant text not null,
    connection text not null,
    flow text not null,
    settings_hash text not null,
    primary key (tenant, connection, flow)
  )`.execute(db);

  await sql`create table opening_balance (
    tenant text not null,
    connection text not null,
    project text not null,
    figures jsonb not null,
    hash text not null,
    actor text not null,
    note text not null,
    confirmed_at timestamptz not null,
    primary key (tenant, connection, project)
  )`.execute(db);

  await sql`create table contract_finding (
    tenant text not null,
    connection text not null,
    purchase_order text not null,
    project text not null,
    run bigint not null,
    title text not null,
    code text not null,
    why text not null,
    candidates jsonb not null,
    found_at timestamptz not null,
    primary key (tenant, connection, purchase_order, project)
  )`.execute(db);

  await sql`create table contract_decision (
    tenant text not null,
    connection text not null,
    purchase_order text not null,
    project text not null,
    decision text not null check (decision in ('adopt', 'create', 'leave-out')),
    contract_id bigint,
    actor text not null,
    note text not null,
    decided_at timestamptz not null,
    primary key (tenant, connection, purchase_order, project),
    check ((decision = 'adopt') = (contract_id is not null))
  )`.execute(db);
  await sql`create unique index contract_decision_contract on contract_decision (tenant, connection, contract_id)
    where contract_id is not null`.execute(db);

  for (const table of ["cut_over_state", "opening_balance", "contract_finding", "contract_decision"])
    await guardByTenant(db, table);
}
