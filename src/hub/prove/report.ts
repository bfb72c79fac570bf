/** How old each proof is and what does not agree, as people read it. Reads only; needs no running hub. */
import { sql } from "kysely";
import type { Store } from "../../store/index.ts";
import type { FindingKind } from "./compare.ts";
import type { ProofKind } from "./expected.ts";

export type ProofAge = {
  connection: string;
  projectId: number;
  kind: ProofKind;
  /** Undefined: never yet. */
  provedAt?: string;
  listed: number;
  expected: number;
  findings: number;
  /** Why the last attempt proved nothing. */
  problem?: string;
};

export type ProofFinding = {
  connection: string;
  projectId: number;
  kind: ProofKind;
  originId: string;
  finding: FindingKind;
  procoreId?: number;
  expected: string;
  found: string;
  firstSeen: string;
};

type Query = { tenant: string; connection?: string };

export async function listProofs(store: Store, { tenant, connection }: Query): Promise<ProofAge[]> {
  const { rows } = await store.transact({ tenant }, (tx) =>
    sql<{
      connection: string;
      project_id: bigint;
      kind: ProofKind;
      proved_at: Date | null;
      listed: number;
      expected: number;
      problem: string | null;
      findings: bigint;
    }>`select p.connection, p.project_id, p.kind, p.proved_at, p.listed, p.expected, p.problem,
        (select count(*) from proof_finding f where f.tenant = p.tenant and f.connection = p.connection and f.project_id = p.project_id
          and f.kind = p.kind) as findings
      from proof p where p.tenant = ${tenant} and (${connection ?? null}::text is null or p.connection = ${connection ?? null})
      order by p.connection, p.proved_at nulls first, p.project_id, p.kind`.execute(tx),
  );
  return rows.map((row) => ({
    connection: row.connection,
    projectId: Number(row.project_id),
    kind: row.kind,
    ...(row.proved_at ? { provedAt: row.proved_at.toISOString() } : {}),
    listed: row.listed,
    expected: row.expected,
    findings: Number(row.findings),
    ...(row.problem === null ? {} : { problem: row.problem }),
  }));
}

export async function listFindings(store: Store, { tenant, connection }: Query): Promise<ProofFinding[]> {
  const rows = await store.transact({ tenant }, (tx) =>
    tx
      .selectFrom("proof_finding")
      .selectAll()
      .where("tenant", "=", tenant)
      .$if(connection !== undefined, (query) => query.where("connection", "=", connection ?? ""))
      .orderBy("connection")
      .orderBy("project_id")
      .orderBy("kind")
      .orderBy("origin_id")
      .orderBy("finding")
      .execute(),
  );
  return rows.map((row) => ({
    connection: row.connection,
    projectId: Number(row.project_id),
    kind: row.kind as ProofKind,
    originId: row.origin_id,
    finding: row.finding as FindingKind,
    ...(row.procore_id === null ? {} : { procoreId: Number(row.procore_id) }),
    expected: row.expected,
    found: row.found,
    firstSeen: row.first_seen.toISOString(),
  }));
}
