/** Tables of migration 0013 as the queries see them. */
export type ProofTable = {
  tenant: string;
  connection: string;
  project_id: bigint;
  kind: string;
  tried_at: Date;
  proved_at: Date | null;
  listed: number;
  expected: number;
  calls: number;
  problem: string | null;
};

export type ProofFindingTable = {
  tenant: string;
  connection: string;
  project_id: bigint;
  kind: string;
  origin_id: string;
  finding: string;
  procore_id: bigint | null;
  expected: string;
  found: string;
  first_seen: Date;
  last_seen: Date;
};
