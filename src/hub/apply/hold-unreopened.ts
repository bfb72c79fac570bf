/**
 * What a contract was to be reopened for does not go where it may not be reopened: with a schedule of values that stays editable in Procore it would be
 * written behind somebody's requisition (ruling 14). Held under the same code; all of it is planned anew by the next run.
 */
import { sql } from "kysely";
import { inTenant, now, type RunContext } from "../context.ts";
import { stages } from "../plan/stages.ts";
import type { Slot } from "./effects.ts";

/** Answers how many it held. */
export async function holdUnreopened(context: RunContext, slot: Slot): Promise<number> {
  const isBehind = slot.stage > stages.contractReopenGuarded && slot.stage <= stages.contractStatus;
  if (!isBehind) return 0;
  const { numAffectedRows = 0n } = await context.store.transact(inTenant(context), (tx) =>
    sql`
      update effect e set state = 'held', hold_code = reopen.hold_code, settled_at = ${now(context)}, detail = reopen.detail
      from effect reopen
      where e.tenant = ${context.tenant} and e.connection = ${context.connection.name} and e.flow = 'purchase-orders'
        and e.stage = ${slot.stage} and e.project_id = ${slot.projectId} and e.state = 'approved'
        and reopen.tenant = e.tenant and reopen.connection = e.connection and reopen.stage = ${stages.contractReopenGuarded}
        and reopen.record_origin_id = e.record_origin_id and reopen.state = 'held'`.execute(tx),
  );
  return Number(numAffectedRows);
}
