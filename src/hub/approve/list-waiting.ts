/** What waits for approval, by record: what a person reads before giving their word. */
import { type RawBuilder, sql, type Transaction } from "kysely";
import { type Flow, flows, formatMoney } from "../../core/index.ts";
import type { Database, Store } from "../../store/index.ts";
import { approvedBy, changeOf, joinKnown, netChangeOf } from "./hold-back.ts";

export type WaitingQuery = {
  tenant: string;
  connection?: string;
  flows?: readonly Flow[];
  projectId?: number;
  /** Origin ids. */
  records?: readonly string[];
};

export type WaitingRecord = {
  connection: string;
  flow: Flow;
  /** Procore's; 0: the company. */
  projectId: string;
  originId: string;
  actions: readonly string[];
  effects: number;
  /** Of all its lines, whichever way; decimal text, empty where no money moves. */
  change: string;
  /** What it adds up to, with its sign. */
  net: string;
  currency: string;
  /** Approved, and carried out by the next run. */
  isApproved: boolean;
  plannedAt: string;
};

/** Conditions on effect `e`. */
export function matching({ tenant, connection, flows: wanted, projectId, records }: WaitingQuery): RawBuilder<unknown> {
  return sql`e.tenant = ${tenant} and e.state = 'planned'
    and (${connection ?? null}::text is null or e.connection = ${connection ?? null})
    and (${wanted ?? null}::text[] is null or e.flow = any (${wanted ?? null}::text[]))
    and (${projectId ?? null}::bigint is null or e.project_id = ${projectId ?? null}::bigint)
    and (${records ?? null}::text[] is null or e.record_origin_id = any (${records ?? null}::text[]))`;
}

type Row = {
  connection: string;
  flow: Flow;
  project_id: bigint;
  record_origin_id: string;
  actions: string[];
  effects: bigint;
  change: string;
  net: string;
  currency: string | null;
  is_approved: boolean;
  planned_at: Date;
};

const textOf = (minor: string, currency: string | null) =>
  currency === null ? "" : formatMoney({ minor: BigInt(minor), currency });

const recordOf = (row: Row): WaitingRecord => ({
  connection: row.connection,
  flow: row.flow,
  projectId: String(row.project_id),
  originId: row.record_origin_id,
  actions: row.actions,
  effects: Number(row.effects),
  change: textOf(row.change, row.currency),
  net: textOf(row.net, row.currency),
  currency: row.currency ?? "",
  isApproved: row.is_approved,
  plannedAt: row.planned_at.toISOString(),
});

export async function readWaiting(tx: Transaction<Database>, query: WaitingQuery, limit: number): Promise<WaitingRecord[]> {
  const { rows } = await sql<Row>`
    select e.connection, e.flow, e.project_id, e.record_origin_id, array_agg(distinct e.action order by e.action) as actions,
      count(*) as effects, sum(${changeOf})::text as change, sum(${netChangeOf})::text as net,
      max(e.currency) as currency, bool_and(${approvedBy} is not null) as is_approved, min(e.planned_at) as planned_at
    from effect e ${joinKnown} where ${matching(query)}
    group by e.connection, e.flow, e.project_id, e.record_origin_id
    order by e.connection, array_position(${[...flows]}::text[], e.flow), e.project_id, sum(${changeOf}) desc, e.record_origin_id
    limit ${limit}`.execute(tx);
  return rows.map(recordOf);
}

export async function listAwaiting(store: Store, query: WaitingQuery & { limit: number }): Promise<WaitingRecord[]> {
  return store.transact({ tenant: query.tenant }, (tx) => readWaiting(tx, query, query.limit));
}
