/**
 * Before a direct cost is approved, its confirmed lines must sum to its part (ruling 22: totals compared, so that half a cost never counts).
 * Where they do not, the approval is held and the cost stays a draft. The like for contracts: no approval while one of its lines is open.
 */
import { sql } from "kysely";
import { inTenant, now, type RunContext } from "../context.ts";
import { openStates } from "../effect-states.ts";
import { stages } from "../plan/stages.ts";
import type { Slot } from "./effects.ts";
import { holdHalfRecodings } from "./recodings.ts";

/** A contract is not approved without its lines. A vendor whose adoption is held must not be written by its origin id: that would create its twin. */
const behindHeld: ReadonlySet<number> = new Set([
  stages.contractStatus,
  stages.vendorAdopt,
  stages.vendor,
  stages.vendorRegister,
]);

export async function holdUnequalParts(context: RunContext, slot: Slot): Promise<void> {
  if (slot.stage === stages.directCostStatus) {
    await holdParts(context, slot);
    await holdHalfRecodings(context, slot);
  }
  if (behindHeld.has(slot.stage)) await holdBehindHeld(context, slot);
}

async function holdParts(context: RunContext, slot: Slot): Promise<void> {
  await context.store.transact(inTenant(context), (tx) =>
    sql`
    update effect e set state = 'held', hold_code = 'waits-for-prerequisite', settled_at = ${now(context)},
      detail = 'the confirmed lines of ' || e.origin_id || ' do not sum to its part'
    where e.tenant = ${context.tenant} and e.connection = ${context.connection.name} and e.stage = ${slot.stage}
      and e.project_id = ${slot.projectId} and e.state = 'approved'
      and not exists (select 1 from effect o where o.tenant = e.tenant and o.connection = e.connection
        and o.record_origin_id = e.record_origin_id and o.stage < e.stage and o.state in ${openStates})
      and e.amount_minor is distinct from (
        select sum(k.amount_minor) from known k where k.tenant = e.tenant and k.connection = e.connection
          and k.record_origin_id = e.record_origin_id and k.aspect = 'content' and k.origin_id <> e.origin_id)`.execute(tx),
  );
}

async function holdBehindHeld(context: RunContext, slot: Slot): Promise<void> {
  await context.store.transact(inTenant(context), (tx) =>
    sql`
    update effect e set state = 'held', hold_code = 'waits-for-prerequisite', settled_at = ${now(context)},
      detail = 'not all of ' || e.origin_id || ' is in Procore'
    where e.tenant = ${context.tenant} and e.connection = ${context.connection.name} and e.stage = ${slot.stage}
      and e.project_id = ${slot.projectId} and e.state = 'approved'
      and exists (select 1 from effect o where o.tenant = e.tenant and o.connection = e.connection
        and o.record_origin_id = e.record_origin_id and o.stage < e.stage and o.state = 'held')`.execute(tx),
  );
}
