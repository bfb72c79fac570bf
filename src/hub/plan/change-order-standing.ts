/**
 * What Procore has of contracts that have been invoiced, as it was last confirmed: their lines, our change orders with theirs, and what requisitions
 * billed. A change order whose approval is under way counts as approved: it is never edited again.
 */
import { sql, type Transaction } from "kysely";
import { changeOrderVersion, isChangeOrderLine, type LineKey, lineKeyOf, type Money } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { statusHash } from "./contract-effects.ts";
import { writtenRequisitions } from "./invoice-facts.ts";
import { stages } from "./stages.ts";

type Tx = Transaction<Database>;

export type StandingLine = { readonly originId: string; readonly amount: Money; readonly hash: string };

export type StandingOrder = {
  readonly version: number;
  isApproved: boolean;
  readonly lines: Map<LineKey, StandingLine>;
};

export type ContractStanding = {
  readonly lines: Map<LineKey, StandingLine>;
  /** By version, ascending. */
  readonly orders: StandingOrder[];
  readonly billed: Map<LineKey, bigint>;
  /** Lines whose amount a person changed in Procore, and that was accepted: what they stand at is not ours to tell. */
  readonly edited: Set<LineKey>;
};

const blank = (): ContractStanding => ({ lines: new Map(), orders: [], billed: new Map(), edited: new Set() });

function orderOf(standing: ContractStanding, version: number): StandingOrder {
  const there = standing.orders.find((order) => order.version === version);
  if (there) return there;
  const order: StandingOrder = { version, isApproved: false, lines: new Map() };
  standing.orders.push(order);
  standing.orders.sort((left, right) => left.version - right.version);
  return order;
}

type Row = {
  contract: string;
  origin_id: string;
  aspect: string;
  hash: string;
  amount_minor: bigint | null;
  currency: string | null;
};

function take(standing: ContractStanding, row: Row): void {
  const kind = row.origin_id.split(".")[2];
  if (kind === "CO") {
    const order = orderOf(standing, changeOrderVersion(row.origin_id));
    order.isApproved ||= row.aspect === "status" && row.hash === statusHash("approved");
  }
  if ((kind !== "PL" && kind !== "CL") || row.amount_minor === null || row.currency === null) return;
  const amount = { minor: row.amount_minor, currency: row.currency };
  const line = { originId: row.origin_id, amount, hash: row.hash };
  const holder = kind === "CL" ? orderOf(standing, changeOrderVersion(row.origin_id)) : standing;
  holder.lines.set(lineKeyOf(row.origin_id), line);
}

/** What is known, and approvals under way. */
async function readRows(tx: Tx, context: RunContext, contracts: readonly string[]): Promise<readonly Row[]> {
  const scope = sql`tenant = ${context.tenant} and connection = ${context.connection.name} and record_origin_id = any (${contracts}::text[])`;
  const { rows } = await sql<Row>`
    select record_origin_id as contract, origin_id, aspect, desired_hash as hash, amount_minor, currency from known
      where ${scope} and aspect in ('content', 'status')
    union all
    select record_origin_id, origin_id, aspect, desired_hash, null, null from effect
      where ${scope} and stage = ${stages.changeOrderStatus} and state in ('sending', 'unknown')`.execute(tx);
  return rows;
}

async function readBilled(tx: Tx, context: RunContext, contracts: readonly string[]) {
  const { rows } = await sql<{ contract: string; line: string; work: string }>`
    with written as (${writtenRequisitions(context)})
    select a.target ->> 'contract' as contract, a.target ->> 'line' as line, sum((a.target ->> 'work')::numeric)::text as work
    from atom a where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = 'invoices'
      and a.record_origin_id in (select origin_id from written) and a.target ->> 'contract' = any (${contracts}::text[])
    group by 1, 2`.execute(tx);
  return rows;
}

async function readEdited(tx: Tx, context: RunContext, contracts: readonly string[]) {
  const { rows } = await sql<{ contract: string; line: string }>`
    select record_origin_id as contract, origin_id as line from procore_edit where tenant = ${context.tenant}
      and connection = ${context.connection.name} and state = 'accepted' and field = 'amount' and origin_id <> record_origin_id
      and record_origin_id = any (${contracts}::text[])`.execute(tx);
  return rows;
}

const isLine = (originId: string): boolean => isChangeOrderLine(originId) || originId.split(".")[2] === "PL";

/** By contract; only those that are asked for. */
export async function readStandings(
  tx: Tx,
  context: RunContext,
  contracts: readonly string[],
): Promise<ReadonlyMap<string, ContractStanding>> {
  const standings = new Map(contracts.map((contract) => [contract, blank()]));
  if (contracts.length === 0) return standings;
  for (const row of await readRows(tx, context, contracts)) {
    const standing = standings.get(row.contract);
    if (standing) take(standing, row);
  }
  for (const { contract, line, work } of await readBilled(tx, context, contracts)) {
    const billed = standings.get(contract)?.billed;
    if (billed && isLine(line)) billed.set(lineKeyOf(line), (billed.get(lineKeyOf(line)) ?? 0n) + BigInt(work));
  }
  for (const { contract, line } of await readEdited(tx, context, contracts))
    if (isLine(line)) standings.get(contract)?.edited.add(lineKeyOf(line));
  return standings;
}
