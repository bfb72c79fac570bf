/** Adds a line to the audit trail, in the same transaction as what it tells of. Never a secret or a payload: ids, codes, counts. */
import type { Transaction } from "kysely";
import type { Database } from "../schema.ts";

export type AuditEntry = {
  tenant: string;
  /** Milliseconds since the epoch. */
  atMs: number;
  /** Who: `user:jane`, `agent:site-1`, `system`. */
  actor: string;
  /** What, as an event in the past tense: `run.started`, `mapping.changed`. */
  action: string;
  /** To what: a run id, an origin id, a mapping's version. */
  subject: string;
  detail?: Readonly<Record<string, unknown>>;
};

export async function appendAudit(tx: Transaction<Database>, entry: AuditEntry): Promise<void> {
  const { tenant, actor, action, subject } = entry;
  await tx
    .insertInto("audit")
    .values({ tenant, at: new Date(entry.atMs), actor, action, subject, detail: JSON.stringify(entry.detail ?? {}) })
    .execute();
}
