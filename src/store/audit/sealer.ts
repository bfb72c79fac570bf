/**
 * Chains committed audit rows, one sealer per tenant at a time; writers do not know of it. Rows are sealed in order of id as far as they
 * are committed; one that commits later under a lower id is sealed later, under its own seal number. Sealing again is harmless.
 */
import { sql, type Transaction } from "kysely";
import type { Store } from "../database.ts";
import type { Database } from "../schema.ts";
import { type CanonicalRow, canonicalColumns, firstHashOf, sealHash } from "./chain.ts";

export type SealAuditOptions = { tenant: string; batchMax?: number };

const BATCH_MAX = 1_000;

/** Seals up to `batchMax` rows and answers how many it did: 0 when nothing waits or another sealer is at work. */
export function sealAudit(store: Store, { tenant, batchMax = BATCH_MAX }: SealAuditOptions): Promise<number> {
  return store.transact({ tenant }, async (tx) => {
    if (!(await takeSealerLock(tx, tenant))) return 0;
    const rows = await takeUnsealed(tx, tenant, batchMax);
    if (rows.length === 0) return 0;
    const head = await readHead(tx, tenant);
    let { sealNo, hash } = head;
    const seals = rows.map((row) => {
      sealNo += 1n;
      hash = sealHash(hash, sealNo, row);
      return { tenant, seal_no: sealNo, audit_id: row.id, hash };
    });
    await tx.insertInto("audit_seal").values(seals).execute();
    return seals.length;
  });
}

/** Until the end of the transaction, so that the next sealer sees this one's head. */
async function takeSealerLock(tx: Transaction<Database>, tenant: string): Promise<boolean> {
  const { rows } = await sql<{
    got: boolean;
  }>`select pg_try_advisory_xact_lock(hashtextextended(${`audit-seal/${tenant}`}, 0)) as got`.execute(tx);
  return rows[0]?.got === true;
}

async function takeUnsealed(tx: Transaction<Database>, tenant: string, batchMax: number): Promise<CanonicalRow[]> {
  const { rows } = await sql<CanonicalRow>`with taken as (
      delete from audit_unsealed u where u.tenant = ${tenant} and u.audit_id in (
        select audit_id from audit_unsealed where tenant = ${tenant} order by audit_id limit ${batchMax})
      returning u.audit_id)
    select ${canonicalColumns} from audit a join taken t on t.audit_id = a.id where a.tenant = ${tenant} order by a.id`.execute(
    tx,
  );
  return rows;
}

async function readHead(tx: Transaction<Database>, tenant: string): Promise<{ sealNo: bigint; hash: Buffer }> {
  const head = await tx
    .selectFrom("audit_seal")
    .select(["seal_no", "hash"])
    .where("tenant", "=", tenant)
    .orderBy("seal_no", "desc")
    .limit(1)
    .executeTakeFirst();
  return head === undefined ? { sealNo: 0n, hash: firstHashOf(tenant) } : { sealNo: head.seal_no, hash: head.hash };
}
