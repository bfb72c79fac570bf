/** One period's statement (ruling 31), from the store alone: what was read of SAP, what became of it, what Procore listed. Changes nothing. */
import { sql } from "kysely";
import { type Statement, stateColumns } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import { type OpeningToDate, readOpenings } from "../cut-over/to-date.ts";
import { type GatherScope, gatherFacts } from "./gather-facts.ts";
import { type LedgerStatement, type RejectedDocument, readRejected, stateLedger } from "./ledger.ts";
import { type PeriodControl, readPeriodControl } from "./period-control.ts";

export type Reconciliation = Statement & {
  control: PeriodControl;
  ledger: LedgerStatement;
  rejected: readonly RejectedDocument[];
  listings: readonly ListedProject[];
  /** Of projects with a cut-over date, to date. */
  openings: readonly OpeningToDate[];
};

export type ListedProject = { projectId: number; listedAt: string; lines: number; problem?: string };

export async function reconcile(store: Store, scope: GatherScope): Promise<Reconciliation> {
  return store.transact({ tenant: scope.tenant }, async (tx) => {
    const control = await readPeriodControl(tx, scope);
    const statement = stateColumns(await gatherFacts(tx, scope, control));
    const ledger = await stateLedger(tx, scope, control);
    const { rows } = await sql<{ project_id: bigint; listed_at: Date; lines: number; problem: string | null }>`
      select project_id, listed_at, lines, problem from procore_listing where tenant = ${scope.tenant} and connection = ${scope.connection}
      order by project_id`.execute(tx);
    const listings = rows.map(({ project_id: projectId, listed_at: at, lines, problem }) => ({
      projectId: Number(projectId),
      listedAt: at.toISOString(),
      lines,
      ...(problem === null ? {} : { problem }),
    }));
    const openings = await readOpenings(tx, scope);
    return { ...statement, control, ledger, rejected: await readRejected(tx, scope), listings, openings };
  });
}

/** The latest period of which anything was read. */
export async function findLatestPeriod(
  store: Store,
  { tenant, connection }: { tenant: string; connection: string },
): Promise<{ year: number; period: number } | undefined> {
  const { rows } = await store.transact({ tenant }, (tx) =>
    sql<{ year: number; period: number }>`select fiscal_year as year, period from cost_document where tenant = ${tenant}
      and connection = ${connection} and period > 0 order by posting_date desc, fiscal_year desc, period desc limit 1`.execute(
      tx,
    ),
  );
  return rows[0];
}
