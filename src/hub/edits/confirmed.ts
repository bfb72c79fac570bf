/** What we last confirmed of records, field by field: the content of the effect whose hash is the known one, with the ids that Procore gave. */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import type { Confirmed } from "./find-edits.ts";

type Row = {
  record_origin_id: string;
  origin_id: string;
  aspect: "content" | "status";
  procore_id: bigint;
  desired: { body: Record<string, unknown>; refs: Record<string, string> };
};

async function readIds(tx: Transaction<Database>, tenant: string, connection: string, originIds: readonly string[]) {
  const { rows } = await sql<{
    origin_id: string;
    procore_id: bigint;
  }>`select origin_id, procore_id from known where tenant = ${tenant}
    and connection = ${connection} and aspect = 'content' and origin_id = any (${originIds}::text[])`.execute(tx);
  return new Map(rows.map((row) => [row.origin_id, Number(row.procore_id)]));
}

/** A new contract is sent as Draft with its content; its status is an aspect of its own. */
function bodyOf(row: Row, ids: ReadonlyMap<string, number>): Record<string, unknown> {
  const { status, ...content } = row.desired.body;
  const body: Record<string, unknown> = row.aspect === "status" ? { status } : content;
  for (const [field, originId] of Object.entries(row.desired.refs)) body[field] = ids.get(originId);
  return body;
}

export async function readConfirmed(
  tx: Transaction<Database>,
  { tenant, connection }: { tenant: string; connection: string },
  records: readonly string[],
): Promise<ReadonlyMap<string, Confirmed[]>> {
  const { rows } = await sql<Row>`
    select k.record_origin_id, k.origin_id, k.aspect, k.procore_id, e.desired from known k
    join lateral (select desired from effect e where e.tenant = k.tenant and e.connection = k.connection and e.origin_id = k.origin_id
      and (e.aspect = k.aspect or (k.aspect = 'status' and e.aspect = 'reopen')) and e.state = 'confirmed' and e.desired_hash = k.desired_hash
      order by e.effect desc limit 1) e on true
    where k.tenant = ${tenant} and k.connection = ${connection} and k.record_origin_id = any (${records}::text[])
      and k.aspect in ('content', 'status') and split_part(k.origin_id, '.', 3) not in ('CO', 'CL') order by k.origin_id, k.aspect`.execute(
    tx,
  );
  const ids = await readIds(tx, tenant, connection, [...new Set(rows.flatMap((row) => Object.values(row.desired.refs)))]);
  const confirmed = new Map<string, Confirmed[]>();
  for (const row of rows) {
    const each = { originId: row.origin_id, aspect: row.aspect, procoreId: Number(row.procore_id), body: bodyOf(row, ids) };
    confirmed.set(row.record_origin_id, [...(confirmed.get(row.record_origin_id) ?? []), each]);
  }
  return confirmed;
}
