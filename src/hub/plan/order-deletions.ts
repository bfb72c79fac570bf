/**
 * Which items that SAP deleted may fall in Procore (rulings 15 and 33): seen deleted by two complete sweeps on end, none of them out of its band, and
 * not more of them at once than the setting lets pass; or approved by a person, by the hash of what they fall to. What once waits for a person
 * goes on by that person's word only. An item that went through stays through while it is deleted.
 */
import { sql, type Transaction } from "kysely";
import {
  atOnceLimit,
  desiredHash,
  formatMoney,
  type HoldCode,
  invoicedAmount,
  isDeleted,
  type Money,
  noAssignment,
  type PurchaseOrderRecord,
  sweepsNeeded,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { describeSweep, readSeen, readSweep, type Sweep } from "../change/note-sweep.ts";
import type { RunContext } from "../context.ts";

type Tx = Transaction<Database>;

const flow = "purchase-orders";

export type Deletions = {
  /** Why an item that SAP deleted does not fall yet. */
  holdOf(atomKey: string): { hold: HoldCode; waitsFor: string } | undefined;
};

type Candidate = { key: string; recordKey: string; hash: string };

/** What is approved is the fall to just this amount: another invoice makes it another. */
export const fallHash = (amount: Money): string => desiredHash({ falls_to: formatMoney(amount), currency: amount.currency });

function fallsOf(order: PurchaseOrderRecord): Candidate[] {
  return order.items
    .filter((item) => isDeleted(order, item))
    .flatMap((item) =>
      (item.assignments.length === 0 ? [noAssignment] : item.assignments).flatMap((assignment) => {
        const amount = invoicedAmount(item, assignment, order.currency);
        const key = `${order.key}.${item.item}.${assignment.assignment}`;
        return amount === undefined ? [] : [{ key, recordKey: order.key, hash: fallHash(amount) }];
      }),
    );
}

/** Orders that are to be decided and have something deleted; of the others a plan of many thousands reads nothing here. */
async function findFalls(tx: Tx, { tenant, connection }: RunContext): Promise<Candidate[]> {
  const { rows } = await sql<{ content: PurchaseOrderRecord }>`select content from source_record where tenant = ${tenant}
    and connection = ${connection.name} and flow = ${flow} and not is_decided and content ->> 'kind' = 'purchase-order'
    and (content ->> 'deletion' = 'L' or content @> '{"items": [{"deletion": "L"}]}') order by key`.execute(tx);
  const falls = rows.flatMap(({ content }) => fallsOf(content));
  const { rows: posted } = await sql<{
    key: string;
  }>`select a.key from atom a where a.tenant = ${tenant} and a.connection = ${connection.name}
    and a.flow = ${flow} and a.key = any (${falls.map(({ key }) => key)}::text[])
    and (exists (select from known k where k.tenant = a.tenant and k.connection = a.connection and k.origin_id = a.origin_id
        and k.aspect = 'content')
      or exists (select from effect e where e.tenant = a.tenant and e.connection = a.connection and e.origin_id = a.origin_id
        and e.aspect = 'content' and e.state in ('sending', 'unknown')))`.execute(tx);
  const inProcore = new Set(posted.map(({ key }) => key));
  return falls.filter(({ key }) => inProcore.has(key));
}

/** Forgets what is deleted no more. */
async function forgetOthers(tx: Tx, { tenant, connection }: RunContext, falls: readonly Candidate[]): Promise<void> {
  await sql`delete from deletion d using source_record r where d.tenant = ${tenant} and d.connection = ${connection.name} and d.flow = ${flow}
    and r.tenant = d.tenant and r.connection = d.connection and r.flow = d.flow and r.key = d.record_key and not r.is_decided
    and not d.key = any (${falls.map(({ key }) => key)}::text[])`.execute(tx);
}

/** A sweep that proves nothing, or did not see it, begins the count anew; a run that was no sweep leaves it. */
async function countSweep(tx: Tx, context: RunContext, falls: readonly Candidate[], sweep: Sweep | undefined): Promise<void> {
  const { tenant, run } = context;
  const connection = context.connection.name;
  const seen = sweep?.isProof
    ? await readSeen(tx, context, flow, [...new Set(falls.map(({ recordKey }) => recordKey))])
    : undefined;
  const rows = falls.map(({ key, recordKey, hash }) => ({
    key,
    record_key: recordKey,
    hash,
    is_seen: seen?.has(recordKey) ?? false,
  }));
  if (sweep)
    await sql`update deletion set sweeps = 0 where tenant = ${tenant} and connection = ${connection} and flow = ${flow} and last_run <> ${run}
      and not key = any (${rows.flatMap((row) => (row.is_seen ? row.key : []))}::text[])`.execute(tx);
  await sql`insert into deletion as known (tenant, connection, flow, key, record_key, sweeps, last_run, hash)
    select ${tenant}, ${connection}, ${flow}, key, record_key, is_seen::integer, ${run}, hash
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(key text, record_key text, hash text, is_seen boolean)
    on conflict (tenant, connection, flow, key) do update set hash = excluded.hash, last_run = excluded.last_run,
      sweeps = known.sweeps + case when known.last_run <> excluded.last_run then excluded.sweeps else 0 end`.execute(tx);
}

type Row = { key: string; sweeps: number; is_asked: boolean; is_allowed: boolean; is_approved: boolean };

async function readRows(tx: Tx, { tenant, connection }: RunContext): Promise<Row[]> {
  const { rows } =
    await sql<Row>`select key, sweeps, is_asked, is_allowed, approved_hash is not distinct from hash as is_approved from deletion
    where tenant = ${tenant} and connection = ${connection.name} and flow = ${flow} order by key`.execute(tx);
  return rows;
}

async function countLines(tx: Tx, { tenant, connection }: RunContext): Promise<number> {
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from atom where tenant = ${tenant} and connection = ${connection.name}
    and flow = ${flow} and origin_id is not null and gone_run is null`.execute(tx);
  return Number(rows[0]?.count ?? 0n);
}

async function mark(tx: Tx, context: RunContext, keys: readonly string[], as: "is_asked" | "is_allowed"): Promise<void> {
  if (keys.length === 0) return;
  await sql`update deletion set ${sql.ref(as)} = true where tenant = ${context.tenant} and connection = ${context.connection.name}
    and flow = ${flow} and key = any (${keys}::text[])`.execute(tx);
}

export async function readDeletions(tx: Tx, context: RunContext): Promise<Deletions> {
  const falls = await findFalls(tx, context);
  const sweep = await readSweep(tx, context, flow);
  await forgetOthers(tx, context, falls);
  await countSweep(tx, context, falls, sweep);
  const open = (await readRows(tx, context)).filter(({ is_allowed: isAllowed }) => !isAllowed);
  const approved = open.filter((row) => row.is_approved);
  const ready = open.filter((row) => !row.is_approved && row.sweeps >= sweepsNeeded);
  const limit = atOnceLimit(await countLines(tx, context), context.connection.settings.purchaseOrders.deleteAtOnce);
  const asked = ready.filter((row) => row.is_asked || ready.length > limit);
  const allowed = [...approved, ...ready.filter((row) => !asked.includes(row))];
  const keysOf = (rows: readonly Row[]) => rows.map(({ key }) => key);
  await mark(tx, context, keysOf(asked), "is_asked");
  await mark(tx, context, keysOf(allowed), "is_allowed");
  return deletionsOf({ open, asked: new Set(keysOf(asked)), allowed: new Set(keysOf(allowed)), limit, sweep });
}

type Found = {
  open: readonly Row[];
  asked: ReadonlySet<string>;
  allowed: ReadonlySet<string>;
  limit: number;
  sweep: Sweep | undefined;
};

function deletionsOf({ open, asked, allowed, limit, sweep }: Found): Deletions {
  const sweeps = new Map(open.map((row) => [row.key, row.sweeps]));
  return {
    holdOf(key) {
      const seen = sweeps.get(key);
      if (seen === undefined || allowed.has(key)) return undefined;
      if (asked.has(key))
        return { hold: "po-deletion-many", waitsFor: `approval: ${asked.size} at once, ${limit} may go without` };
      if (sweep && !sweep.isProof) return { hold: "sweep-out-of-band", waitsFor: describeSweep(sweep) };
      return { hold: "po-deletion-unproved", waitsFor: `${sweepsNeeded - seen} more complete sweeps` };
    },
  };
}
