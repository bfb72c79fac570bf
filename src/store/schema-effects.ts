/** Tables of migration 0003 as the queries see them. */
import type { Generated, GeneratedAlways, JSONColumnType } from "kysely";

type Json = object;

export type EffectTable = {
  tenant: string;
  effect: GeneratedAlways<bigint>;
  connection: string;
  run: bigint;
  flow: string;
  stage: number;
  project_id: bigint;
  container: string;
  record_origin_id: string;
  origin_id: string;
  aspect: string;
  action: string;
  needs: string[];
  desired: JSONColumnType<Json>;
  desired_hash: string;
  amount_minor: bigint | null;
  currency: string | null;
  approval: string;
  state: string;
  attempts: number;
  epoch: bigint;
  deadline: Date | null;
  hold_code: string | null;
  detail: string | null;
  procore_id: bigint | null;
  planned_at: Date;
  settled_at: Date | null;
  urgency: Generated<string>;
  wave: Generated<number>;
};

export type KnownTable = {
  tenant: string;
  connection: string;
  origin_id: string;
  aspect: string;
  record_origin_id: string;
  project_id: bigint;
  procore_id: bigint;
  desired_hash: string;
  hash_version: number;
  amount_minor: bigint | null;
  currency: string | null;
  confirmed_run: bigint;
  confirmed_at: Date;
};

export type CostPartTable = {
  tenant: string;
  connection: string;
  group_id: string;
  part: number;
  group_key: JSONColumnType<Json>;
  origin_id: string;
  reference: string;
  project_id: bigint;
  currency: string;
  amount_minor: bigint;
  members: number;
  run: bigint;
  /** Of the rules that placed its lines; null for parts older than migration 0014. */
  mapping_version: string | null;
  /** The re-coding that made it, and which of its two sides it is. */
  recoding: bigint | null;
  correction: string | null;
  /** Its lines came after their period was closed: a late adjustment (ruling 28). */
  is_late: Generated<boolean>;
};

export type ReferenceNumberTable = {
  tenant: string;
  reference: string;
  connection: string;
  source_key: string;
  posting_version: number;
  group_id: string;
  part: number;
};

export type QuotaLeaseTable = {
  tenant: string;
  quota_key: string;
  epoch: bigint;
  holder: string;
  taken_at: Date;
};

export type ApprovalTable = {
  tenant: string;
  connection: string;
  origin_id: string;
  aspect: string;
  desired_hash: string;
  record_origin_id: string;
  flow: string;
  approved_by: string;
  approved_at: Date;
};

export type FirstPlanTable = {
  tenant: string;
  connection: string;
  flow: string;
  project_id: bigint;
  approved_by: string;
  approved_at: Date;
};
