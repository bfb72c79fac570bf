/** One target's proof as it is kept: when, and what did not agree. */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import type { Finding } from "./compare.ts";
import type { ProofScope, Target } from "./expected.ts";

export type Proof = { at: Date; calls: number; listed: number; expected: number };

/** A listing that is not credible renews no proof: its age goes on, and why it failed stands beside it. */
export async function keepProblem(
  tx: Transaction<Database>,
  scope: ProofScope,
  target: Target,
  at: Date,
  problem: string,
): Promise<void> {
  await sql`insert into proof (tenant, connection, project_id, kind, tried_at, listed, expected, calls, problem)
    values (${scope.tenant}, ${scope.connection.name}, ${target.projectId}, ${target.kind}, ${at}, 0, 0, 0, ${problem.slice(0, 500)})
    on conflict (tenant, connection, project_id, kind) do update set tried_at = excluded.tried_at, problem = excluded.problem`.execute(
    tx,
  );
}

export async function keepProof(
  tx: Transaction<Database>,
  scope: ProofScope,
  target: Target,
  proof: Proof,
  findings: readonly Finding[],
): Promise<void> {
  const place = sql`tenant = ${scope.tenant} and connection = ${scope.connection.name} and project_id = ${target.projectId} and kind = ${target.kind}`;
  await sql`insert into proof (tenant, connection, project_id, kind, tried_at, proved_at, listed, expected, calls, problem)
    values (${scope.tenant}, ${scope.connection.name}, ${target.projectId}, ${target.kind}, ${proof.at}, ${proof.at}, ${proof.listed},
      ${proof.expected}, ${proof.calls}, null)
    on conflict (tenant, connection, project_id, kind) do update set tried_at = excluded.tried_at, proved_at = excluded.proved_at,
      listed = excluded.listed, expected = excluded.expected, calls = excluded.calls, problem = null`.execute(tx);
  const rows = JSON.stringify(
    findings.map((each) => ({
      origin_id: each.originId,
      finding: each.finding,
      procore_id: each.procoreId,
      expected: each.expected,
      found: each.found.slice(0, 500),
    })),
  );
  await sql`insert into proof_finding (tenant, connection, project_id, kind, origin_id, finding, procore_id, expected, found, first_seen, last_seen)
    select ${scope.tenant}, ${scope.connection.name}, ${target.projectId}, ${target.kind}, origin_id, finding, procore_id, expected, found,
      ${proof.at}, ${proof.at}
    from jsonb_to_recordset(${rows}::jsonb) as x(origin_id text, finding text, procore_id bigint, expected text, found text)
    on conflict (tenant, connection, project_id, kind, origin_id, finding) do update
      set procore_id = excluded.procore_id, expected = excluded.expected, found = excluded.found, last_seen = excluded.last_seen`.execute(
    tx,
  );
  await sql`delete from proof_finding where ${place} and last_seen < ${proof.at}`.execute(tx);
}
