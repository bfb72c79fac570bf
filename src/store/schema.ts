/**
 * The tables as the queries see them. The migrations are the truth; this is kept equal to them by a test that compares both. Columns follow
 * `column-types.ts`: int8 is a bigint, numeric and date are text, timestamptz a `Date`.
 */
import type { GeneratedAlways, JSONColumnType } from "kysely";

export type TenantTable = {
  tenant: string;
  name: string;
  created_at: Date;
};

export type AuditTable = {
  tenant: string;
  id: GeneratedAlways<bigint>;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  detail: JSONColumnType<Record<string, unknown>>;
};

/** What is not sealed yet: filled by a trigger of `audit`, emptied by the sealer. */
export type AuditUnsealedTable = {
  tenant: string;
  audit_id: bigint;
};

export type AuditSealTable = {
  tenant: string;
  seal_no: bigint;
  audit_id: bigint;
  hash: Buffer;
};

export type Database = {
  tenant: TenantTable;
  audit: AuditTable;
  audit_unsealed: AuditUnsealedTable;
  audit_seal: AuditSealTable;
};
