/** Tables of migrations 0002 and 0004 as the queries see them. */
import type { Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { Disposition } from "../core/index.ts";

/** Parsed by the reader's schema, never trusted as it stands. */
type Json = object;

export type ConnectionTable = {
  tenant: string;
  connection: string;
  system_id: string;
  client: string;
  procore_company_id: bigint;
  /** Drawn once: tells a restored or replaced database from the one an agent enrolled with. */
  store_id: string;
  created_at: Date;
};

export type AgentTable = {
  tenant: string;
  agent: string;
  connection: string;
  name: string;
  public_key: string;
  enrolled_at: Date;
  revoked_at: Date | null;
  seen_at: Date | null;
  /** Why the agent begins nothing, while `resting_until` is ahead. */
  resting_code: string | null;
  resting_detail: string | null;
  resting_until: Date | null;
};

export type EnrolmentCodeTable = {
  tenant: string;
  code_hash: string;
  connection: string;
  expires_at: Date;
  used_at: Date | null;
};

export type RunTable = {
  tenant: string;
  run: GeneratedAlways<bigint>;
  connection: string;
  flows: string[];
  mode: string;
  state: string;
  flow: string;
  stage: string;
  code: string | null;
  detail: string | null;
  started_at: Date;
  finished_at: Date | null;
  summary: JSONColumnType<Json>;
  sap_in_flight_max: Generated<number>;
  sap_halvings: Generated<number>;
  /** How things stood at Procore when the run was halted. */
  diagnostics: JSONColumnType<Json> | null;
  plan_only: Generated<boolean>;
};

export type TaskTable = {
  tenant: string;
  task: GeneratedAlways<bigint>;
  run: bigint;
  connection: string;
  flow: string;
  kind: string;
  label: string;
  slice: JSONColumnType<Json> | null;
  state: string;
  epoch: number;
  agent: string | null;
  leased_until: Date | null;
  digest: string | null;
  is_same: boolean;
  attempts: number;
  failure: JSONColumnType<Json> | null;
  unfinished_days: Generated<number>;
  unfinished_day: string | null;
  calls: number;
  /** How many objects a slice came to; null until it is complete. */
  objects: Generated<number | null>;
  rows_read: number;
  call_ms: bigint;
};

export type RunSapCallTable = {
  tenant: string;
  run: bigint;
  function: string;
  calls: bigint;
  retries: bigint;
  failures: bigint;
  rows_read: bigint;
  call_ms: bigint;
  server_ms: bigint;
};

export type RunReaderTable = { tenant: string; run: bigint; table_name: string; reader: string; why: string };

/** `day` is the agent's own count of the SAP system's days. */
export type SapDayTable = { tenant: string; connection: string; day: string; rows_read: bigint };

export type LeafTable = {
  tenant: string;
  connection: string;
  flow: string;
  kind: string;
  label: string;
  slice: JSONColumnType<Json>;
  objects: Generated<number | null>;
  digest: string | null;
  run: bigint;
};

export type WatermarkTable = {
  tenant: string;
  connection: string;
  flow: string;
  value: string;
  run: bigint;
};

export type SourceRecordTable = {
  tenant: string;
  connection: string;
  flow: string;
  key: string;
  content: JSONColumnType<Json>;
  source_hash: string;
  hash_version: number;
  changed_run: bigint;
  is_decided: boolean;
};

export type AtomTable = {
  tenant: string;
  connection: string;
  flow: string;
  key: string;
  record_key: string;
  period: string;
  currency: string;
  amount_minor: bigint;
  disposition: Disposition;
  reason: string | null;
  record_origin_id: string | null;
  origin_id: string | null;
  target: JSONColumnType<Json> | null;
  /** The run in which the atom was no longer in SAP although Procore has its line. */
  gone_run: bigint | null;
  /** Of a held one: what it waits for, and where the mapping leads. */
  waits_for: string | null;
  project: string | null;
  rule: string | null;
};

export type CostDocumentTable = {
  tenant: string;
  connection: string;
  /** The store's own number, by which its lines find it. */
  document: GeneratedAlways<bigint>;
  fiscal_year: number;
  company_code: string;
  document_number: string;
  period: number;
  posting_date: string;
  entry_date: string;
  document_type: string;
  status: string;
  currency: string;
  reference: string;
  header_text: string;
  reversal_of: string;
  only_vendor: string;
  source_hash: Buffer;
  hash_version: number;
  changed_run: bigint;
  rejection: string | null;
  /** The rule by which a person left a rejected one out. */
  ignored: string | null;
  balance_minor: bigint;
  detail: string;
};

/** The one source of a company code's cost documents. */
export type CostSourceTable = {
  tenant: string;
  connection: string;
  company_code: string;
  source: string;
  /** RLDNR of FAGLFLEXA; else empty. */
  ledger: string;
  /** Null until a document told it. */
  valuation: string | null;
};

export type CostLineTable = {
  tenant: string;
  connection: string;
  fiscal_year: number;
  /** `CostDocumentTable.document`. */
  document: bigint;
  line: number;
  amount_minor: bigint;
  account: string;
  object_kind: string | null;
  object: string | null;
  cost_element_category: string;
  transaction_key: string;
  special_gl: string;
  purchase_order: string;
  purchase_order_item: string;
  assignment: string;
  vendor: string;
  disposition: Disposition | null;
  reason: string | null;
  group_id: string | null;
  part: number | null;
  /** What the part was posted with; `amount_minor` follows SAP. */
  posted_minor: bigint | null;
  budget_code_id: bigint | null;
  budget_code: string | null;
  rule: string | null;
  waits_for: string | null;
  project: string | null;
};

/** What an upload told; the view `run_read` has it by object. */
export type ReadPageTable = {
  tenant: string;
  run: bigint;
  flow: string;
  page: GeneratedAlways<bigint>;
  object_keys: string[];
  periods: string[];
  currencies: string[];
  atoms: number[];
  amounts_minor: bigint[];
};
