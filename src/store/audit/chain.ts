/**
 * The hash chain's arithmetic: a seal is sha256(previous seal, canonical row). The canonical row is a JSON array of texts that
 * PostgreSQL itself prints (jsonb's own text form, the instant in microseconds), so that no rounding of a `Date` can hide a change.
 */
import { createHash } from "node:crypto";
import { sql } from "kysely";

export type CanonicalRow = {
  tenant: string;
  id: bigint;
  at_micros: bigint;
  actor: string;
  action: string;
  subject: string;
  detail: string;
};

/** The columns of `audit` as they are hashed, from an alias `a`. */
export const canonicalColumns = sql<CanonicalRow>`a.tenant, a.id, (extract(epoch from a.at) * 1000000)::bigint as at_micros,
  a.actor, a.action, a.subject, a.detail::text as detail`;

export const firstHashOf = (tenant: string): Buffer => createHash("sha256").update(`ml-connector audit\n${tenant}`).digest();

export function sealHash(previous: Buffer, sealNo: bigint, row: CanonicalRow): Buffer {
  const text = JSON.stringify([
    String(sealNo),
    row.tenant,
    String(row.id),
    String(row.at_micros),
    row.actor,
    row.action,
    row.subject,
    row.detail,
  ]);
  return createHash("sha256").update(previous).update(text).digest();
}
