/** Tables of migration 0022 as the queries see them. */
import type { JSONColumnType } from "kysely";

export type ReferenceRecordTable = {
  tenant: string;
  connection: string;
  kind: string;
  key: string;
  valid_from: string;
  valid_to: string;
  text: string;
  long_text: string;
  language: string;
  attributes: JSONColumnType<Record<string, string>>;
  /** Of the slice that brought it. */
  label: string;
  changed_run: bigint;
};

/** Per kind: when it was read whole or as far as its stamps told, and how many rows there are. */
export type ReferenceReadTable = {
  tenant: string;
  connection: string;
  kind: string;
  run: bigint;
  read_at: Date;
  rows: number;
};
