/** What waits, as people read it: record by record, or summed by code. Reads only; needs no running hub. */
import { type RawBuilder, sql } from "kysely";
import { errorRegistry, formatMoney, type Owner } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import type { Amounts } from "../run/summary.ts";
import { heldEffect, openHolds } from "./open-holds.ts";

export type HoldFilter = {
  tenant: string;
  connection?: string | undefined;
  flow?: string | undefined;
  code?: string | undefined;
  owner?: Owner | undefined;
  /** Procore's project number. */
  project?: string | undefined;
  /** Name of a person; empty: given to nobody. */
  assigned?: string | undefined;
  /** Key of an atom, or of its record. */
  record?: string | undefined;
  holds?: readonly bigint[] | undefined;
  /** Those that a run left. */
  run?: bigint | undefined;
  /** When this is asked: what a person ignored waits again from its date on. Without it no such date has come. */
  atMs?: number | undefined;
};

export type HoldQuery = HoldFilter & { limit: number };

export type Hold = {
  /** Stays the same from run to run; absent until the flow's next run has noted it. */
  hold?: string;
  connection: string;
  flow: string;
  key: string;
  code: string;
  disposition: string;
  amount: string;
  currency: string;
  period: string;
  project: string;
  rule: string;
  waitsFor: string;
  detail: string;
  firstSeen?: string;
  lastSeen?: string;
  /** In how many runs it was held. */
  runs: number;
  assignedTo: string;
  note: string;
};

export type HoldSummary = {
  flow: string;
  code: string;
  disposition: string;
  count: number;
  amounts: Amounts;
  assigned: number;
};

function codesOf(owner: Owner): readonly string[] {
  return Object.entries(errorRegistry).flatMap(([code, entry]) => (entry.owner === owner ? code : []));
}

/** Open holds as `h`, each with its memory, that the filter leaves. */
export function filteredHolds(filter: HoldFilter): RawBuilder<unknown> {
  const { tenant, connection, flow, code = null, project = null, record = null, assigned = null, run = null } = filter;
  const owned = filter.owner === undefined ? null : codesOf(filter.owner);
  const at = filter.atMs === undefined ? null : new Date(filter.atMs);
  const numbers = filter.holds === undefined ? null : filter.holds.map(String);
  return sql`
    select o.*, m.hold, m.first_seen, m.last_seen, coalesce(m.runs, 0) as runs, m.first_run, m.last_run,
      coalesce(m.assigned_to, '') as assigned_to, coalesce(m.note, '') as note
    from (${openHolds({ tenant, connection, flow })}) as o
    left join hold m on m.tenant = o.tenant and m.connection = o.connection and m.flow = o.flow and m.key = o.key and m.code = o.code
    where (${code}::text is null or o.code = ${code}) and (${project}::text is null or o.project = ${project})
      and (${record}::text is null or o.key = ${record} or o.record_key = ${record})
      and (${assigned}::text is null or coalesce(m.assigned_to, '') = ${assigned})
      and (${owned}::text[] is null or o.code = any (${owned}::text[]))
      and (${numbers}::bigint[] is null or m.hold = any (${numbers}::bigint[]))
      and (${run}::bigint is null or ${run}::bigint between m.first_run and m.last_run)
      and not exists (select 1 from ignored i where i.tenant = o.tenant and i.connection = o.connection and i.flow = o.flow and i.key = o.key
        and (i.until is null or ${at}::timestamptz is null or i.until > ${at}) and i.changed_run = o.changed_run)`;
}

type Row = {
  hold: bigint | null;
  connection: string;
  flow: string;
  key: string;
  code: string;
  disposition: string;
  amount_minor: bigint;
  currency: string;
  period: string;
  project: string;
  rule: string;
  waits_for: string;
  detail: string;
  effect_detail: string | null;
  first_seen: Date | null;
  last_seen: Date | null;
  runs: number;
  assigned_to: string;
  note: string;
};

export function holdOf(row: Row): Hold {
  return {
    ...(row.hold === null ? {} : { hold: String(row.hold) }),
    connection: row.connection,
    flow: row.flow,
    key: row.key,
    code: row.code,
    disposition: row.disposition,
    amount: row.currency === "" ? "" : formatMoney({ minor: row.amount_minor, currency: row.currency }),
    currency: row.currency,
    period: row.period,
    project: row.project,
    rule: row.rule,
    waitsFor: row.waits_for,
    detail: row.effect_detail ?? row.detail,
    ...(row.first_seen ? { firstSeen: row.first_seen.toISOString() } : {}),
    ...(row.last_seen ? { lastSeen: row.last_seen.toISOString() } : {}),
    runs: row.runs,
    assignedTo: row.assigned_to,
    note: row.note,
  };
}

export async function listHolds(store: Store, query: HoldQuery): Promise<Hold[]> {
  const { rows } = await store.transact({ tenant: query.tenant }, (tx) =>
    sql<Row>`
    select h.*, e.detail as effect_detail
    from (select * from (${filteredHolds(query)}) as f order by flow, code, abs(amount_minor) desc, key limit ${query.limit}) as h
    left join lateral (${heldEffect}) as e on true
    order by h.flow, h.code, abs(h.amount_minor) desc, h.key`.execute(tx),
  );
  return rows.map(holdOf);
}

type Sum = {
  flow: string;
  code: string;
  disposition: string;
  currency: string;
  count: bigint;
  assigned: bigint;
  amount: string;
};

export async function summarizeHolds(store: Store, filter: HoldFilter): Promise<HoldSummary[]> {
  const { rows } = await store.transact({ tenant: filter.tenant }, (tx) =>
    sql<Sum>`select flow, code, disposition, currency, count(*) as count, count(*) filter (where assigned_to <> '') as assigned,
        sum(amount_minor)::text as amount
      from (${filteredHolds(filter)}) as h group by 1, 2, 3, 4 order by 1, 2, 4`.execute(tx),
  );
  const byCode = new Map<string, HoldSummary>();
  for (const { flow, code, disposition, currency, count, assigned, amount } of rows) {
    const key = `${flow}/${code}/${disposition}`;
    const summary = byCode.get(key) ?? { flow, code, disposition, count: 0, amounts: {}, assigned: 0 };
    summary.count += Number(count);
    summary.assigned += Number(assigned);
    if (currency !== "") summary.amounts[currency] = formatMoney({ minor: BigInt(amount), currency });
    byCode.set(key, summary);
  }
  return [...byCode.values()];
}
