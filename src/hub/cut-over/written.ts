/**
 * Contracts that have crossed: in Procore under our origin id and known as such, or perhaps, where something was sent that nobody has heard of yet. An
 * adoption that is under way has not crossed: until all of it is known, nothing may be created.
 */
import { sql, type Transaction } from "kysely";
import { originId, type ProcoreView } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import type { KnownHashes } from "../plan/records.ts";
import { stages } from "../plan/stages.ts";

export type WrittenContracts = { has(order: string, project: string): boolean };

export async function readWrittenContracts(
  tx: Transaction<Database>,
  context: RunContext,
  view: ProcoreView,
  known: KnownHashes,
): Promise<WrittenContracts> {
  const { rows } = await sql<{ contract: string }>`select distinct record_origin_id as contract from effect
    where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = 'purchase-orders'
      and state in ('sending', 'unknown') and stage >= ${stages.contractReopen}`.execute(tx);
  const inDoubt = new Set(rows.map(({ contract }) => contract));
  return {
    has: (order, name) => {
      const project = view.projectByNumber(name);
      if (project === undefined || project === "ambiguous") return false;
      const id = originId(context.connection.settings.sap, "PO", [order, project.id]);
      return id.ok && (known.get(id.value, "content") !== undefined || inDoubt.has(id.value));
    },
  };
}
