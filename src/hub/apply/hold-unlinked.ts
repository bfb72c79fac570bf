/**
 * Procore refuses a contract whose vendor is not in the project's directory. Where the link is held, by the settings or because Procore refused it, the
 * contract is held under the link's own code before it is sent; both are planned anew by the next run.
 */
import { sql } from "kysely";
import { inTenant, now, type RunContext } from "../context.ts";
import { stages } from "../plan/stages.ts";
import type { Slot } from "./effects.ts";

/** Answers how many it held. */
export async function holdUnlinked(context: RunContext, slot: Slot): Promise<number> {
  if (slot.stage !== stages.contractHeader) return 0;
  const { numAffectedRows = 0n } = await context.store.transact(inTenant(context), (tx) =>
    sql`
      update effect e set state = 'held', hold_code = link.hold_code, settled_at = ${now(context)}, detail = link.detail
      from effect link
      where e.tenant = ${context.tenant} and e.connection = ${context.connection.name} and e.flow = 'purchase-orders'
        and e.stage = ${slot.stage} and e.project_id = ${slot.projectId} and e.state = 'approved' and link.needs && e.needs
        and link.tenant = e.tenant and link.connection = e.connection and link.stage = ${stages.projectVendor}
        and link.project_id = e.project_id and link.state = 'held'`.execute(tx),
  );
  return Number(numAffectedRows);
}
