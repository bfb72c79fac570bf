/** Objects that IDocs touched, as a run reads them: given to the agent when it opens a flow, done when that run has read the flow whole. */
import { sql, type Transaction } from "kysely";
import type { RunFlow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";

type Scope = { tenant: string; connection: string; flow: RunFlow; run: bigint };

/** More are read by the next run. */
const touchedMax = 10_000;

/** What an earlier run was given and never finished is given again. */
export async function takeTouched(tx: Transaction<Database>, { tenant, connection, flow, run }: Scope): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    update idoc_touched set taken_run = ${run} where tenant = ${tenant} and connection = ${connection} and flow = ${flow} and key in (
      select key from idoc_touched where tenant = ${tenant} and connection = ${connection} and flow = ${flow} and not is_done
      order by told_at, key limit ${touchedMax})
    returning key`.execute(tx);
  return rows.map(({ key }) => key).sort();
}

/** One that was told again meanwhile has lost its run, and waits. */
export async function endTouched(tx: Transaction<Database>, { tenant, connection, flow, run }: Scope): Promise<void> {
  await sql`update idoc_touched set is_done = true where tenant = ${tenant} and connection = ${connection} and flow = ${flow}
    and taken_run = ${run} and not is_done`.execute(tx);
}
