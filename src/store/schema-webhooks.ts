/** Tables of migration 0011 as the queries see them. */
import type { Generated, GeneratedAlways } from "kysely";

export type WebhookEventTable = {
  tenant: string;
  connection: string;
  delivery_id: string;
  received_at: Date;
  state: string;
  version: string;
  kind: string;
  verb: string;
  record_id: bigint;
  parent_id: bigint | null;
  /** 0: the company. */
  project_id: bigint;
  user_id: bigint | null;
  application_id: string | null;
  happened_at: Date | null;
  outcome: string | null;
  worked_at: Date | null;
  deferred_record: Generated<string | null>;
};

export type WebhookHookTable = {
  tenant: string;
  connection: string;
  project_id: bigint;
  hook_id: string;
  destination_url: string;
  resources: string[];
  set_up_at: Date;
  /** Deliveries up to then were looked at. */
  looked_until: Date;
  looked_at: Date;
};

export type WebhookSweepTable = {
  tenant: string;
  connection: string;
  project_id: bigint;
  kind: string;
  reason: string;
  asked_at: Date;
};

export type ProcoreEditTable = {
  tenant: string;
  edit: GeneratedAlways<bigint>;
  connection: string;
  kind: string;
  record_origin_id: string;
  origin_id: string;
  aspect: string;
  project_id: bigint;
  procore_id: bigint;
  field: string;
  confirmed: string;
  found: string;
  user_id: bigint | null;
  happened_at: Date | null;
  found_at: Date;
  state: string;
  decided_by: string | null;
  decided_at: Date | null;
  why: Generated<string | null>;
};
