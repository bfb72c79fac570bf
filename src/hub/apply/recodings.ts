/**
 * A re-coding goes whole (ruling 23): none of its direct costs is approved, and so counts in a budget, before the lines of all of them are in Procore;
 * where one is refused the others stay drafts.
 */
import { sql } from "kysely";
import { inTenant, now, type RunContext } from "../context.ts";
import { openStates } from "../effect-states.ts";
import { stages } from "../plan/stages.ts";
import type { Slot } from "./effects.ts";

/** Effects `o` of the other parts of the re-coding that effect `e` is of. */
const siblings = sql`cost_part p join cost_part s on s.tenant = p.tenant and s.connection = p.connection and s.recoding = p.recoding
  join effect o on o.tenant = s.tenant and o.connection = s.connection and o.record_origin_id = s.origin_id
  where p.tenant = e.tenant and p.connection = e.connection and p.origin_id = e.record_origin_id and p.recoding is not null`;

/** Of effect `e`: whether the rest of its re-coding is not as far yet. */
export const waitsForRecoding = sql`(e.stage = ${stages.directCostStatus} and exists (select from ${siblings} and o.stage < e.stage
  and o.state in ${openStates}))`;

export async function holdHalfRecodings(context: RunContext, slot: Slot): Promise<void> {
  await context.store.transact(inTenant(context), (tx) =>
    sql`
    update effect e set state = 'held', hold_code = 'waits-for-prerequisite', settled_at = ${now(context)},
      detail = 'another part of the re-coding of ' || e.origin_id || ' is held'
    where e.tenant = ${context.tenant} and e.connection = ${context.connection.name} and e.stage = ${slot.stage}
      and e.project_id = ${slot.projectId} and e.state = 'approved'
      and exists (select from ${siblings} and o.state = 'held' and o.effect <> e.effect)`.execute(tx),
  );
}
