/** Which reading of the order history (EKBE) commitments are compared with: the last one. It knows no period, and nothing closes it. */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import type { PeriodControl } from "./period-control.ts";

export type HistoryControl = Pick<PeriodControl, "run" | "day" | "readAt" | "halfReadBy">;

export async function readHistoryControl(
  tx: Transaction<Database>,
  { tenant, connection }: { tenant: string; connection: string },
): Promise<HistoryControl> {
  const { rows } = await sql<{ run: bigint; day: string; read_at: Date; half_read_by: bigint | null }>`
    select r.run, r.day, r.read_at, (select max(t.changed_run) from control_total t where t.tenant = r.tenant and t.connection = r.connection
      and t.source = r.source and t.changed_run > r.run) as half_read_by
    from control_read r where r.tenant = ${tenant} and r.connection = ${connection} and r.source = 'EKBE'`.execute(tx);
  const [head] = rows;
  if (!head) return { run: 0n, day: "", readAt: undefined, halfReadBy: undefined };
  return { run: head.run, day: head.day, readAt: head.read_at, halfReadBy: head.half_read_by ?? undefined };
}

/** Whether an invoice came after the history was read: by its day of entry, or, on that very day and where it was read later, perhaps. */
export function isLateBy(
  { day, run }: HistoryControl,
  entryDate: RawBuilder<unknown>,
  changedRun: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (run === 0n) return sql`'no'`;
  return sql`case when ${day} <> '' and ${entryDate} > ${day} then 'surely' when ${entryDate} = ${day} or ${changedRun} > ${run} then 'perhaps'
    else 'no' end`;
}
