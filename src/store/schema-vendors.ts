/** Tables of migration 0007 as the queries see them. */
import type { JSONColumnType } from "kysely";

type Json = object;

export type VendorFindingTable = {
  tenant: string;
  connection: string;
  vendor: string;
  run: bigint;
  name: string;
  /** Null where nothing waits and only something was left out. */
  code: string | null;
  why: string;
  candidates: JSONColumnType<Json>;
  left_out: JSONColumnType<Json>;
  found_at: Date;
};

export type VendorDecisionTable = {
  tenant: string;
  connection: string;
  vendor: string;
  decision: string;
  company_id: bigint | null;
  actor: string;
  note: string;
  decided_at: Date;
};

export type VendorBlockedTable = {
  tenant: string;
  connection: string;
  vendor: string;
  sweeps: number;
  last_run: bigint;
};
