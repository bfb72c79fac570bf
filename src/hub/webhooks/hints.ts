/** The queue as it is worked: hints that wait, oldest first, the records of ours that they are about, and what became of them. */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import { type Connection, type HubContext, now } from "../context.ts";
import type { RecordKind } from "../edits/keep-edits.ts";
import { originPrefix } from "../plan/records.ts";

type Tx = Transaction<Database>;
export type HintScope = HubContext & { connection: Connection };

export type Hint = {
  delivery_id: string;
  received_at: Date;
  kind: string;
  record_id: bigint;
  parent_id: bigint | null;
  project_id: bigint;
  user_id: bigint | null;
  application_id: string | null;
  happened_at: Date | null;
  /** Undefined: the event is about nothing that we know. */
  record_origin_id: string | null;
  record_procore_id: bigint | null;
  record_project_id: bigint | null;
  /** Something of the record, or of what may become it, is under way. */
  is_moving: boolean;
};

/** How many hints are looked at together: repeated touches of one record among them cost one reading. */
const batchMax = 2_000;

/** Of which record of ours an event may speak; lines belong to their container. */
const recordKinds: Readonly<
  Record<string, { kind: RecordKind; prefixes: readonly ("VN" | "PO" | "PL" | "RQ" | "DC" | "DL")[] }>
> = {
  vendors: { kind: "vendors", prefixes: ["VN"] },
  contracts: { kind: "contracts", prefixes: ["PO"] },
  "contract-lines": { kind: "contracts", prefixes: ["PL", "PO"] },
  requisitions: { kind: "requisitions", prefixes: ["RQ"] },
  "direct-costs": { kind: "direct-costs", prefixes: ["DC"] },
  "direct-cost-lines": { kind: "direct-costs", prefixes: ["DL", "DC"] },
};

export const recordKindOf = (kind: string): RecordKind | undefined => recordKinds[kind]?.kind;

export type Cursor = { received: Date; delivery: string } | undefined;

export async function readHints(tx: Tx, scope: HintScope, after: Cursor): Promise<Hint[]> {
  const kinds = JSON.stringify(
    Object.entries(recordKinds).flatMap(([kind, { prefixes }]) =>
      prefixes.map((prefix, index) => ({ kind, prefix: originPrefix(scope, prefix), is_own: index === 0 })),
    ),
  );
  const from = after ? sql`and (received_at, delivery_id) > (${after.received}, ${after.delivery})` : sql``;
  const { rows } = await sql<Hint>`
    with hint as (select * from webhook_event where tenant = ${scope.tenant} and connection = ${scope.connection.name} and state = 'waiting' ${from}
      order by received_at, delivery_id limit ${batchMax}),
    kinds as (select * from jsonb_to_recordset(${kinds}::jsonb) as x(kind text, prefix text, is_own boolean))
    select h.delivery_id, h.received_at, h.kind, h.record_id, h.parent_id, h.project_id, h.user_id, h.application_id, h.happened_at,
      o.record_origin_id, o.procore_id as record_procore_id, o.project_id as record_project_id,
      exists (select 1 from effect e where e.tenant = h.tenant and e.connection = h.connection and e.state in ('sending', 'unknown')
        and (e.record_origin_id = o.record_origin_id or (o.record_origin_id is null and e.project_id = h.project_id))) as is_moving
    from hint h
    left join lateral (
      select r.origin_id as record_origin_id, r.procore_id, r.project_id from known k
        join kinds x on x.kind = h.kind and starts_with(k.origin_id, x.prefix)
          and ((x.is_own and k.procore_id = h.record_id) or (not x.is_own and k.procore_id = h.parent_id))
        join known r on r.tenant = k.tenant and r.connection = k.connection and r.origin_id = k.record_origin_id and r.aspect = 'content'
      where k.tenant = h.tenant and k.connection = h.connection and k.aspect = 'content' and k.procore_id in (h.record_id, h.parent_id)
      order by x.is_own desc limit 1) o on true
    order by h.received_at, h.delivery_id`.execute(tx);
  return rows;
}

/** Since then, or just now: what was read of the record may be older than what is known of it. */
export async function wasWritten(tx: Tx, scope: HintScope, recordOriginId: string, since: Date): Promise<boolean> {
  const { rows } = await sql`select 1 from effect where tenant = ${scope.tenant} and connection = ${scope.connection.name}
    and record_origin_id = ${recordOriginId} and (state in ('sending', 'unknown') or (state = 'confirmed' and settled_at >= ${since})) limit 1`.execute(
    tx,
  );
  return rows.length > 0;
}

export async function closeHints(tx: Tx, scope: HintScope, hints: readonly Hint[], outcome: string): Promise<void> {
  if (hints.length === 0) return;
  await sql`update webhook_event set state = 'done', outcome = ${outcome}, worked_at = ${now(scope)} where tenant = ${scope.tenant}
    and connection = ${scope.connection.name} and state = 'waiting' and delivery_id = any (${hints.map((hint) => hint.delivery_id)}::text[])`.execute(
    tx,
  );
}

/** They wait on; what they are about is not written meanwhile (`edits/hold-touched.ts`). */
export async function deferHints(tx: Tx, scope: HintScope, hints: readonly Hint[], recordOriginId: string): Promise<void> {
  await sql`update webhook_event set deferred_record = ${recordOriginId} where tenant = ${scope.tenant}
    and connection = ${scope.connection.name} and state = 'waiting' and deferred_record is distinct from ${recordOriginId}
    and delivery_id = any (${hints.map((hint) => hint.delivery_id)}::text[])`.execute(tx);
}

/** Procore repeats a delivery for twelve hours (procore 5 [A]); what was done is remembered for four times as long. */
const rememberedMs = 48 * 3_600_000;

export async function forgetOld(tx: Tx, scope: HintScope): Promise<void> {
  const before = new Date(scope.clock.now() - rememberedMs);
  await sql`delete from webhook_event where tenant = ${scope.tenant} and connection = ${scope.connection.name} and state <> 'waiting'
    and coalesce(worked_at, received_at) < ${before}`.execute(tx);
}
