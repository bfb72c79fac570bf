/**
 * Walks the chain from its first seal and names the first break: a changed or missing row, a missing or altered seal, a row that is
 * neither sealed nor waiting. It cannot see a tail that was cut off cleanly together with its rows; for that, keep the head it answers
 * somewhere else and compare.
 */
import { sql, type Transaction } from "kysely";
import type { Store } from "../database.ts";
import type { Database } from "../schema.ts";
import { type CanonicalRow, canonicalColumns, firstHashOf, sealHash } from "./chain.ts";

export type AuditBreak = {
  kind: "seal-missing" | "row-missing" | "hash-differs" | "row-unlisted";
  sealNo: bigint | undefined;
  auditId: bigint | undefined;
};

export type AuditVerdict =
  | { kind: "whole"; sealed: bigint; waiting: bigint; headHash: string }
  | ({ kind: "broken" } & { break: AuditBreak });

const PAGE_ROWS = 5_000;

type SealedRow = Partial<Omit<CanonicalRow, "tenant" | "id">> & {
  tenant: string;
  id: bigint | null;
  seal_no: bigint;
  audit_id: bigint;
  hash: Buffer;
};

export function verifyAudit(store: Store, { tenant }: { tenant: string }): Promise<AuditVerdict> {
  // One snapshot for all pages: a sealer at work must not look like a break.
  return store.transact({ tenant, isolation: "repeatable read" }, async (tx) => {
    let sealed = 0n;
    let hash = firstHashOf(tenant);
    for (;;) {
      const page = await readPage(tx, tenant, sealed);
      for (const row of page) {
        const found = checkSeal(row, sealed + 1n, hash);
        if (found !== undefined) return { kind: "broken", break: found };
        sealed = row.seal_no;
        hash = row.hash;
      }
      if (page.length < PAGE_ROWS) break;
    }
    const unlisted = await findUnlisted(tx, tenant);
    if (unlisted !== undefined) return { kind: "broken", break: { kind: "row-unlisted", sealNo: undefined, auditId: unlisted } };
    return { kind: "whole", sealed, waiting: await countWaiting(tx, tenant), headHash: hash.toString("hex") };
  });
}

function checkSeal(row: SealedRow, sealNo: bigint, previous: Buffer): AuditBreak | undefined {
  if (row.seal_no !== sealNo) return { kind: "seal-missing", sealNo, auditId: undefined };
  if (!isRow(row)) return { kind: "row-missing", sealNo, auditId: row.audit_id };
  if (!sealHash(previous, sealNo, row).equals(row.hash)) return { kind: "hash-differs", sealNo, auditId: row.audit_id };
  return undefined;
}

const isRow = (row: SealedRow): row is SealedRow & CanonicalRow => row.id !== null;

async function readPage(tx: Transaction<Database>, tenant: string, after: bigint): Promise<SealedRow[]> {
  const { rows } = await sql<SealedRow>`select ${canonicalColumns}, s.seal_no, s.audit_id, s.hash
    from audit_seal s left join audit a on a.tenant = s.tenant and a.id = s.audit_id
    where s.tenant = ${tenant} and s.seal_no > ${after} order by s.seal_no limit ${PAGE_ROWS}`.execute(tx);
  return rows;
}

async function findUnlisted(tx: Transaction<Database>, tenant: string): Promise<bigint | undefined> {
  const { rows } = await sql<{ id: bigint }>`select a.id from audit a where a.tenant = ${tenant}
    and not exists (select 1 from audit_seal s where s.tenant = a.tenant and s.audit_id = a.id)
    and not exists (select 1 from audit_unsealed u where u.tenant = a.tenant and u.audit_id = a.id)
    order by a.id limit 1`.execute(tx);
  return rows[0]?.id;
}

async function countWaiting(tx: Transaction<Database>, tenant: string): Promise<bigint> {
  const { rows } = await sql<{ count: bigint }>`select count(*) as count from audit_unsealed where tenant = ${tenant}`.execute(
    tx,
  );
  return rows[0]?.count ?? 0n;
}
