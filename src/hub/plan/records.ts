/** What is to be decided: records that are new or changed, and those with an atom that is still open or held, so that holds release themselves. */
import { type SqlBool, sql, type Transaction } from "kysely";
import { type Flow, type OriginKind, parseMoney, type RejectedRecord, type SourceRecord, zero } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import type { AtomRow } from "./atoms.ts";

type Tx = Transaction<Database>;

/** Pages of records by key; the caller decides each page before the next is read. */
export const pageRows = 1_000;

export async function reopenUndecided(tx: Tx, context: RunContext, flow: Flow): Promise<number> {
  const { tenant } = context;
  const connection = context.connection.name;
  await sql`update source_record r set is_decided = false
    where r.tenant = ${tenant} and r.connection = ${connection} and r.flow = ${flow} and r.is_decided
      and exists (select 1 from atom a where a.tenant = r.tenant and a.connection = r.connection and a.flow = r.flow and a.record_key = r.key
        and a.gone_run is null and (a.disposition in ('held', 'planned', 'unknown', 'awaiting-approval')
          or a.record_origin_id in (select record_origin_id from effect where tenant = ${tenant} and connection = ${connection}
            and flow = ${flow} and state = 'planned')))`.execute(tx);
  return countUndecided(tx, context, flow);
}

export async function countUndecided(tx: Tx, context: RunContext, flow: Flow): Promise<number> {
  const { count } = await tx
    .selectFrom("source_record")
    .select((eb) => eb.fn.countAll<bigint>().as("count"))
    .where("tenant", "=", context.tenant)
    .where("connection", "=", context.connection.name)
    .where("flow", "=", flow)
    .where("is_decided", "=", false)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function readUndecided(tx: Tx, context: RunContext, flow: Flow, after: string): Promise<SourceRecord[]> {
  const rows = await tx
    .selectFrom("source_record")
    .select("content")
    .where("tenant", "=", context.tenant)
    .where("connection", "=", context.connection.name)
    .where("flow", "=", flow)
    .where("is_decided", "=", false)
    .where("key", ">", after)
    .orderBy("key")
    .limit(pageRows)
    .execute();
  return rows.map((row) => row.content as SourceRecord);
}

export async function markDecided(tx: Tx, context: RunContext, flow: Flow): Promise<void> {
  await tx
    .updateTable("source_record")
    .set({ is_decided: true })
    .where("tenant", "=", context.tenant)
    .where("connection", "=", context.connection.name)
    .where("flow", "=", flow)
    .where("is_decided", "=", false)
    .execute();
}

export function rejectedAtom(record: RejectedRecord): AtomRow {
  const balance = parseMoney(record.balance, record.currency);
  const amount = balance.ok ? balance.value : zero(record.currency);
  return { key: record.key, recordKey: record.key, amount, disposition: "rejected", reason: record.code };
}

/** Hashes of what Procore is known to hold, by `origin id` and aspect. */
export type KnownHashes = { get(originId: string, aspect: string): string | undefined };

export async function readKnown(tx: Tx, context: RunContext, kinds: readonly OriginKind[]): Promise<KnownHashes> {
  const prefixes = kinds.map((kind) => `${originPrefix(context, kind)}%`);
  const rows = await tx
    .selectFrom("known")
    .select(["origin_id", "aspect", "desired_hash"])
    .where("tenant", "=", context.tenant)
    .where("connection", "=", context.connection.name)
    .where(sql<SqlBool>`origin_id like any (${prefixes}::text[])`)
    .execute();
  const hashes = new Map(rows.map((row) => [`${row.aspect}\u0000${row.origin_id}`, row.desired_hash]));
  return { get: (originId, aspect) => hashes.get(`${aspect}\u0000${originId}`) };
}

export function originPrefix(context: Pick<RunContext, "connection">, kind: OriginKind): string {
  const { systemId, client } = context.connection.settings.sap;
  return `${systemId}.${client}.${kind}.`;
}
