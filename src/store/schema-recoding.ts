/** Tables of migration 0024 as the queries see them. */
import type { GeneratedAlways } from "kysely";

export type RecodingTable = {
  tenant: string;
  recoding: GeneratedAlways<bigint>;
  connection: string;
  /** Of the rules by which the lines were chosen. */
  mapping_version: string;
  asked_by: string;
  note: string;
  asked_at: Date;
  withdrawn_by: string | null;
};

type LineKey = {
  tenant: string;
  connection: string;
  fiscal_year: number;
  /** `CostDocumentTable.document`. */
  document: bigint;
  line: number;
};

export type RecodingLineTable = LineKey & {
  recoding: bigint;
  from_project: string;
  from_budget_code: string;
  to_project: string;
  to_budget_code: string;
  amount_minor: bigint;
  /** `marked` until a plan takes it up. */
  state: string;
  /** Why it waits or was dropped. */
  why: string;
};

export type RecodedMemberTable = LineKey & {
  posting_version: number;
  /** The one that made it an earlier posting. */
  recoding: bigint;
  is_negating: boolean;
  group_id: string;
  part: number;
  amount_minor: bigint;
  budget_code_id: bigint;
  budget_code: string;
  project: string;
  rule: string;
};
