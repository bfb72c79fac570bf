/**
 * What people look at first goes out first. A first load takes hours at Procore's quota, and a contract counts only when it is Approved: so a project's
 * contracts are finished a hundred at a time, the open and latest ones first, instead of all headers, then all lines, and approvals at the end.
 * Each hundred costs two calls more at most, beside the hundred of its lines.
 */
import { sql, type Transaction } from "kysely";
import type { PurchaseOrderRecord } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { stages } from "./stages.ts";

const contractsPerWave = 100;

/** Nobody waits for an order of which nothing more will be delivered or invoiced. */
export function urgencyOf(order: Pick<PurchaseOrderRecord, "items" | "documentDate">): string {
  const isOpen = order.items.some((item) => item.deletion !== "L" && !(item.isFinallyInvoiced && item.isDeliveryComplete));
  return isOpen ? order.documentDate : "";
}

/** A vendor's link to a project is of no contract, so it goes in the first wave, before any that needs it. */
export async function assignWaves(
  tx: Transaction<Database>,
  context: Pick<RunContext, "tenant" | "connection">,
  perWave: number = contractsPerWave,
): Promise<void> {
  const scope = sql`tenant = ${context.tenant} and connection = ${context.connection.name} and flow = 'purchase-orders'
    and state = 'approved' and stage <> ${stages.projectVendor}`;
  await sql`
    with contract as (
      select project_id, record_origin_id, max(urgency) as urgency from effect where ${scope} group by project_id, record_origin_id),
    ranked as (
      select record_origin_id, (row_number() over (partition by project_id order by urgency desc, record_origin_id) - 1) / ${perWave}::integer as wave
      from contract)
    update effect set wave = r.wave from ranked r where effect.record_origin_id = r.record_origin_id and ${scope} and effect.wave <> r.wave`.execute(
    tx,
  );
}
