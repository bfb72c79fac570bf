/** Older purchase orders that wait for a person, with the contracts that may be them. Reads only. */
import { sql } from "kysely";
import type { ContractCandidate } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";

export type WaitingContract = {
  connection: string;
  order: string;
  project: string;
  title: string;
  code: string;
  why: string;
  candidates: readonly ContractCandidate[];
  /** What was decided since; the next run carries it out. */
  decided: string;
};

export type ContractQuery = { tenant: string; connection?: string; project?: string; limit: number };

export async function listWaitingContracts(
  store: Store,
  { tenant, connection = "", project = "", limit }: ContractQuery,
): Promise<WaitingContract[]> {
  const { rows } = await store.transact({ tenant }, (tx) =>
    sql<WaitingContract>`
    select f.connection, f.purchase_order as order, f.project, f.title, f.code, f.why, f.candidates,
      coalesce(d.decision || coalesce(' ' || d.contract_id::text, ''), '') as decided
    from contract_finding f left join contract_decision d using (tenant, connection, purchase_order, project)
    where f.tenant = ${tenant} and ${connection} in ('', f.connection) and ${project} in ('', f.project)
    order by f.connection, f.project, f.purchase_order limit ${limit}`.execute(tx),
  );
  return rows;
}
