/**
 * What a replay run is about, as conditions for the plan; for every other run they let all pass. Orders and cost lines are taken one by one. Vendors are
 * matched with one another and requisitions form chains, so of these flows all that waits is decided together.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { isOfLineIn, lineKey, withDocument } from "../cost-line-sql.ts";
import { countUndecided } from "../plan/records.ts";

function keys(context: RunContext, flow: Flow): RawBuilder<unknown> {
  return sql`(select key from replay where tenant = ${context.tenant} and run = ${context.run} and flow = ${flow})`;
}

/** Of cost lines `c` with their documents `d`. */
export function isReplayed(context: RunContext): RawBuilder<unknown> {
  return context.mode === "replay" ? sql`${lineKey} in ${keys(context, "costs")}` : sql`true`;
}

/** Of effects: those of the direct costs that the lines are frozen in. */
export function isPartReplayed(context: RunContext): RawBuilder<unknown> {
  if (context.mode !== "replay") return sql`true`;
  return sql`record_origin_id in (select p.origin_id from cost_line c ${withDocument} join cost_part p on p.tenant = c.tenant and p.connection = c.connection
    and p.group_id = c.group_id and p.part = c.part
    where c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and ${isReplayed(context)}
    union all select p.origin_id from cost_line c ${withDocument} join recoded_member m on ${isOfLineIn("m")}
      join cost_part p on p.tenant = m.tenant and p.connection = m.connection and p.group_id = m.group_id and p.part = m.part
    where c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and ${isReplayed(context)})`;
}

export async function reopenReplayed(tx: Transaction<Database>, context: RunContext, flow: Flow): Promise<number> {
  await sql`update source_record set is_decided = false where tenant = ${context.tenant} and connection = ${context.connection.name}
    and flow = ${flow} and is_decided and key in ${keys(context, flow)}`.execute(tx);
  return countUndecided(tx, context, flow);
}
