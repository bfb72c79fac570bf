/**
 * Vendors and purchase orders, whole or rejected: one row each, written only where the source hash differs (anti-join first; stack: an
 * upsert of unchanged rows writes WAL, the anti-join none). A new hash version re-bases a record without calling it changed (ruling 34).
 */
import { sql, type Transaction } from "kysely";
import { type Canonical, type Flow, type SourceRecord, sourceHash, sourceHashVersion } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";

export type LandScope = { tenant: string; connection: string; run: bigint };

/** Answers how many were new or changed. */
export async function landRecords(
  tx: Transaction<Database>,
  scope: LandScope,
  flow: Flow,
  records: readonly SourceRecord[],
): Promise<number> {
  if (records.length === 0) return 0;
  const rows = records.map((record) => ({
    key: record.key,
    content: record,
    source_hash: sourceHash(record as unknown as Canonical),
  }));
  const { tenant, connection, run } = scope;
  const { rows: changed } = await sql<{ key: string }>`
    with incoming as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(key text, content jsonb, source_hash text)),
    differing as (
      select i.* from incoming i left join source_record r
        on r.tenant = ${tenant} and r.connection = ${connection} and r.flow = ${flow} and r.key = i.key
      where r.key is null or r.source_hash <> i.source_hash or r.hash_version <> ${sourceHashVersion})
    insert into source_record (tenant, connection, flow, key, content, source_hash, hash_version, changed_run, is_decided)
    select ${tenant}, ${connection}, ${flow}, key, content, source_hash, ${sourceHashVersion}, ${run}, false from differing
    on conflict (tenant, connection, flow, key) do update
      set content = excluded.content, source_hash = excluded.source_hash,
          changed_run = case when source_record.hash_version = excluded.hash_version then excluded.changed_run else source_record.changed_run end,
          is_decided = source_record.is_decided and source_record.hash_version <> excluded.hash_version,
          hash_version = excluded.hash_version
    returning key`.execute(tx);
  return changed.length;
}
