/**
 * Requisitions of a contract form a chain (procore 4.9): a later one waits while an earlier one is held, and all of them wait while the contract itself
 * is not as planned, whichever flow that belongs to. One that awaits approval counts as held. What waits is held by name, so that a run ends and says so; the next plan takes it up again.
 */
import { sql } from "kysely";
import type { HoldCode } from "../../core/index.ts";
import { inTenant, now, type RunContext } from "../context.ts";
import { isInTheWay } from "../plan/change-order-sql.ts";
import { stages } from "../plan/stages.ts";
import type { Slot } from "./effects.ts";

const behindHeld: HoldCode = "requisition-waits-for-earlier";
const withoutContract: HoldCode = "invoice-contract-not-approved";

/** Answers how many it held. */
export async function holdChains(context: RunContext, slot: Slot): Promise<number> {
  if (slot.stage !== stages.requisition) return 0;
  const waiting = sql`e.tenant = ${context.tenant} and e.connection = ${context.connection.name} and e.flow = 'invoices' and e.stage = ${slot.stage}
    and e.project_id = ${slot.projectId} and e.state = 'approved'`;
  return context.store.transact(inTenant(context), async (tx) => {
    const contracts = await sql`
      update effect e set state = 'held', hold_code = ${withoutContract}, settled_at = ${now(context)},
        detail = 'a change of ' || e.container || ' is not confirmed'
      where ${waiting} and exists (select 1 from effect o where o.tenant = e.tenant and o.connection = e.connection
        and o.record_origin_id = e.container and ${isInTheWay("o")})`.execute(tx);
    const chains = await sql`
      update effect e set state = 'held', hold_code = ${behindHeld}, settled_at = ${now(context)},
        detail = 'an earlier requisition of ' || e.container || ' is held or awaits approval'
      where ${waiting} and exists (select 1 from effect o where o.tenant = e.tenant and o.connection = e.connection and o.flow = e.flow
        and o.container = e.container and o.effect < e.effect and o.state in ('planned', 'held'))`.execute(tx);
    return Number((contracts.numAffectedRows ?? 0n) + (chains.numAffectedRows ?? 0n));
  });
}
