/** Tables of migration 0019 as the queries see them. */

export type SweepTable = {
  tenant: string;
  connection: string;
  flow: string;
  run: bigint;
  /** Null where a slice that was unchanged did not say how many it held. */
  objects: bigint | null;
  objects_before: bigint | null;
  is_proof: boolean;
  swept_at: Date;
};

export type DeletionTable = {
  tenant: string;
  connection: string;
  flow: string;
  key: string;
  record_key: string;
  sweeps: number;
  last_run: bigint;
  is_asked: boolean;
  is_allowed: boolean;
};
