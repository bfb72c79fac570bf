/** Tables of migration 0028 as the queries see them. */
export type IDocTable = {
  tenant: string;
  connection: string;
  sender: string;
  client: string;
  number: string;
  hash: string;
  message: string;
  type: string;
  serial: string;
  state: "told" | "parked" | "quarantined";
  reason: string | null;
  /** How often it came. */
  times: number;
  received_at: Date;
};

export type IDocTouchedTable = {
  tenant: string;
  connection: string;
  flow: string;
  key: string;
  /** Of the latest IDoc that touched it. */
  serial: string;
  told_at: Date;
  taken_run: bigint | null;
  is_done: boolean;
};
