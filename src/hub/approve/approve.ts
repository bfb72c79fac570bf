/**
 * A person's word on what waits: kept for each effect as it was planned, with a line in the audit trail. The next run carries it out; nothing is sent
 * here. Whoever approves a contract approves the links of its vendor that it cannot be sent without.
 */
import { sql, type Transaction } from "kysely";
import { Fault, type Flow } from "../../core/index.ts";
import { appendAudit, type Database, type Store } from "../../store/index.ts";
import { approvedBy } from "./hold-back.ts";
import { matching, readWaiting, type WaitingQuery, type WaitingRecord } from "./list-waiting.ts";
import { refuseOwnRecoding, waitingWithRecoding } from "./recodings.ts";

type Tx = Transaction<Database>;

export type ApproveAsk = WaitingQuery & {
  /** `user:jane` */
  actor: string;
  note: string;
  atMs: number;
};

const recordsMax = 1_000_000;

/** Answers the records that were given a word now; the ones that had it before are not among them. */
export async function approve(store: Store, ask: ApproveAsk): Promise<readonly WaitingRecord[]> {
  return store.transact({ tenant: ask.tenant }, async (tx) => {
    const waiting = await readWaiting(tx, ask, recordsMax);
    refuseUnknown(ask, waiting);
    await refuseOwnRecoding(tx, ask.actor, matching(ask));
    const fresh = waiting.filter(({ isApproved }) => !isApproved);
    await keepWords(tx, ask);
    await endFirstPlans(tx, ask);
    for (const [connection, records] of Map.groupBy(fresh, (each) => each.connection)) await note(tx, ask, connection, records);
    return fresh;
  });
}

/** All or none: a record that is named must be there. */
function refuseUnknown({ records }: ApproveAsk, waiting: readonly WaitingRecord[]): void {
  const found = new Set(waiting.map(({ originId }) => originId));
  const missing = (records ?? []).find((record) => !found.has(record));
  if (missing !== undefined)
    throw new Fault("approval.nothing-waits", { place: missing, detail: "nothing of it waits for approval" });
  if (waiting.length === 0)
    throw new Fault("approval.nothing-waits", { place: "what was chosen", detail: "nothing of it waits" });
}

async function keepWords(tx: Tx, ask: ApproveAsk): Promise<void> {
  await sql`
    with chosen as (
      select e.* from effect e where ${matching(ask)}),
    wanted as (
      select * from chosen union
      select l.* from chosen c cross join unnest(c.needs) as need join effect l on l.tenant = c.tenant and l.connection = c.connection
        and l.origin_id = need || '@' || c.project_id and l.aspect = 'link' and l.state = 'planned'
      union ${waitingWithRecoding})
    insert into approval as known (tenant, connection, origin_id, aspect, desired_hash, record_origin_id, flow, approved_by, approved_at)
    select tenant, connection, origin_id, aspect, desired_hash, record_origin_id, flow, ${ask.actor}, ${new Date(ask.atMs)} from wanted
    on conflict (tenant, connection, origin_id, aspect) do update
      set desired_hash = excluded.desired_hash, approved_by = excluded.approved_by, approved_at = excluded.approved_at
      where known.desired_hash <> excluded.desired_hash`.execute(tx);
}

/** Policy `first-run`: a project's first plan of a flow is through once all of it was approved. */
async function endFirstPlans(tx: Tx, { tenant, actor, atMs }: ApproveAsk): Promise<void> {
  await sql`
    insert into first_plan (tenant, connection, flow, project_id, approved_by, approved_at)
    select e.tenant, e.connection, e.flow, e.project_id, ${actor}, ${new Date(atMs)}
    from effect e where e.tenant = ${tenant} and e.state = 'planned'
    group by e.tenant, e.connection, e.flow, e.project_id having bool_and(${approvedBy} is not null)
    on conflict (tenant, connection, flow, project_id) do nothing`.execute(tx);
}

function totalsOf(records: readonly WaitingRecord[]): Record<string, number> {
  const counts: Partial<Record<Flow, number>> = {};
  for (const { flow } of records) counts[flow] = (counts[flow] ?? 0) + 1;
  return counts;
}

async function note(tx: Tx, ask: ApproveAsk, connection: string, records: readonly WaitingRecord[]): Promise<void> {
  const named = records.slice(0, 100).map(({ originId, change, currency }) => ({ originId, change, currency }));
  await appendAudit(tx, {
    tenant: ask.tenant,
    atMs: ask.atMs,
    actor: ask.actor,
    action: "plan.approved",
    subject: connection,
    detail: { note: ask.note, records: totalsOf(records), named },
  });
}
