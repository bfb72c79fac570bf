/** Tables of migration 0026 as the queries see them. */
import type { JSONColumnType } from "kysely";

type Json = object;

export type CutOverStateTable = { tenant: string; connection: string; flow: string; settings_hash: string };

export type OpeningBalanceTable = {
  tenant: string;
  connection: string;
  project: string;
  figures: JSONColumnType<Json>;
  hash: string;
  actor: string;
  note: string;
  confirmed_at: Date;
};

export type ContractFindingTable = {
  tenant: string;
  connection: string;
  purchase_order: string;
  project: string;
  run: bigint;
  title: string;
  code: string;
  why: string;
  candidates: JSONColumnType<Json>;
  found_at: Date;
};

export type ContractDecisionTable = {
  tenant: string;
  connection: string;
  purchase_order: string;
  project: string;
  decision: string;
  contract_id: bigint | null;
  actor: string;
  note: string;
  decided_at: Date;
};
