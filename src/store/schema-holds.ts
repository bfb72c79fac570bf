/** Tables of migration 0009 as the queries see them. */
import type { GeneratedAlways, JSONColumnType } from "kysely";

export type HoldTable = {
  tenant: string;
  hold: GeneratedAlways<bigint>;
  connection: string;
  flow: string;
  key: string;
  code: string;
  first_run: bigint;
  first_seen: Date;
  last_run: bigint;
  last_seen: Date;
  /** In how many runs it was held. */
  runs: number;
  released_at: Date | null;
  assigned_to: string | null;
  assigned_by: string | null;
  assigned_at: Date | null;
  note: string | null;
};

export type ExchangeTable = {
  tenant: string;
  effect: bigint;
  run: bigint;
  at: Date;
  code: string;
  endpoint: string | null;
  status: number | null;
  request_id: string | null;
  request: JSONColumnType<object>;
  answer: JSONColumnType<object>;
};

export type IgnoredTable = {
  tenant: string;
  connection: string;
  flow: string;
  key: string;
  /** Under which it was held when a person ignored it. */
  code: string;
  reason: string;
  ignored_by: string;
  ignored_at: Date;
  until: Date | null;
  /** In which run SAP's record had last changed by then: another one ends it. */
  changed_run: bigint;
};

export type ReplayTable = { tenant: string; run: bigint; flow: string; key: string };
