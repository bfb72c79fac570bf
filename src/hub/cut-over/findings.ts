/** Keeps what a plan found out about older purchase orders, for the people who decide; and says what of it still stands. */
import { sql, type Transaction } from "kysely";
import type { ContractCandidate, HoldCode } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { orderIn } from "./contract-decisions.ts";

type Tx = Transaction<Database>;

export type ContractHold = { code: HoldCode; why: string; candidates: readonly ContractCandidate[] };

export type ContractFinding = ContractHold & { order: string; project: string; title: string };

/** Replaced as a whole for each order that was planned. */
export async function replaceContractFindings(
  tx: Tx,
  context: RunContext,
  orders: readonly string[],
  { findings }: { findings: readonly ContractFinding[] },
): Promise<void> {
  const { tenant, run } = context;
  const connection = context.connection.name;
  await sql`delete from contract_finding where tenant = ${tenant} and connection = ${connection}
    and purchase_order = any (${orders}::text[])`.execute(tx);
  const planned = new Set(orders);
  const rows = findings.filter(({ order }) => planned.has(order));
  if (rows.length === 0) return;
  await sql`insert into contract_finding (tenant, connection, purchase_order, project, run, title, code, why, candidates, found_at)
    select ${tenant}, ${connection}, "order", project, ${run}, title, code, why, candidates, ${now(context)}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x("order" text, project text, title text, code text, why text, candidates jsonb)`.execute(
    tx,
  );
}

/** Orders that wait as the last look found them: neither SAP nor a person's decision has changed since. */
export async function readKeptContractHolds(tx: Tx, context: RunContext): Promise<ReadonlyMap<string, ContractHold>> {
  const { rows } = await sql<ContractHold & { purchase_order: string; project: string }>`
    select f.purchase_order, f.project, f.code, f.why, f.candidates
    from contract_finding f join source_record r on r.tenant = f.tenant and r.connection = f.connection and r.flow = 'purchase-orders'
      and r.key = f.purchase_order
    where f.tenant = ${context.tenant} and f.connection = ${context.connection.name} and r.changed_run <= f.run`.execute(tx);
  return new Map(rows.map(({ purchase_order: order, project, ...hold }) => [orderIn(order, project), hold]));
}
