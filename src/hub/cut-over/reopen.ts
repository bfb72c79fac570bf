/**
 * Changed cut-over settings act on what was left out under the old ones: it is decided anew. What is in Procore stays there. What waits is decided anew by
 * every plan, whatever the settings are.
 */
import { sql, type Transaction } from "kysely";
import { desiredHash, type ExclusionRule, type Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";

type Tx = Transaction<Database>;

const rules: readonly ExclusionRule[] = ["before-cut-over", "kept-in-procore", "commitment-by-hand", "left-out-at-cut-over"];

/** Whether these settings are others than those that the flow was last decided by. The first ones have left nothing out yet. */
async function takeSettings(tx: Tx, { tenant, connection }: RunContext, flow: Flow): Promise<boolean> {
  const hash = desiredHash(JSON.parse(JSON.stringify(connection.settings.cutOver)));
  const before = await tx
    .selectFrom("cut_over_state")
    .select("settings_hash")
    .where("tenant", "=", tenant)
    .where("connection", "=", connection.name)
    .where("flow", "=", flow)
    .executeTakeFirst();
  if (before?.settings_hash === hash) return false;
  await sql`insert into cut_over_state (tenant, connection, flow, settings_hash) values (${tenant}, ${connection.name}, ${flow}, ${hash})
    on conflict (tenant, connection, flow) do update set settings_hash = excluded.settings_hash`.execute(tx);
  return before !== undefined;
}

export async function reopenLeftOut(tx: Tx, context: RunContext, flow: Flow): Promise<void> {
  if (flow === "vendors" || context.mode === "replay" || !(await takeSettings(tx, context, flow))) return;
  const { tenant } = context;
  const connection = context.connection.name;
  if (flow === "costs")
    await sql`update cost_line set disposition = null, reason = null, project = null, rule = null, budget_code = null
      where tenant = ${tenant} and connection = ${connection} and part is null and disposition = 'excluded'
        and reason = any (${[...rules]}::text[])`.execute(tx);
  else
    await sql`update source_record r set is_decided = false where r.tenant = ${tenant} and r.connection = ${connection} and r.flow = ${flow}
      and r.is_decided and exists (select 1 from atom a where a.tenant = r.tenant and a.connection = r.connection and a.flow = r.flow
        and a.record_key = r.key and a.disposition = 'excluded' and a.reason = any (${[...rules]}::text[]))`.execute(tx);
}
