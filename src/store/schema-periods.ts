/** Tables of migration 0025 as the queries see them. */
import type { PostingState } from "../core/index.ts";

export type PeriodStateTable = {
  tenant: string;
  connection: string;
  company_code: string;
  fiscal_year: number;
  period: number;
  state: PostingState;
  /** When it was first seen so, and by which run. */
  since: Date;
  since_run: bigint;
};

export type PeriodLookTable = {
  tenant: string;
  connection: string;
  company_code: string;
  run: bigint;
  looked_at: Date;
  /** Why its states are those of an earlier look. */
  problem: string | null;
};

/** Days as YYYYMMDD. */
export type BillingPeriodTable = {
  tenant: string;
  connection: string;
  project_id: bigint;
  start_date: string;
  end_date: string;
};

export type BillingPeriodReadTable = {
  tenant: string;
  connection: string;
  read_at: Date;
  projects: number;
  problem: string | null;
};
