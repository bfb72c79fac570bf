/** Tables of migration 0020 as the queries see them. */
type Total = {
  tenant: string;
  connection: string;
  source: string;
  key: string;
  company_code: string;
  controlling_area: string;
  object_kind: string | null;
  object: string;
  account: string;
  transaction: string;
  fiscal_year: number;
  period: number;
  currency: string;
  amount_minor: bigint;
};

export type ControlTotalTable = Total & { label: string; changed_run: bigint };
export type ControlSnapshotTable = Total;

export type ControlReadTable = {
  tenant: string;
  connection: string;
  source: string;
  run: bigint;
  /** Of the SAP system, YYYYMMDD; empty where its agent did not tell it. */
  day: string;
  read_at: Date;
  rows: number;
};

export type PeriodCloseTable = {
  tenant: string;
  connection: string;
  fiscal_year: number;
  period: number;
  /** Empty: of all that have no close of their own. */
  company_code: string;
  run: bigint;
  day: string;
  read_at: Date;
  closed_at: Date;
  closed_by: string;
};

export type ProcoreListingTable = {
  tenant: string;
  connection: string;
  project_id: bigint;
  listed_at: Date;
  lines: number;
  problem: string | null;
};

export type ProcoreCostLineTable = {
  tenant: string;
  connection: string;
  project_id: bigint;
  line_id: bigint;
  cost_id: bigint;
  cost_origin_id: string;
  line_origin_id: string;
  status: string;
  is_deleted: boolean;
  is_calculated: boolean;
  budget_code: string;
  amount: string;
};

export type CommitmentListingTable = ProcoreListingTable;

export type ProcoreRequisitionLineTable = {
  tenant: string;
  connection: string;
  project_id: bigint;
  requisition_id: bigint;
  position: number;
  requisition_origin_id: string;
  status: string;
  /** `contract_item` or `change_order_item`. */
  item_type: string;
  line_item_id: bigint;
  work: string;
};

export type ProcoreContractTable = {
  tenant: string;
  connection: string;
  project_id: bigint;
  contract_id: bigint;
  origin_id: string;
  is_deleted: boolean;
  grand_total: string;
  change_orders: string;
};
