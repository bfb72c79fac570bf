/**
 * Keeps what waits in mind from run to run: a hold is one (flow, atom, code), with a number that stays, when it was first and last seen, and in how
 * many runs. What waits no more is released. Written as two set statements a flow, in the transaction that settles the atoms.
 */
import { sql, type Transaction } from "kysely";
import type { Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { openHolds } from "./open-holds.ts";

type Tx = Transaction<Database>;
type NoteContext = Pick<RunContext, "tenant" | "run" | "clock"> & { connection: { name: string } };

async function noteOpen(tx: Tx, context: NoteContext, flow: Flow): Promise<void> {
  const { tenant, run, connection } = context;
  const at = now(context);
  await sql`
    insert into hold as known (tenant, connection, flow, key, code, first_run, first_seen, last_run, last_seen, runs)
    select h.tenant, h.connection, h.flow, h.key, h.code, ${run}, ${at}, ${run}, ${at}, 1
    from (${openHolds({ tenant, connection: connection.name, flow })}) as h order by h.key
    on conflict (tenant, connection, flow, key, code) do update set last_seen = excluded.last_seen, released_at = null,
      runs = known.runs + (known.last_run <> excluded.last_run)::integer, last_run = excluded.last_run`.execute(tx);
}

/** A halted run leaves atoms that are still under way: nothing is called released before the flow is confirmed. */
export async function noteHolds(tx: Tx, context: NoteContext, flow: Flow, isConfirmed: boolean): Promise<void> {
  await noteOpen(tx, context, flow);
  if (!isConfirmed) return;
  await sql`update hold set released_at = ${now(context)} where tenant = ${context.tenant} and connection = ${context.connection.name}
    and flow = ${flow} and released_at is null and last_run <> ${context.run}`.execute(tx);
}
