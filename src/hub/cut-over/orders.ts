/**
 * What cut-over says of a purchase order in a project (rulings 4 and 5). A contract that is in Procore under our origin id, or may be, has crossed already:
 * no date takes it back, nor what SAP adds to it.
 */
import { sql, type Transaction } from "kysely";
import { compileCutOver, type Decision, originId, type ProcoreView, type PurchaseOrderRecord } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import type { KnownHashes } from "../plan/records.ts";

type Tx = Transaction<Database>;

/** Contracts of which something was sent that nobody has heard of yet. */
async function readInDoubt(tx: Tx, context: RunContext): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ contract: string }>`select distinct record_origin_id as contract from effect
    where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = 'purchase-orders'
      and state in ('sending', 'unknown')`.execute(tx);
  return new Set(rows.map(({ contract }) => contract));
}

export type OrderCutOver = (order: PurchaseOrderRecord, project: string) => Decision | undefined;

export async function readOrderCutOver(
  tx: Tx,
  context: RunContext,
  view: ProcoreView,
  known: KnownHashes,
): Promise<OrderCutOver | undefined> {
  const { sap, cutOver } = context.connection.settings;
  const dates = compileCutOver(cutOver);
  if (!dates) return undefined;
  const inDoubt = await readInDoubt(tx, context);
  const isWritten = (order: string, name: string) => {
    const project = view.projectByNumber(name);
    if (project === undefined || project === "ambiguous") return false;
    const id = originId(sap, "PO", [order, project.id]);
    return id.ok && (known.get(id.value, "content") !== undefined || inDoubt.has(id.value));
  };
  return (order, project) => {
    if (dates.isKeptInProcore("purchaseOrders", project)) return { disposition: "excluded", rule: "kept-in-procore", project };
    if (!dates.isBefore("purchaseOrders", project, order.documentDate) || isWritten(order.key, project)) return undefined;
    return { disposition: "excluded", rule: "before-cut-over", project };
  };
}
