/**
 * Which items that SAP deleted may fall in Procore (rulings 15 and 33): seen deleted by two complete sweeps on end, none of them out of its band. Where
 * more of them are proved at once than the setting lets pass, their contracts wait for approval (`approve/hold-back.ts`); what once waited for a person
 * goes on by that person's word only. An item that went through stays through while it is deleted.
 */
import { sql, type Transaction } from "kysely";
import {
  atOnceLimit,
  type HoldCode,
  invoicedAmount,
  isDeleted,
  noAssignment,
  type PurchaseOrderRecord,
  sweepsNeeded,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { describeSweep, readSeen, readSweep, type Sweep } from "../change/note-sweep.ts";
import type { RunContext } from "../context.ts";
import { liveStates } from "../effect-states.ts";

type Tx = Transaction<Database>;

const flow = "purchase-orders";

export type Deletions = {
  /** Why an item that SAP deleted does not fall yet. */
  holdOf(atomKey: string): { hold: HoldCode; waitsFor: string } | undefined;
};

type Fall = { key: string; recordKey: string };

/** What falls cannot be told of an item without its history: that is a hold of its own. */
function fallsOf(order: PurchaseOrderRecord): Fall[] {
  return order.items
    .filter((item) => isDeleted(order, item))
    .flatMap((item) =>
      (item.assignments.length === 0 ? [noAssignment] : item.assignments).flatMap((assignment) =>
        invoicedAmount(item, assignment, order.currency) === undefined
          ? []
          : [{ key: `${order.key}.${item.item}.${assignment.assignment}`, recordKey: order.key }],
      ),
    );
}

/** Orders that are to be decided and have something deleted; of the others a plan of many thousands reads nothing here. */
async function findFalls(tx: Tx, { tenant, connection }: RunContext): Promise<Fall[]> {
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
async function forgetOthers(tx: Tx, { tenant, connection }: RunContext, falls: readonly Fall[]): Promise<void> {
  await sql`delete from deletion d using source_record r where d.tenant = ${tenant} and d.connection = ${connection.name} and d.flow = ${flow}
    and r.tenant = d.tenant and r.connection = d.connection and r.flow = d.flow and r.key = d.record_key and not r.is_decided
    and not d.key = any (${falls.map(({ key }) => key)}::text[])`.execute(tx);
}

/** A sweep that proves nothing, or did not see it, begins the count anew; a run that was no sweep leaves it. */
async function countSweep(tx: Tx, context: RunContext, falls: readonly Fall[], sweep: Sweep | undefined): Promise<void> {
  const { tenant, run } = context;
  const connection = context.connection.name;
  const seen = sweep?.isProof
    ? await readSeen(tx, context, flow, [...new Set(falls.map(({ recordKey }) => recordKey))])
    : undefined;
  const rows = falls.map(({ key, recordKey }) => ({ key, record_key: recordKey, is_seen: seen?.has(recordKey) ?? false }));
  if (sweep)
    await sql`update deletion set sweeps = 0 where tenant = ${tenant} and connection = ${connection} and flow = ${flow} and last_run <> ${run}
      and not key = any (${rows.flatMap((row) => (row.is_seen ? row.key : []))}::text[])`.execute(tx);
  await sql`insert into deletion as known (tenant, connection, flow, key, record_key, sweeps, last_run)
    select ${tenant}, ${connection}, ${flow}, key, record_key, is_seen::integer, ${run}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(key text, record_key text, is_seen boolean)
    on conflict (tenant, connection, flow, key) do update set last_run = excluded.last_run,
      sweeps = known.sweeps + case when known.last_run <> excluded.last_run then excluded.sweeps else 0 end`.execute(tx);
}

/** What a person let through, and what is in Procore so: nothing of its contract is on its way any more. */
async function endAsked(tx: Tx, { tenant, connection }: RunContext): Promise<void> {
  await sql`update deletion d set is_allowed = true from atom a
    where d.tenant = ${tenant} and d.connection = ${connection.name} and d.flow = ${flow} and d.is_asked and not d.is_allowed
      and a.tenant = d.tenant and a.connection = d.connection and a.flow = d.flow and a.key = d.key and a.disposition in ('posted', 'unchanged')
      and not exists (select from effect e where e.tenant = a.tenant and e.connection = a.connection
        and e.record_origin_id = a.record_origin_id and e.state in ${liveStates})`.execute(tx);
}

type Row = { key: string; sweeps: number; is_asked: boolean };

async function readOpen(tx: Tx, { tenant, connection }: RunContext): Promise<Row[]> {
  const { rows } = await sql<Row>`select key, sweeps, is_asked from deletion
    where tenant = ${tenant} and connection = ${connection.name} and flow = ${flow} and not is_allowed order by key`.execute(tx);
  return rows;
}

async function countLines(tx: Tx, { tenant, connection }: RunContext): Promise<number> {
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from atom where tenant = ${tenant} and connection = ${connection.name}
    and flow = ${flow} and origin_id is not null and gone_run is null`.execute(tx);
  return Number(rows[0]?.count ?? 0n);
}

async function mark(tx: Tx, context: RunContext, rows: readonly Row[], as: "is_asked" | "is_allowed"): Promise<void> {
  if (rows.length === 0) return;
  await sql`update deletion set ${sql.ref(as)} = true where tenant = ${context.tenant} and connection = ${context.connection.name}
    and flow = ${flow} and key = any (${rows.map(({ key }) => key)}::text[])`.execute(tx);
}

export async function readDeletions(tx: Tx, context: RunContext): Promise<Deletions> {
  const falls = await findFalls(tx, context);
  const sweep = await readSweep(tx, context, flow);
  await endAsked(tx, context);
  await forgetOthers(tx, context, falls);
  await countSweep(tx, context, falls, sweep);
  const open = await readOpen(tx, context);
  const ready = open.filter(({ sweeps }) => sweeps >= sweepsNeeded);
  const limit = atOnceLimit(await countLines(tx, context), context.connection.settings.purchaseOrders.deleteAtOnce);
  const asked = ready.filter((row) => row.is_asked || ready.length > limit);
  await mark(tx, context, asked, "is_asked");
  // A plan that sends nothing lets nothing through.
  if (!context.isPlanOnly)
    await mark(
      tx,
      context,
      ready.filter((row) => !asked.includes(row)),
      "is_allowed",
    );
  const missing = new Map(open.map(({ key, sweeps }) => [key, sweepsNeeded - sweeps]));
  return {
    holdOf(key) {
      const sweeps = missing.get(key) ?? 0;
      if (sweeps <= 0) return undefined;
      if (sweep && !sweep.isProof) return { hold: "sweep-out-of-band", waitsFor: describeSweep(sweep) };
      return { hold: "po-deletion-unproved", waitsFor: sweeps === 1 ? "another complete sweep" : `${sweeps} complete sweeps` };
    },
  };
}
