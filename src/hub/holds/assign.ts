/** Gives holds to a person, with a line in the audit trail for each word and not for each record. Whoever is named need not be known here. */
import { sql } from "kysely";
import { appendAudit, type Store } from "../../store/index.ts";
import { filteredHolds, type HoldFilter } from "./list.ts";

export type AssignAsk = {
  filter: HoldFilter;
  /** Empty: to nobody any more. */
  person: string;
  note: string;
  /** `user:jane` */
  actor: string;
  atMs: number;
};

/** Answers how many were given. */
export async function assignHolds(store: Store, { filter, person, note, actor, atMs }: AssignAsk): Promise<number> {
  const { tenant } = filter;
  return store.transact({ tenant }, async (tx) => {
    const { rows } = await sql<{ hold: bigint }>`
      update hold set assigned_to = nullif(${person}, ''), assigned_by = ${actor}, assigned_at = ${new Date(atMs)}, note = nullif(${note}, '')
      where tenant = ${tenant} and hold in (select hold from (${filteredHolds(filter)}) as h) returning hold`.execute(tx);
    if (rows.length === 0) return 0;
    const holds = rows.map(({ hold }) => String(hold)).sort((left, right) => Number(left) - Number(right));
    const detail = { person, note, count: holds.length, holds: holds.slice(0, holdsToldMax) };
    const subject = holds.length === 1 ? (holds[0] ?? "") : (filter.code ?? "several");
    await appendAudit(tx, { tenant, atMs, actor, action: "hold.assigned", subject, detail });
    return holds.length;
  });
}

/** The audit trail names so many holds of one word; the table has them all. */
export const holdsToldMax = 100;
