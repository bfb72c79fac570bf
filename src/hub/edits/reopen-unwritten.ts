/**
 * What was to be written again and was not: its records were decided, and nothing of it is on its way. A contract that has been invoiced takes no header
 * any more, one thrown back into release none for now (rulings 13 and 14). Such an edit is open again and says so; it never reads "re-asserted" over
 * content that a person made. What is known of the field is again what was last confirmed.
 */
import { sql, type Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import { appendAudit, type Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { liveStates } from "../effect-states.ts";
import { reassertedMark } from "./reassert.ts";

type Tx = Transaction<Database>;

const kindOf: Partial<Record<Flow, string>> = { vendors: "vendors", "purchase-orders": "contracts" };
const why = "could not be written: the contract has been invoiced, is in release, or is not kept any more";

type Row = { edit: bigint; origin_id: string; aspect: string };

async function findUnwritten(tx: Tx, { tenant, connection }: RunContext, kind: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select d.edit, d.origin_id, d.aspect from procore_edit d
    join known k on k.tenant = d.tenant and k.connection = d.connection and k.origin_id = d.origin_id and k.aspect = d.aspect
    where d.tenant = ${tenant} and d.connection = ${connection.name} and d.kind = ${kind} and d.state = 're-asserted'
      and starts_with(k.desired_hash, ${reassertedMark})
      and not exists (select from effect e where e.tenant = d.tenant and e.connection = d.connection
        and e.record_origin_id = d.record_origin_id and e.state in ${liveStates})
      and not exists (select from atom a join source_record r on r.tenant = a.tenant and r.connection = a.connection and r.flow = a.flow
          and r.key = a.record_key
        where a.tenant = d.tenant and a.connection = d.connection and a.record_origin_id = d.record_origin_id and not r.is_decided)
    order by d.edit`.execute(tx);
  return rows;
}

async function restoreKnown(tx: Tx, { tenant, connection }: RunContext, { origin_id, aspect }: Row): Promise<void> {
  await sql`update known k set desired_hash = e.desired_hash from (
      select desired_hash from effect where tenant = ${tenant} and connection = ${connection.name} and origin_id = ${origin_id}
        and (aspect = ${aspect} or (${aspect} = 'status' and aspect = 'reopen')) and state = 'confirmed' order by effect desc limit 1) as e
    where k.tenant = ${tenant} and k.connection = ${connection.name} and k.origin_id = ${origin_id} and k.aspect = ${aspect}`.execute(
    tx,
  );
}

/** Called where a flow ends, before what is open is held. */
export async function reopenUnwritten(tx: Tx, context: RunContext, flow: Flow): Promise<void> {
  const kind = kindOf[flow];
  if (kind === undefined) return;
  const { tenant } = context;
  for (const row of await findUnwritten(tx, context, kind)) {
    await restoreKnown(tx, context, row);
    await sql`update procore_edit set state = 'open', decided_by = null, decided_at = null, why = ${why} where tenant = ${tenant}
      and edit = ${row.edit.toString()}`.execute(tx);
    const detail = { connection: context.connection.name, edit: String(row.edit), why };
    const audit = { tenant, atMs: context.clock.now(), actor: "system", action: "procore.edit-reopened", subject: row.origin_id };
    await appendAudit(tx, { ...audit, detail });
  }
}
